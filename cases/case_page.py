"""What the page of one case shows to the units: built from rows that were fetched before, without a query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from cases import queries
from cases.enums import Channel, ExclusionCode, Step, Verb
from cases.models import Case, Movement, Turnout
from records.models import Attachment, Deadline
from records.queries import attachments_of
from records.terms.enums import PauseCode, TermVerb
from records.terms.rules import offered

BY_RESIDENT = (Verb.LODGE, Verb.ADD_INFORMATION, Verb.RATE, Verb.WITHDRAW)
WARNING = (Verb.REFUSE, Verb.REOPEN, Verb.DISPUTE_TURNOUT, Verb.SEND_BACK, Verb.REJECT_DISPUTE)
TERM_VERBS = (Verb.ASK_EXTENSION, Verb.APPROVE_EXTENSION, Verb.REJECT_EXTENSION, Verb.PAUSE, Verb.RESUME)
STEP_LABELS = dict(Step.choices)


@dataclass(frozen=True)
class Entry:
    """One line of the history: `who` did it, what else is to be said, and the photos that came with it."""

    movement: Movement
    who: str
    said: str
    reason: str
    photos: list[Attachment]
    state: str
    url: str = ""


@dataclass(frozen=True)
class DueStep:
    """A deadline with its name in words, and what the reader may do to its time."""

    label: str | Promise
    deadline: Deadline
    offers: Sequence[TermVerb] = ()


@dataclass(frozen=True)
class CalledDepartment:
    """A turnout as the page shows it; `seen` when the person may open it and read its marks."""

    turnout: Turnout
    seen: bool


def details(case: Case, user: User, now: datetime) -> dict:
    """Return the context of the page of `case`, fetched with cases.queries.with_details, as `user` may see it."""
    movements = list(case.movements.all())
    turnouts = list(case.turnouts.all())
    seen = {turnout.pk for turnout in turnouts if queries.sees_turnout(user, turnout)}
    photos = attachments_of([case, *movements])
    revealing = queries.revealing_unit(user, case)
    return {
        "case": case,
        "now": now,
        "photos": photos.get(_key(case), []),
        "history": [_entry(movement, case, seen, photos) for movement in reversed(movements) if _is_shown(movement)],
        "turnouts": [CalledDepartment(turnout, turnout.pk in seen) for turnout in turnouts],
        "steps": due_steps(case.deadlines.all(), user, now),
        "next_step": next_step(case.deadlines.all()),
        "absorbed": [movement.data["merged"] for movement in movements if movement.verb == Verb.ABSORB],
        "is_rated": any(movement.verb == Verb.RATE for movement in movements),
        "ratings": queries.open_ratings(case, now),
        "exclusion": queries.last_word_on_exclusion(case),
        "decides_exclusions": queries.may_ever_on_case(user, Verb.APPROVE_EXCLUSION, case),
        "contact": getattr(case, "contact", None),
        "may_reveal": revealing is not None,
        "withheld": case.confidential and revealing != case.district_id,
    }


def due_steps(deadlines, user: User, now: datetime) -> list[DueStep]:
    """Return `deadlines`, fetched by records.terms.queries.with_terms, as the pages of cases and turnouts show them."""
    return [DueStep(STEP_LABELS.get(row.kind, row.kind), row, offered(user, row, now)) for row in deadlines]


def next_step(deadlines) -> DueStep | None:
    """Return what is due first of `deadlines`, which are in the order of their due times; None if nothing is.

    A paused clock is named only when no other runs.
    """
    owed = [row for row in deadlines if row.is_open]
    found = next((row for row in owed if row.paused_at is None), owed[0] if owed else None)
    return DueStep(STEP_LABELS.get(found.kind, found.kind), found) if found else None


def _key(row) -> tuple[int, int]:
    return ContentType.objects.get_for_model(row).pk, row.pk


def _is_shown(movement: Movement) -> bool:
    """Each "me too" is one movement, and a case can have thousands: the page shows their number instead."""
    return movement.verb != Verb.SUPPORT


def _entry(movement: Movement, case: Case, seen: set[int], photos: dict) -> Entry:
    secret = movement.turnout_id is not None and movement.turnout_id not in seen
    return Entry(
        movement=movement,
        who=_who(movement, case),
        said=_said(movement),
        reason="" if secret else movement.reason,
        photos=photos.get(_key(movement), []),
        state="warn" if movement.verb in WARNING else "done",
        url=movement.data.get("url", ""),
    )


def _who(movement: Movement, case: Case) -> str:
    """Return who did it; a resident is never named."""
    if movement.unit:
        actor = f" {movement.actor}" if movement.actor else ""
        return f"{movement.unit}{actor}"
    if movement.verb == Verb.LODGE and case.channel == Channel.IMPORT:
        return case.get_channel_display()
    if movement.verb in BY_RESIDENT:
        typed_by_official = movement.actor is not None and case.channel in (Channel.PHONE, Channel.PATROL)
        return str(movement.actor) if typed_by_official and movement.verb == Verb.LODGE else _("The resident")
    if movement.verb == Verb.RESOLUTION:
        return movement.data["forum"]
    return _("The portal")


def _changed_time(movement: Movement) -> str:
    """Return which clock it is about, and until when or why."""
    data = movement.data
    said = [STEP_LABELS.get(data["step"], data["step"])]
    if "until" in data:
        said.append(f"→ {timezone.localtime(datetime.fromisoformat(data['until'])):%Y-%m-%d %H:%M}")
    if "code" in data:
        said.append(PauseCode(data["code"]).label)
    return " · ".join(map(str, said))


def _said(movement: Movement) -> str:
    """Return the rest of the sentence: to whom, which departments, which other case, which coded reason."""
    data = movement.data
    if movement.verb == Verb.BLOW_WHISTLE:
        return pgettext("between the units of a list", ", ").join(data.get("departments", []))
    if movement.verb in (Verb.MERGE, Verb.ABSORB):
        return data.get("into") or data.get("merged", "")
    if movement.verb == Verb.ASK_EXCLUSION:
        return str(dict(ExclusionCode.choices).get(data.get("code"), ""))
    if movement.verb in TERM_VERBS:
        return _changed_time(movement)
    if movement.verb in (Verb.TABLE, Verb.RESOLUTION):
        return data.get("title") or data["forum"]
    if movement.to_unit:
        return f"→ {movement.to_unit}"
    if movement.turnout:
        return "" if movement.unit == movement.turnout.department else str(movement.turnout.department)
    return ""
