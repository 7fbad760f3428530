"""Whom the minutes of a meeting may name, and by which words people are published where the forum names nobody."""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.models import Unit, User
from cases.queries import residents_behind
from consultation.models import Invitation, Matter, Meeting, MinutesEdit, SpeakingNote
from consultation.queries.scope import convenors_of
from consultation.redaction import Hidden, Redaction
from records.queries import audited

CONVENED, PRESENTS, RAISED, SENT = range(4)
"""As what somebody may be named who is not invited; the first one counts."""


class Described(NamedTuple):
    """Somebody whom the minutes may name, what may stand in brackets behind that, and as what they are published.

    `phrase` is what the draft says of a substitute and whom they came for, in one.
    """

    name: str
    what: str
    label: str
    phrase: str = ""


def what_of(invitation: Invitation) -> str:
    """Return as what somebody was invited: the unit they come for, or what their seat is called; else nothing."""
    if invitation.unit:
        return invitation.unit.name
    return invitation.seat.title if invitation.seat else ""


def called(person: User, invitation: Invitation) -> str:
    """Return the name of `person`, and behind it as what they were invited."""
    what = what_of(invitation)
    return pgettext("person", "%(name)s (%(what)s)") % {"name": person, "what": what} if what else str(person)


def came(invitation: Invitation) -> str:
    """Return who comes by `invitation`, as what, and for whom if for somebody else."""
    attendee = called(invitation.attendee, invitation)
    if not invitation.substitute:
        return attendee
    return _("%(substitute)s for %(name)s") % {"substitute": attendee, "name": invitation.person}


def invitations_of(meeting: Meeting) -> list[Invitation]:
    """Return the invitations to `meeting` with what their people are called, in the order in which they went out."""
    related = ("person", "substitute", "unit", "seat")
    return list(meeting.invitations.select_related(*related).order_by("pk"))


def redaction_of(meeting: Meeting) -> Redaction:
    """Return what is left out of all that is published of `meeting`: names, unless people are named, and numbers."""
    hidden = hidden_in(meeting)
    with override(settings.LANGUAGE_CODE):
        return Redaction(hidden, kept_in(meeting) if hidden else [], _("[number]"))


def names_people(meeting: Meeting) -> bool:
    """Return whether what is published of `meeting` names people: by the rule when it was called."""
    return meeting.forum.names_public if meeting.names_public is None else meeting.names_public


def hidden_in(meeting: Meeting) -> list[Hidden]:
    """Return the names that the published minutes of `meeting` leave out; none where people are named.

    One person keeps one description through the whole text; who shares a description is told apart by a number. Of
    two people with one name, both descriptions stand. They are in the language of the portal, as the draft is.
    """
    if names_people(meeting):
        return []
    with override(settings.LANGUAGE_CODE):
        people = _described(meeting)
        names = {person.name for person in people}
        labels = _told_apart([_harmless(person.label, names) for person in people])
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for person, label in zip(people, labels, strict=True):
        found[person.name].append((person.what, label))
    phrases = [Hidden(row.phrase, (), label) for row, label in zip(people, labels, strict=True) if row.phrase]
    return phrases + [
        Hidden(name, tuple(what for what, _label in rows), " / ".join(label for _what, label in rows))
        for name, rows in found.items()
    ]


def kept_in(meeting: Meeting) -> list[str]:
    """Return the words that stay whole though a name may be a part of them: the forum's, the place's, the units'."""
    comes_for = Unit.objects.filter(pk__in=meeting.invitations.filter(unit__isnull=False).values("unit"))
    names = comes_for.order_by("pk").values_list("name", flat=True)
    return [meeting.forum.name, meeting.forum.unit.name, meeting.place, *names]


def _described(meeting: Meeting) -> list[Described]:
    """Return everybody whom the minutes may name, each once."""
    rows = _invited(meeting)
    labels = {
        CONVENED: _("convenor"),
        PRESENTS: pgettext("person", "presenter"),
        RAISED: pgettext("person", "proposer"),
        SENT: pgettext("substitute", "stand-in"),
    }
    for person in _others(meeting):
        rows.setdefault(person.pk, Described(str(person), "", labels[person.role]))
    found = list(rows.values())
    asked = residents_behind(_matters(meeting).filter(case__isnull=False).values("case"))
    asked -= {person.name for person in found}
    return found + [Described(name, "", pgettext("person", "resident")) for name in sorted(asked)]


def _invited(meeting: Meeting) -> dict[int, Described]:
    """Return who was invited to `meeting` and who comes for them, by the key of the person."""
    rows: dict[int, Described] = {}
    for number, invitation in enumerate(invitations_of(meeting), 1):
        what = what_of(invitation)
        if invitation.unit:
            label = _("representative of %(unit)s") % {"unit": what}
        else:
            label = what or _("participant %(number)d") % {"number": number}
        rows.setdefault(invitation.person_id, Described(str(invitation.person), what, label))
        if invitation.substitute:
            label = pgettext("substitute", "stand-in of %(label)s") % {"label": label}
            person = Described(str(invitation.substitute), what, label, came(invitation))
            rows.setdefault(invitation.substitute_id, person)
    return rows


def _others(meeting: Meeting) -> QuerySet[User]:
    """Return who else may be named: who convenes or did so here, presents, raised a matter, was once to come."""
    convened = Q(pk__in=convenors_of(meeting.forum.unit).values("pk")) | Q(pk=meeting.forum.convenor_id)
    convened |= Q(pk__in=MinutesEdit.objects.filter(minutes__meeting=meeting).values("by"))
    convened |= Q(pk__in=SpeakingNote.objects.filter(item__meeting=meeting).values("noted_by"))
    convened |= Q(pk__in=[meeting.created_by_id, meeting.called_by_id])
    presents = Q(pk__in=meeting.items.filter(presenter__isnull=False).values("presenter"))
    raised = Q(pk__in=_matters(meeting).values("proposer"))
    sent = Q(pk__in=_sent(meeting))
    found = User.objects.filter(convened | presents | raised | sent)
    return found.annotate(
        role=Case(
            When(convened, then=Value(CONVENED)),
            When(presents, then=Value(PRESENTS)),
            When(raised, then=Value(RAISED)),
            default=Value(SENT),
        )
    ).order_by("role", "pk")


def _sent(meeting: Meeting) -> list[int]:
    """Return the keys of all who were ever to come for somebody else, those who were replaced too."""
    entries = audited(meeting, "meeting.substitute")
    return [entry.detail["substitute"] for entry in entries]


def _matters(meeting: Meeting) -> QuerySet[Matter]:
    """Return the matters on the agenda of `meeting`, and those that were merged into them."""
    tabled = meeting.items.filter(matter__isnull=False).values("matter")
    return Matter.objects.filter(Q(pk__in=tabled) | Q(merged_into__in=tabled))


def _harmless(label: str, names: set[str]) -> str:
    """Return `label`, or what says less where somebody's name is a part of it."""
    return _("attendee") if any(name in label for name in names if len(name) > 1) else label


def _told_apart(labels: list[str]) -> list[str]:
    """Return `labels`, those that occur several times with a number."""
    totals, seen = Counter(labels), Counter()
    found = []
    for label in labels:
        seen[label] += 1
        numbered = pgettext("one of several", "%(label)s %(number)d") % {"label": label, "number": seen[label]}
        found.append(numbered if totals[label] > 1 else label)
    return found
