"""Whoever signs in may follow a forum: they are told when it is called and when it publishes."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from accounts.models import User
from consultation.models import Follow, Forum


@transaction.atomic
def follow_forum(*, forum: Forum, user: User, now: datetime | None = None) -> Follow:
    """Let `user` follow `forum`, once however often they say so; return that. Raises OutOfTurn when it is given up."""
    if not forum.is_active:
        raise OutOfTurn(_("This forum is given up."))
    follow, _is_new = Follow.objects.get_or_create(forum=forum, user=user, defaults={"since": now or timezone.now()})
    return follow


@transaction.atomic
def unfollow_forum(*, forum: Forum, user: User) -> None:
    """Let `user` follow `forum` no longer."""
    Follow.objects.filter(forum=forum, user=user).delete()
