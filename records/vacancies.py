"""Units in which nobody could be reminded: the unit above stands in, and the administrators are told."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Unit, User
from accounts.queries import active_posts
from records import actions


def tell_administrators(*, units: Iterable[int], now: datetime) -> None:
    """Tell the system administrators of the district of each of `units` (keys), once per unit and day."""
    day = timezone.localdate(now)
    for unit in Unit.objects.filter(pk__in=units).order_by("code"):
        district = unit.path.split("/")[0]
        posts = active_posts().filter(role=Role.SYSTEM_ADMINISTRATOR, unit__path__startswith=f"{district}/")
        actions.notify(
            recipients=User.objects.filter(pk__in=posts.values("user")),
            kind="deadline.without_people",
            parameters={"unit": unit.name},
            url=reverse("admin:accounts_post_changelist"),
            key=f"without-people:{unit.pk}:{day}",
            now=now,
        )
