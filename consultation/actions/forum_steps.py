"""The steps that the verbs on a forum are made of: lock, check, record."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation.actions.steps import locked_forum
from consultation.models import Forum
from consultation.queries.scope import convenes
from records import actions as records


def locked_and_kept(forum: Forum, user: User, *, active: bool = True) -> Forum:
    """Return `forum` locked. Raises NotAllowed unless `user` keeps it, OutOfTurn unless it is `active` or not."""
    forum = locked_forum(forum)
    if not convenes(user, forum):
        raise NotAllowed
    if forum.is_active != active:
        raise OutOfTurn(_("This forum is active.") if forum.is_active else _("This forum is given up."))
    return forum


def check_fields(forum: Forum) -> None:
    """Raise Refused for the first text or rule that is missing, too long or out of range."""
    try:
        forum.clean_fields(exclude={"unit", "convenor"})
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=field) from error


def audit(forum: Forum, verb: str, user: User, now: datetime, **detail) -> None:
    """Record what `user` did to `forum`."""
    records.audit(verb=verb, subject=forum, actor=user, unit=forum.unit, detail=detail, now=now)
