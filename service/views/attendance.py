"""The list of who was there: the staff attest hours and mark who came and who did not."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from service.actions.attendance import mark_absent, mark_present
from service.actions.check_in import opens_at
from service.actions.hours import attest_hours
from service.durations import spelled
from service.enums import HourKind, SignUpState, Verb
from service.forms.attendance import AttestForm, MarkForm
from service.models import Shift, SignUp
from service.queries.attendance import roll_of
from service.queries.names import names_in
from service.queries.posts import shifts_run_by
from service.views.panels import Row, carry_out, panels
from service.workflow import SIGN_UP_MOVES, allowed


def _attest(*, shift: Shift, user, **minutes) -> None:
    given = {int(name.removeprefix("minutes_")): value for name, value in minutes.items() if value is not None}
    attest_hours(shift=shift, user=user, minutes=given)


ROWS: dict[str, Row] = {
    "attest": Row(
        gettext_lazy("Attest the hours"),
        gettext_lazy("The hours have been attested; the members have been told."),
        _attest,
        "clipboard-check",
        AttestForm,
        gettext_lazy("Of everybody present at once. What is attested can only be corrected by a new entry."),
    ),
    "present": Row(
        gettext_lazy("Mark as present"),
        gettext_lazy("They have been marked as present."),
        mark_present,
        "user-check",
        MarkForm,
        gettext_lazy("For who was there but could not check in."),
    ),
    "absent": Row(
        gettext_lazy("Mark as absent"),
        gettext_lazy("They have been marked as absent; they read the reason."),
        mark_absent,
        "user-x",
        MarkForm,
        gettext_lazy("For who did not come. They are told, with your reason."),
    ),
}


@holding("manage_service")
@require_GET
@never_cache
def attendance(request, pk):
    """Show who was there, with check-in and check-out, and what the staff can do about it."""
    return _attendance_page(request, seeing(shifts_run_by(request.user), pk=pk))


@holding("manage_service")
@require_POST
@never_cache
def verb(request, pk, verb):
    """Attest or mark; what is refused is shown in its form, with everything that was typed."""
    shift = seeing(shifts_run_by(request.user), pk=pk)
    if verb not in ROWS:
        raise Http404
    roll, names = list(roll_of(shift)), names_in(shift)
    people = _concerned(request.user, shift, roll)[verb]
    too_late = _too_late(request.POST, [row for row in roll if row not in people], names)
    if not people:
        messages.error(request, too_late or _("There is nobody on this list for whom you could do that now."))
        return redirect("attendance", shift.pk)
    form = ROWS[verb].form(request.POST, prefix=verb, people=people, names=names)
    if too_late:
        form.add_error(None, too_late)
    elif carry_out(request, ROWS[verb], form, shift=shift):
        return redirect("attendance", shift.pk)
    return _attendance_page(request, shift, (verb, form))


def _too_late(data, others: list[SignUp], names: dict[int, str]) -> str:
    """Return what to tell who typed minutes of `others`, whose hours are not to be attested any more; else nothing."""
    typed = {row: data.get(f"attest-minutes_{row.pk}", "") for row in others}
    people = [
        _("%(member)s (%(state)s; you typed %(minutes)s)")
        % {"member": names[row.pk], "state": row.get_state_display(), "minutes": minutes}
        for row, minutes in typed.items()
        if minutes
    ]
    if not people:
        return ""
    sentence = _("Somebody was quicker: %(people)s. Nothing of what you sent has been entered; please look again.")
    return sentence % {"people": pgettext("between the units of a list", ", ").join(people)}


def _concerned(user, shift: Shift, roll: list[SignUp]) -> dict[str, list[SignUp]]:
    """Return whom each verb is for at this moment: never the one who does it."""
    now = timezone.now()
    others = [sign_up for sign_up in roll if sign_up.member_id != user.pk]
    begins = {Verb.ATTEST: shift.ends_at, Verb.PRESENT: opens_at(shift), Verb.ABSENT: shift.starts_at}
    found = {
        verb: [row for row in others if now >= begin and allowed(SIGN_UP_MOVES[verb], row.state, shift.state)]
        for verb, begin in begins.items()
    }
    found[Verb.ATTEST] = [row for row in found[Verb.ATTEST] if row.checked_in_at]
    found[Verb.PRESENT] = [
        row for row in found[Verb.PRESENT] if row.state == SignUpState.ABSENT or not row.checked_in_at
    ]
    return found


def _attendance_page(request, shift: Shift, sent: tuple | None = None):
    roll, names = list(roll_of(shift)), names_in(shift)
    concerned = _concerned(request.user, shift, roll)
    context = {
        "shift": shift,
        "rows": [_line(sign_up, names[sign_up.pk]) for sign_up in roll],
        "ended": timezone.now() >= shift.ends_at,
        "is_among_them": any(
            sign_up.member_id == request.user.pk and sign_up.state == SignUpState.TAKEN for sign_up in roll
        ),
        "panels": panels(
            ROWS,
            [name for name, people in concerned.items() if people],
            lambda name: ROWS[name].form(prefix=name, people=concerned[name], names=names),
            lambda name: reverse("attendance_verb", args=[shift.pk, name]),
            sent,
        ),
    }
    return render(request, "service/hours/attendance.html", context)


def _line(sign_up: SignUp, name: str) -> dict:
    """Return what the list says of one sign-up: its name, its hours, and the entry that can be corrected."""
    hours = list(sign_up.hours.all())
    entry = next((row for row in hours if row.kind == HourKind.ATTESTED), None)
    return {
        "sign_up": sign_up,
        "name": name,
        "entry": entry,
        "hours": spelled(sum(row.minutes for row in hours)) if entry else "",
        "is_corrected": len(hours) > 1,
    }
