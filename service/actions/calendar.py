"""The private address of a member's calendar."""

from django.db import transaction

from accounts.models import User
from service.models import CalendarFeed
from service.models.posts import new_token


@transaction.atomic
def renew_calendar(*, user: User) -> CalendarFeed:
    """Give the calendar of `user` a new address and return it; an old one shows nothing any more."""
    feed, _made = CalendarFeed.objects.update_or_create(member=user, defaults={"token": new_token()})
    return feed
