"""What the draft of minutes says: composed from what happened in the meeting, in the language of the portal."""

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from consultation.enums import AgendaState, Reply, VoteState
from consultation.models import AgendaItem, Invitation, Meeting, Minutes, MinutesSection, SpeakingNote, Vote
from consultation.queries.minutes_names import called, came, invitations_of
from consultation.queries.room import quorum_of

LONGEST_OPENING = Minutes._meta.get_field("opening").max_length
LONGEST_SECTION = MinutesSection._meta.get_field("text").max_length


def drafted(meeting: Meeting) -> tuple[str, list[tuple[AgendaItem, str]]]:
    """Return the opening of the minutes of `meeting`, and each item of its agenda with what is drafted of it."""
    with override(settings.LANGUAGE_CODE):
        return _opening(meeting), [(item, _section(item)) for item in _items(meeting)]


def _opening(meeting: Meeting) -> str:
    """Return when and where `meeting` was held, who was there or not, and whether that was a quorum.

    Where so many were invited that their names do not fit, their numbers stand alone.
    """
    invitations = invitations_of(meeting)
    for named in (True, False):
        text = "\n".join([*_when_and_where(meeting), *_people(invitations, named), _quorum(meeting)])
        if len(text) <= LONGEST_OPENING:
            break
    return text


def _when_and_where(meeting: Meeting) -> list[str]:
    began = timezone.localtime(meeting.opened_at or meeting.starts_at)
    ended = timezone.localtime(meeting.closed_at or meeting.ends_at)
    until = f"{ended:%H:%M}" if ended.date() == began.date() else f"{ended:%Y-%m-%d %H:%M}"
    return [
        _("Time: %(begin)s to %(end)s") % {"begin": f"{began:%Y-%m-%d %H:%M}", "end": until},
        _("Place: %(place)s") % {"place": meeting.place},
    ]


def _people(invitations: list[Invitation], named: bool) -> list[str]:
    there = [each for each in invitations if each.checked_in_at]
    away = [each for each in invitations if not each.checked_in_at]
    excused = [each for each in away if each.reply == Reply.NO]
    missing = [each for each in away if each.reply != Reply.NO]
    groups = [
        (_("Present (%(count)d): %(names)s"), _("Present: %(count)d"), [came(each) for each in there]),
        (_("Excused (%(count)d): %(names)s"), _("Excused: %(count)d"), [called(e.person, e) for e in excused]),
        (_("Absent (%(count)d): %(names)s"), _("Absent: %(count)d"), [called(e.attendee, e) for e in missing]),
    ]
    comma = pgettext("between names", ", ")
    return [
        (with_names if named else alone) % {"count": len(names), "names": comma.join(names)}
        for with_names, alone, names in groups
        if names
    ]


def _quorum(meeting: Meeting) -> str:
    found = quorum_of(meeting)
    said = {"present": found.present, "seats": found.seats, "needed": found.needed, "percent": found.percent}
    if found.is_reached:
        return _("Quorum: %(present)d of %(seats)d with a vote present, %(needed)d needed (%(percent)d%%): met.") % said
    return _("Quorum: %(present)d of %(seats)d with a vote present, %(needed)d needed (%(percent)d%%): not met.") % said


def _items(meeting: Meeting) -> QuerySet[AgendaItem]:
    """Return the items of `meeting` in their order, with their notes, votes and resolutions: a query for each kind."""
    notes = SpeakingNote.objects.select_related("speaker__person", "speaker__substitute").order_by("at", "pk")
    votes = Vote.objects.order_by("opened_at", "pk")
    found = meeting.items.select_related("resolution").order_by("position", "pk")
    return found.prefetch_related(Prefetch("notes", notes), Prefetch("votes", votes))


def _section(item: AgendaItem) -> str:
    """Return what is drafted of `item`: discussion, notes, votes, resolution, decision, whether it was put off.

    Notes that do not fit are counted; they are kept with the meeting. No choice of anybody is ever told.
    """
    before = [item.discussion] if item.discussion else []
    after = [_vote(vote) for vote in item.votes.all()]
    if resolution := getattr(item, "resolution", None):
        after.append(_("Resolution %(number)s was adopted.") % {"number": resolution.number})
    if item.decision and any(vote.adopted is False for vote in item.votes.all()):
        after.append(item.decision)  # the result: nothing was decided
    elif item.decision:
        after.append(_("Decision: %(text)s") % {"text": item.decision})
    if item.state == AgendaState.DEFERRED:
        after.append(_("The item was put off to a later meeting."))
    room = LONGEST_SECTION - len("\n".join([*before, *after])) - 100
    return "\n".join([*before, *_notes(item, room), *after])[:LONGEST_SECTION]


def _notes(item: AgendaItem, room: int) -> list[str]:
    found: list[str] = []
    for note in item.notes.all():
        said = {"name": note.speaker.attendee, "text": note.text} if note.speaker else None
        line = pgettext("speaking note", "%(name)s: %(text)s") % said if said else note.text
        room -= len(line) + 1
        if room < 0:
            found.append(
                _("%(count)d more notes are kept with the meeting.") % {"count": item.notes.count() - len(found)}
            )
            break
        found.append(line)
    return found


def _vote(vote: Vote) -> str:
    said = {
        "question": vote.question,
        "in_favour": vote.in_favour,
        "against": vote.against,
        "abstained": vote.abstained,
        "electorate": vote.electorate,
        "way": vote.get_balloting_display(),
        "rule": vote.get_majority_display(),
        "reason": vote.reason,
    }
    if vote.state == VoteState.BROKEN_OFF:
        return _("Vote on “%(question)s”: broken off. %(reason)s") % said
    counted = _(
        "Vote on “%(question)s” (%(way)s): %(in_favour)d in favour, %(against)d against, %(abstained)d abstained, "
        "of %(electorate)d who might vote."
    )
    result = _("Adopted. Rule: %(rule)s.") if vote.adopted else _("Not adopted. Rule: %(rule)s.")
    return f"{counted % said}\n{result % said}"
