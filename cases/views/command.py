"""全区态势: the whole district at a glance, and what the command centre decides."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import OutOfTurn, Refused
from accounts.models import Unit
from accounts.queries import grants_of, posts_of, within
from cases import actions, queries
from cases.enums import OPEN_STATES, Level, State, Verb
from cases.forms.command import DecideExclusionForm
from cases.forms.refusals import show_refusal
from cases.views.turnout_verbs import panel_of
from records.filters import DeadlineFilter
from records.keyset import page
from records.queries import deadlines_of, owed_by_one, owed_by_unit
from records.views import listed

SHOWN = 5  # rows of each list on the overview
UNITS_SHOWN = 10  # units of which the deadlines are counted one by one; of the rest, the sum
RATE_DAYS = 30
DECIDED = {
    True: _("The case has been excluded from the rates."),
    False: _("The case stays in the rates."),
}


def _districts(request) -> frozenset[int]:
    return grants_of(request.user).units("command_case")


@holding("command_case", "lead_case")
def overview(request):
    """Show what is open by stage, street and department, what is late, and what waits for command.

    A district leader sees the same; deciding is command's.
    """
    grants, now = grants_of(request.user), timezone.now()
    districts = grants.units("command_case") | grants.units("lead_case")
    departments = list(queries.open_by_department(districts))
    streets = list(queries.open_by_street(districts))
    lifted = queries.lifted_to_command(districts)
    return render(
        request,
        "cases/command/overview.html",
        {
            "decides": grants.holds("command_case"),
            "stages": _stages(districts),
            "streets": streets,
            "most_late_of_street": max((row["late"] for row in streets), default=0),
            "departments": departments,
            "most_late_of_department": max((row["late"] for row in departments), default=0),
            "disputes": sum(row["disputed"] for row in departments),
            "to_arrive": sum(row["to_arrive"] for row in departments),
            "exclusions": queries.undecided_exclusions(districts).count(),
            "late_arrivals": queries.late_to_arrive(districts, now)[:SHOWN],
            "newest": lifted.exclude(next_due_at__lt=now)[:SHOWN],
            "latest": lifted.filter(next_due_at__lt=now).order_by("next_due_at", "pk")[:SHOWN],
            "rates": _rates(districts, now),
            "band": settings.WHISTLE_RATE_BAND,
            "rate_days": RATE_DAYS,
            **_owed(request, now),
        },
    )


@holding("command_case", "lead_case")
@require_GET
@never_cache
def live(request):
    """Answer the part of the overview that refreshes itself: open deadlines by unit."""
    return render(request, "cases/command/_deadlines.html", _owed(request, timezone.now()))


@holding("command_case", "lead_case")
@require_GET
@never_cache
def unit_deadlines(request, pk):
    """List what one unit of the district owes, what is late on top."""
    unit = seeing(within(_own_districts(request)), pk=pk)
    found = DeadlineFilter(request.GET, owed_by_one(unit), request=request)
    return render(request, "cases/command/unit_deadlines.html", {"unit": unit, **listed(request, found)})


def _own_districts(request) -> set[Unit]:
    grants = grants_of(request.user)
    districts = grants.units("command_case") | grants.units("lead_case")
    return {post.unit for post in posts_of(request.user) if post.unit_id in districts}


def _owed(request, now) -> dict:
    """Return the units of the district that owe most, the sum of the others, and the highest count of late ones."""
    districts = _own_districts(request)
    key = f"owed-by-unit:{sorted(unit.pk for unit in districts)}".replace(" ", "")
    found = cache.get(key)
    if found is None:
        found = list(owed_by_unit(districts, now))
        cache.set(key, found, settings.OVERVIEW_CACHE_SECONDS)
    rest = found[UNITS_SHOWN:]
    return {
        "now": now,
        "owing": found[:UNITS_SHOWN],
        "others": {"units": len(rest), **{key: sum(row[key] for row in rest) for key in ("open", "today", "late")}},
        "most_late_of_unit": max((row["late"] for row in found), default=0),
    }


def _stages(districts) -> list[dict]:
    """Return every stage of the ladder, also those where nothing is open: {level, state, cases, late}."""
    found = {(row["level"], row["state"]): row for row in queries.open_by_stage(districts)}
    return [
        {"cases": 0, "late": 0, **found.get((level, state), {}), "level": level, "state": State(state)}
        for level in Level
        for state in OPEN_STATES
    ]


def _rates(districts, now) -> list[dict]:
    """Return 吹哨率 of each street with escalated cases, and whether it is low, normal or high in the band."""
    low, high = settings.WHISTLE_RATE_BAND
    rows = []
    for row in queries.whistle_rate(districts, now - timedelta(days=RATE_DAYS)):
        rate = 100 * row["whistles"] / row["escalated"]
        rows.append({**row, "rate": rate, "standing": "low" if rate < low else "high" if rate > high else "normal"})
    return rows


@holding("command_case")
def disputes(request):
    """List the disputes that wait for command, the oldest first, each with the two ways to decide it."""
    waiting = queries.undecided_disputes(_districts(request))
    found = page(waiting, "disputed_at", request.GET.get("cursor", ""))
    deadlines = deadlines_of(found.rows)
    for turnout in found:
        turnout.owed = [deadline for deadline in deadlines[turnout.pk] if deadline.is_open]
        turnout.panels = [panel_of(verb, turnout) for verb in (Verb.UPHOLD_DISPUTE, Verb.REJECT_DISPUTE)]
    return render(request, "cases/command/disputes.html", {"page": found})


@holding("command_case")
def exclusions(request):
    """List the exclusions that wait for command, the oldest first, each with its decision."""
    return _exclusions(request)


@holding("command_case")
@require_POST
def decide_exclusion(request, pk):
    """Decide one exclusion; a refusal is shown in its form on the list."""
    exclusion = seeing(queries.exclusions_in(_districts(request)), pk=pk)
    form = _decision(pk, request.POST)
    if form.is_valid():
        try:
            actions.decide_exclusion(exclusion=exclusion, user=request.user, **form.cleaned_data)
        except OutOfTurn:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, DECIDED[form.cleaned_data["approve"]])
            return redirect("exclusions")
    return _exclusions(request, pk, form)


def _decision(pk: int, data=None) -> DecideExclusionForm:
    return DecideExclusionForm(data, prefix="decide", auto_id=f"exclusion_{pk}_%s")


def _exclusions(request, sent_pk: int | None = None, sent: DecideExclusionForm | None = None):
    waiting = queries.undecided_exclusions(_districts(request))
    found = page(waiting, "asked_at", request.GET.get("cursor", ""))
    deadlines = deadlines_of(found.rows)
    for exclusion in found:
        exclusion.owed = [deadline for deadline in deadlines[exclusion.pk] if deadline.is_open]
        exclusion.form = sent if exclusion.pk == sent_pk else _decision(exclusion.pk)
    return render(request, "cases/command/exclusions.html", {"page": found})
