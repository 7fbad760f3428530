"""Members look for service near home, in a list and in a calendar, and see what they have signed up for."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from records.keyset import page
from records.queries import owed_by_person
from records.registry import step_label, subjects_of
from service import months
from service.enums import Step
from service.filters.shifts import RINGS, FindFilter, MonthFilter
from service.models import CalendarFeed
from service.queries import shifts as queries
from service.queries import sign_ups
from service.queries.scope import registration_of

SHORT = 8
"""So many shifts of each ring are shown before one asks for all."""


@signed_in
@require_GET
@never_cache
def find(request):
    """List the shifts that take sign-ups: those of the own community first, then of its street, then the district's."""
    registration, now = registration_of(request.user), timezone.now()
    if registration is None:
        return render(request, "service/posts/find.html", {"registration": None})
    found = FindFilter(request.GET, queries.open_shifts(registration, now), request=request)
    context = {"registration": registration, "filter": found, "signed_up": _live(request.user, now)}
    if found.is_valid() and found.form.cleaned_data["near"]:
        context["page"] = page(found.qs, "starts_at", request.GET.get("cursor", ""))
    else:
        context["rings"] = [_ring(found, registration, near, label) for near, label in RINGS]
    return render(request, "service/posts/find.html", context)


def _ring(found: FindFilter, registration, near: str, label) -> dict:
    """Return the first shifts of one ring, and whether there are more."""
    rows = found.qs.filter(queries.ring(registration.community, near)).order_by("starts_at", "pk")
    rows = list(rows[: SHORT + 1])
    return {"near": near, "label": label, "shifts": rows[:SHORT], "more": len(rows) > SHORT}


def _live(user, now) -> dict:
    """Return the state of each live sign-up of `user` by the key of its shift."""
    return {row.shift_id: row for row in sign_ups.coming_of(user, now)}


@signed_in
@require_GET
@never_cache
def calendar(request):
    """Show a month: on each day, how many shifts take sign-ups, and how many places are free."""
    registration, now = registration_of(request.user), timezone.now()
    today = timezone.localdate(now)
    month = months.read(request.GET.get("month", ""), today)
    context = {"registration": registration, "month": month, "earlier": month > today.replace(day=1)}
    if registration is not None:
        found = MonthFilter(request.GET, queries.open_shifts(registration, now), request=request)
        weeks = months.weeks(month)
        days = queries.per_day(found.qs, weeks[0][0], weeks[-1][-1])
        context |= {
            "filter": found,
            "weeks": [[_day(day, month, today, days) for day in week] for week in weeks],
            "weekdays": weeks[0],
            "previous": months.before(month),
            "next": months.after(month),
        }
    return render(request, "service/posts/calendar.html", context)


def _day(day, month, today, days) -> dict:
    counts = days.get(day, {})
    return {"day": day, "is_here": day.month == month.month, "is_today": day == today, **counts}


@signed_in
@require_GET
@never_cache
def mine(request):
    """Show the person's sign-ups, coming or past, with offers to answer and what they owe on top."""
    user, now = request.user, timezone.now()
    past = request.GET.get("tab") == "past"
    rows = sign_ups.past_of(user, now) if past else sign_ups.coming_of(user, now)
    owed = owed_by_person(user).exclude(kind=Step.ANSWER_OFFER)  # offers stand above, with their buttons
    owed = list(owed.order_by("due_at", "pk")[:50])
    subjects = subjects_of(owed)
    context = {
        "past": past,
        "page": page(rows, "-starts_at" if past else "starts_at", request.GET.get("cursor", "")),
        "offers": sign_ups.offers_to(user, now),
        "owed_in_person": [(row, step_label(row.kind), subjects[row.pk]) for row in owed],
        "feed": CalendarFeed.objects.filter(member=user).first(),
        "registration": registration_of(user),
    }
    return render(request, "service/posts/mine.html", context)
