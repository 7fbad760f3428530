"""How people and units choose to be reminded outside the portal: read, checked and kept."""

from dataclasses import dataclass, field
from datetime import time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.events import tell
from accounts.models import User
from records.enums import DeliveryMode
from records.outgoing.models import QuietHours, ReminderPreference, UnitChannel
from records.outgoing.outside import is_address

ALL_KINDS = ""


@dataclass
class Chosen:
    """What a person chose: `modes` is kind of deadline → when e-mail is sent, None for the inbox alone.

    The kind "" stands for all that are not named.
    """

    email: str = ""
    modes: dict[str, DeliveryMode | None] = field(default_factory=lambda: {ALL_KINDS: None})
    begins: time | None = None
    ends: time | None = None
    digest_at: time = time(8, 0)


def chosen_by(user: User) -> Chosen:
    """Return what `user` chose, or what holds for those who chose nothing."""
    rows = ReminderPreference.objects.filter(user=user)
    modes = {row.kind: DeliveryMode(row.mode) if row.email else None for row in rows}
    hours = QuietHours.objects.filter(user=user).first() or QuietHours()
    return Chosen(user.email, {ALL_KINDS: None, **modes}, hours.begins, hours.ends, hours.digest_at)


@transaction.atomic
def choose(*, user: User, chosen: Chosen) -> None:
    """Keep what `user` chose, in place of what they had chosen before.

    Raises Refused when e-mail is wanted without an address, or when the quiet hours are no span of time.
    """
    _check(chosen)
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    ReminderPreference.objects.filter(user=user).delete()
    ReminderPreference.objects.bulk_create(
        ReminderPreference(user=user, kind=kind, email=mode is not None, mode=mode or DeliveryMode.IMMEDIATE)
        for kind, mode in chosen.modes.items()
    )
    hours = {"begins": chosen.begins, "ends": chosen.ends, "digest_at": chosen.digest_at}
    QuietHours.objects.update_or_create(user=user, defaults=hours)
    if person.email != chosen.email:
        person.email = chosen.email
        person.save(update_fields=["email"])
        tell(row=person, verb="user.email", actor=person)


def _check(chosen: Chosen) -> None:
    if not chosen.email and any(chosen.modes.values()):
        raise Refused(
            _("Type the e-mail address to which reminders are to go, or choose the inbox alone."), field="email"
        )
    _check_quiet(chosen.begins, chosen.ends)


def _check_quiet(begins: time | None, ends: time | None) -> None:
    if (begins is None) != (ends is None):
        at_fault = "begins" if begins is None else "ends"
        raise Refused(_("Give both the beginning and the end of the quiet hours, or neither."), field=at_fault)
    if begins is not None and begins == ends:
        sentence = _("Quiet hours that end when they begin last no time or all day: choose another end, or clear both.")
        raise Refused(sentence, field="ends")


def check_channel(*, channel: UnitChannel) -> None:
    """Raise Refused when nothing may be sent to the address of `channel`, or its quiet hours are no span of time."""
    if not is_address(channel.address):
        raise Refused(
            _(
                "This address cannot be used. Copy the token of the group robot and write, for example, "
                "dingtalk://TOKEN, wecombot://KEY or feishu://TOKEN. Allowed here: %(schemas)s."
            )
            % {"schemas": ", ".join(settings.CHANNEL_SCHEMAS)},
            field="address",
        )
    _check_quiet(channel.begins, channel.ends)
