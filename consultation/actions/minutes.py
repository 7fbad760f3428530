"""The minutes of a meeting: owed when it closes, drafted from what happened, edited, submitted to a second person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from consultation.actions.minutes_steps import check_minutes, edited, handed_on, owe, tell
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import MeetingVerb, MinutesVerb, Step
from consultation.merging import joined
from consultation.models import Meeting, Minutes, MinutesSection
from consultation.queries.minutes import seconds_of, sections_of
from consultation.queries.minutes_draft import LONGEST_OPENING, LONGEST_SECTION, drafted
from records import actions as records
from service.actions.typed import checked


def owe_minutes(*, meeting: Meeting, now: datetime) -> None:
    """Let the forum's convenor owe the minutes of the locked `meeting`, which was closed at `now`."""
    owe(meeting=meeting, step=Step.DRAFT_MINUTES, person=meeting.forum.convenor, now=now)


@transaction.atomic
def draft_minutes(*, meeting: Meeting, user: User, now: datetime | None = None) -> Minutes:
    """Draft the minutes of the closed `meeting` from what happened in it; return them.

    Raises NotAllowed to others than its convenors, OutOfTurn before it is closed or when somebody has drafted them.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.DRAFT_MINUTES, user=user)
    check_minutes(meeting=meeting, verb=MinutesVerb.DRAFT, user=user)
    opening, texts = drafted(meeting)
    minutes = Minutes.objects.create(meeting=meeting, opening=opening, drafted_by=user, drafted_at=now)
    MinutesSection.objects.bulk_create(MinutesSection(minutes=minutes, item=item, text=text) for item, text in texts)
    edited(minutes=minutes, user=user, now=now)
    records.audit(verb="minutes.draft", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return minutes


@transaction.atomic
def edit_minutes(
    *,
    meeting: Meeting,
    user: User,
    revision: int,
    opening: str,
    texts: dict[int, str],
    read: dict[int | None, str] | None = None,
    now: datetime | None = None,
) -> Minutes:
    """Replace the opening and the texts of the sections (section → text), all that were read at `revision`.

    When somebody saved another text since, `read` tells them apart: the digest of what was read of each section, of
    the opening under None. What only one of the two changed is taken. Returns the minutes. Raises NotAllowed to others
    than the convenors, OutOfTurn once they are submitted, Refused when both changed the same text, or for a text that
    is too long.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    minutes = check_minutes(meeting=meeting, verb=MinutesVerb.EDIT, user=user)
    sections = list(sections_of(minutes))
    if minutes.revision != revision:
        stored = {None: minutes.opening} | {section.pk: section.text for section in sections}
        merged = joined(stored, {**stored, None: opening, **texts}, read or {})
        if merged is None:
            raise Refused(
                _("Somebody has saved another text since you opened the page. Compare both below, then save again.")
            )
        opening, texts = merged.pop(None), merged
    minutes.opening = checked(
        opening, field="opening", most=LONGEST_OPENING, missing=_("Please say when and where it was, and who came.")
    )
    minutes.revision += 1
    minutes.save(update_fields=["opening", "revision"])
    for section in sections:
        text = texts.get(section.pk, section.text)
        section.text = checked(text, field=f"section_{section.pk}", most=LONGEST_SECTION)
    MinutesSection.objects.bulk_update(sections, ["text"])
    edited(minutes=minutes, user=user, now=now)
    return minutes


@transaction.atomic
def submit_minutes(*, meeting: Meeting, user: User, confirmer: User, now: datetime | None = None) -> Minutes:
    """Ask `confirmer` to confirm the minutes; any other second person may do so too. Return the minutes.

    Raises NotAllowed to others than the convenors, OutOfTurn unless they are a draft, Refused when `confirmer` wrote
    in them, or neither was there with a vote nor convenes.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    minutes = check_minutes(meeting=meeting, verb=MinutesVerb.SUBMIT, user=user)
    if not seconds_of(meeting).filter(pk=confirmer.pk).exists():
        raise Refused(
            _("Choose somebody who was there with a vote or convenes, and who did not write in the minutes."),
            field="confirmer",
        )
    minutes.submitted_at, minutes.reason = now, ""
    minutes.save(update_fields=["state", "submitted_at", "reason"])
    handed_on(meeting=meeting, done=Step.DRAFT_MINUTES, step=Step.CONFIRM_MINUTES, person=confirmer, now=now)
    tell(meeting=meeting, people=[confirmer], by=user, kind="minutes.to_confirm", now=now)
    records.audit(verb="minutes.submit", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return minutes
