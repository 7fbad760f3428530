"""A community lists what it needs, a registered employer what it offers; what is still open can be withdrawn."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from accounts.queries import grants_of
from records import actions as records
from service.actions.lists_steps import LONGEST, check_acts, check_item, check_registered, locked
from service.actions.typed import checked, checked_reason
from service.enums import ListKind, ResourceKind, Verb
from service.models import ListItem


@transaction.atomic
def list_need(
    *,
    community: Unit,
    user: User,
    resource_kind: str,
    title: str,
    text: str = "",
    wanted_on: date | None = None,
    now: datetime | None = None,
) -> ListItem:
    """Put what `community` needs on its list; return it, open.

    Raises NotAllowed to others than the community, Refused for an empty title or a day that has passed.
    """
    now = now or timezone.now()
    if not grants_of(user).on("manage_service", community):
        raise NotAllowed
    today = timezone.localdate(now)
    if wanted_on and not today <= wanted_on <= today + LONGEST:
        raise Refused(_("Please give a day from today on, within two years."), field="wanted_on")
    item = ListItem(kind=ListKind.NEED, community=community, owner=community, asker=community, wanted_on=wanted_on)
    return _listed(item, user, now, resource_kind=resource_kind, title=title, text=text)


@transaction.atomic
def list_resource(
    *,
    community: Unit,
    employer: Unit,
    user: User,
    resource_kind: str,
    title: str,
    text: str = "",
    now: datetime | None = None,
) -> ListItem:
    """Put what `employer` offers on the list of `community`; return it, open.

    Raises NotAllowed to others than the employer's liaisons, Refused when it is not registered there.
    """
    now = now or timezone.now()
    if not grants_of(user).on("liaise", employer):
        raise NotAllowed
    check_registered(employer, community)
    item = ListItem(kind=ListKind.RESOURCE, community=community, owner=employer)
    return _listed(item, user, now, resource_kind=resource_kind, title=title, text=text)


def _listed(item: ListItem, user: User, now: datetime, *, resource_kind: str, title: str, text: str) -> ListItem:
    if resource_kind not in ResourceKind.values:
        raise Refused(_("Please choose from the list."), field="resource_kind")
    item.resource_kind = resource_kind
    item.title = checked(title, field="title", most=80, missing=_("Please fill this in."))
    item.text = checked(text, field="text", most=2000)
    item.created_by = user
    item.created_at = now
    item.save(force_insert=True)
    return item


@transaction.atomic
def withdraw_item(*, item: ListItem, user: User, reason: str, now: datetime | None = None) -> ListItem:
    """Take an open need or resource off its list with a `reason`; return it.

    Raises NotAllowed to others than who listed it, OutOfTurn once it is claimed, Refused without a reason.
    """
    now = now or timezone.now()
    (item,) = locked(item)
    check_acts(user, item.owner)
    move = check_item(item, Verb.WITHDRAW)
    item.reason = checked_reason(reason)
    item.state = move.target
    item.withdrawn_at = now
    item.save(update_fields=["state", "reason", "withdrawn_at"])
    records.audit(verb="item.withdraw", subject=item, actor=user, unit=item.community, now=now)
    return item
