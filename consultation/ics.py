"""Meetings as calendar entries and files (RFC 5545). No database."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from icalendar import Calendar, Event

from consultation.enums import MeetingState
from consultation.models import Meeting

PRODUCT = "-//Community Governance Portal//Consultation//EN"
STATUS = {
    MeetingState.PLANNED: "TENTATIVE",
    MeetingState.POSTPONED: "TENTATIVE",
    MeetingState.CANCELLED: "CANCELLED",
}
"""Of every other state the entry is confirmed."""


def event(meeting: Meeting, url: str, *, now: datetime | None = None) -> Event:
    """Return the entry of `meeting`, read with its forum; `url` is the full address of its page.

    The identifier never changes; the sequence grows with the meeting's revision, so that calendars take a change
    for one. Calendars show a postponed meeting as tentative and do not block its time.
    """
    status = STATUS.get(meeting.state, "CONFIRMED")
    title = f"{meeting.forum.name} · {meeting.title}"
    entry = Event()
    entry.add("uid", f"meeting-{meeting.pk}@consultation.community-governance-portal")
    entry.add("dtstamp", now or timezone.now())
    entry.add("dtstart", meeting.starts_at)
    entry.add("dtend", meeting.ends_at)
    entry.add("summary", title if status == "CONFIRMED" else f"{title} · {meeting.get_state_display()}")
    entry.add("location", meeting.place)
    if status != "CONFIRMED" and meeting.reason:
        entry.add("description", meeting.reason)
    entry.add("url", url)
    entry.add("sequence", meeting.revision)
    entry.add("status", status)
    entry.add("transp", "OPAQUE" if status == "CONFIRMED" else "TRANSPARENT")
    return entry


def calendar(events: Iterable[Event], name: str, method: str = "PUBLISH") -> bytes:
    """Return `events` as one file, which calendars show as `name`."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", method)
    found.add("x-wr-calname", name)
    for entry in events:
        found.add_component(entry)
    return found.to_ical()
