"""The history of a case in the words of its resident: what happened, where it stands, what comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.enums import Channel, State, Verb
from cases.models import Case, Movement
from records.models import Attachment
from records.terms.enums import PauseCode

LODGED = {
    Channel.WEB: gettext_lazy("You lodged this request; it went to %(to)s."),
    Channel.QR: gettext_lazy("You lodged this request by the code at the building; it went to %(to)s."),
    Channel.PHONE: gettext_lazy("You lodged this request by telephone; it went to %(to)s."),
    Channel.PATROL: gettext_lazy("A patrol reported this; it went to %(to)s."),
    Channel.IMPORT: gettext_lazy("This request was lodged elsewhere and handed on to %(to)s."),
}
HAPPENED = {
    Verb.ACCEPT: gettext_lazy("%(unit)s has accepted the request and answers for it."),
    Verb.TAKE: gettext_lazy("%(unit)s has accepted the request and answers for it."),
    Verb.ATTEND: gettext_lazy("%(unit)s is on the spot."),
    Verb.REPORT_PROGRESS: gettext_lazy("%(unit)s reports what has been done so far:"),
    Verb.RESOLVE: gettext_lazy("%(unit)s has answered the request:"),
    Verb.ESCALATE: gettext_lazy("%(unit)s passed the request up to %(to)s."),
    Verb.ASSIGN: gettext_lazy("%(unit)s gave the request to %(to)s."),
    Verb.BLOW_WHISTLE: gettext_lazy("%(unit)s blew the whistle: it called %(departments)s to the spot."),
    Verb.MERGE: gettext_lazy("It is about the same matter as request %(into)s; both are followed up together."),
    Verb.ADD_INFORMATION: gettext_lazy("You added information:"),
    Verb.WITHDRAW: gettext_lazy("You withdrew the request:"),
    Verb.RATE: gettext_lazy("You rated the answer. Thank you."),
    Verb.REOPEN: gettext_lazy("You said it is not solved: the request is open again and lies with %(to)s."),
    Verb.CLOSE_SILENT: gettext_lazy("The time for a rating is over; the request was closed without one."),
    Verb.ACCEPT_TURNOUT: gettext_lazy("%(unit)s has taken up the whistle and is on the way."),
    Verb.ARRIVE: gettext_lazy("%(unit)s has arrived on the spot."),
    Verb.RELEASE: gettext_lazy("%(unit)s has confirmed that the work of %(department)s is done."),
    Verb.APPROVE_EXTENSION: gettext_lazy("%(unit)s has granted more time for the answer, until %(until)s."),
    Verb.PAUSE: gettext_lazy("%(unit)s has stopped the clock: %(pause)s."),
    Verb.RESUME: gettext_lazy("The clock runs on."),
    Verb.WITHDRAW_TURNOUT: gettext_lazy("%(unit)s no longer needs %(department)s to come."),
    Verb.TABLE: gettext_lazy("%(unit)s raised the matter for discussion at %(forum)s."),
    Verb.RESOLUTION: gettext_lazy("%(forum)s has resolved on the matter: “%(title)s”."),
}
STANDS = {
    State.LODGED: gettext_lazy("%(holder)s has the request on its desk and will accept it next."),
    State.ACCEPTED: gettext_lazy("%(holder)s is working on the request."),
    State.RESOLVED: gettext_lazy("The request has been answered. Please tell us whether it is solved."),
    State.CLOSED: gettext_lazy("The request is closed."),
    State.MERGED: gettext_lazy("The request is followed up together with request %(into)s."),
    State.WITHDRAWN: gettext_lazy("You withdrew the request."),
}
PAUSES = dict(PauseCode.choices)
STEPS = (gettext_lazy("Lodged"), gettext_lazy("Accepted"), gettext_lazy("Answered"), gettext_lazy("Closed"))
DONE_STEPS = {State.LODGED: 1, State.ACCEPTED: 2, State.RESOLVED: 3, State.CLOSED: 4}


@dataclass(frozen=True)
class Entry:
    """One line of the public timeline."""

    at: datetime
    sentence: str
    text: str
    photos: list[Attachment]
    state: str
    url: str = ""


@dataclass(frozen=True)
class ProgressStep:
    """One of the four steps from lodging to the end: done, current or still to come."""

    label: str
    state: str


def sentence_of(movement: Movement) -> str:
    """Return what `movement` means to the resident, in the active language; reasons are for the units only."""
    if movement.verb == Verb.LODGE:
        sentence = LODGED.get(movement.data.get("channel"), LODGED[Channel.WEB])
    else:
        sentence = HAPPENED.get(movement.verb) or movement.get_verb_display().replace("%", "%%")
    unknown = _("the unit in charge")
    return sentence % {
        "unit": movement.unit or unknown,
        "to": movement.to_unit or unknown,
        "department": movement.turnout.department if movement.turnout else unknown,
        "departments": pgettext("between the units of a list", ", ").join(movement.data.get("departments", []))
        or unknown,
        "into": movement.data.get("into", ""),
        "forum": movement.data.get("forum", ""),
        "title": movement.data.get("title", ""),
        "pause": PAUSES.get(movement.data.get("code"), ""),
        "until": _moment(movement.data.get("until")),
    }


def _moment(written: str | None) -> str:
    """Return a moment as the history keeps it, as a reader does."""
    return date_format(timezone.localtime(datetime.fromisoformat(written)), "DATETIME_FORMAT") if written else ""


def timeline(case: Case, movements: list[Movement], photos: dict) -> list[Entry]:
    """Return the entries of the public timeline, the oldest first.

    `movements` are the public ones of `case`; `photos` are by (content type id, key), as attachments_of has them.
    """
    kind = ContentType.objects.get_for_model(Movement).pk
    last = movements[-1].pk if movements and case.is_open else None
    return [
        Entry(
            at=movement.at,
            sentence=sentence_of(movement),
            text=movement.text,
            photos=photos.get((kind, movement.pk), []),
            state="current" if movement.pk == last else "done",
            url=movement.data.get("url", ""),
        )
        for movement in movements
    ]


def photos_of_case(case: Case, photos: dict) -> list[Attachment]:
    """Return the photos that came with the request itself."""
    return photos.get((ContentType.objects.get_for_model(Case).pk, case.pk), [])


def standing(case: Case) -> str:
    """Return in one sentence where `case` stands."""
    if case.state == State.CLOSED and case.solved is not None:
        return (
            _("The request is closed: you said it is solved.")
            if case.solved
            else _("The request is closed, although you said it is not solved.")
        )
    return STANDS[case.state] % {
        "holder": case.holder,
        "into": case.merged_into.number if case.merged_into else "",
    }


def progress(case: Case) -> list[ProgressStep]:
    """Return the steps of `case` on its way; none when it was merged or withdrawn."""
    done = DONE_STEPS.get(case.state)
    if done is None:
        return []
    return [
        ProgressStep(label, "done" if index < done else "current" if index == done else "ahead")
        for index, label in enumerate(STEPS)
    ]
