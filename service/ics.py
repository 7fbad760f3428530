"""Sign-ups as a calendar file (RFC 5545). No database and no clock of its own."""

from collections.abc import Callable, Iterable
from datetime import datetime

from icalendar import Calendar, Event

from service.enums import ShiftState, SignUpState
from service.models import Shift, SignUp

PRODUCT = "-//Community Governance Portal//Service//EN"
STATUS = {
    SignUpState.TAKEN: "CONFIRMED",
    SignUpState.SERVED: "CONFIRMED",
    SignUpState.ABSENT: "CONFIRMED",
    SignUpState.OFFERED: "TENTATIVE",
    SignUpState.WAITING: "TENTATIVE",
}
"""Of every other state the event is cancelled."""


def calendar(sign_ups: Iterable[SignUp], *, name: str, now: datetime, address: Callable[[Shift], str]) -> bytes:
    """Return `sign_ups`, with their shifts, posts and communities, as one file; `address` makes a shift's full URL."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    for sign_up in sign_ups:
        found.add_component(_event(sign_up, now, address(sign_up.shift)))
    return found.to_ical()


def _event(sign_up: SignUp, now: datetime, url: str) -> Event:
    shift, post = sign_up.shift, sign_up.shift.post
    cancelled = shift.state == ShiftState.CANCELLED
    event = Event()
    event.add("uid", f"sign-up-{sign_up.pk}@service.community-governance-portal")
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", f"{post.title} · {sign_up.get_state_display()}")
    event.add("location", f"{shift.community} {post.place}")
    event.add("description", shift.reason if cancelled else post.text)
    event.add("url", url)
    event.add("sequence", shift.revision + sign_up.revision)
    event.add("status", "CANCELLED" if cancelled else STATUS.get(sign_up.state, "CANCELLED"))
    event.add("transp", "OPAQUE" if sign_up.state == SignUpState.TAKEN else "TRANSPARENT")
    return event
