"""Calls for helpers: who sees which, who runs which, and whom a call is for."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from service.codes import EARLIEST
from service.enums import RUNNING_CALLS, AnswerState, RegistrationState, Step, Verb
from service.models import EmployerRegistration, HelperAnswer, HelperCall, Registration, Skill
from service.queries.scope import communities_of, communities_run_by, employers_of, members_of
from service.workflow import CALL_MOVES

CAME = (AnswerState.ARRIVED, AnswerState.RELEASED)


def _run_by(user) -> Q:
    return Q(community__in=communities_of(user)) | Q(caller__in=employers_of(user))


def calls_run_by(user) -> QuerySet[HelperCall]:
    """Return the calls of the communities whose service `user` runs and of the employers for which `user` acts."""
    return HelperCall.objects.filter(_run_by(user)).select_related("community", "caller")


def calls_seen_by(user) -> QuerySet[HelperCall]:
    """Return the calls that `user` runs, and those that `user` was told of as a member."""
    if not getattr(user, "is_active", False):
        return HelperCall.objects.none()
    told = HelperAnswer.objects.filter(call=OuterRef("pk"), member=user)
    return HelperCall.objects.filter(_run_by(user) | Exists(told)).select_related("community", "caller")


def runs_call(user, call: HelperCall) -> bool:
    """Return whether `user` may release and call off: of the community, or of the employer that called."""
    return call.community_id in communities_of(user) or call.caller_id in employers_of(user)


def attests_for(user, call: HelperCall) -> Unit | None:
    """Return the employer in whose name `user`, who runs `call`, attests hours; None for the community."""
    return None if call.community_id in communities_of(user) else call.caller


def keeps_roll(user, call: HelperCall) -> bool:
    """Return whether `user` may read who is coming to `call` and how many are not: of the community, never an employer.

    What members do beside their attested service is not for their employer to know.
    """
    return call.community_id in communities_of(user)


def arrivals_from(call: HelperCall) -> datetime:
    """Return from when on arrivals at `call` are recorded."""
    return call.arrive_by - EARLIEST


def not_yet_expected(user, now: datetime) -> Q:
    """Return the condition of the deadlines of `user` to be on the spot for which no arrival is recorded yet."""
    ahead = HelperAnswer.objects.filter(member=user.pk, call__arrive_by__gt=now + EARLIEST)
    return Q(kind=Step.ARRIVE, object_id__in=ahead.values("pk"))


def running_for(user) -> Q:
    """Return the condition of the answers of `user` to calls that have not ended."""
    return Q(member=user, call__state__in=RUNNING_CALLS)


def answers_of(user) -> QuerySet[HelperAnswer]:
    """Return what `user` was told of and answered, with the calls."""
    rows = HelperAnswer.objects.filter(member=user) if user.pk else HelperAnswer.objects.none()
    return rows.select_related("call__community", "call__caller")


def helpers_of(call: HelperCall, user) -> QuerySet[HelperAnswer]:
    """Return whom `user`, who runs `call`, may read by name; who was only told, or declined, is never named.

    For the community everyone who said yes, whatever followed; for the employer that called those who came.
    """
    rows = HelperAnswer.objects.filter(call=call).select_related("call", "member")
    if not keeps_roll(user, call):
        return rows.filter(state__in=CAME)
    return rows.filter(answered_at__isnull=False).exclude(state=AnswerState.DECLINED)


def answer_counts(call: HelperCall) -> dict[str, int]:
    """Return how many answers to `call` stand in which state; states without any are 0."""
    rows = HelperAnswer.objects.filter(call=call).values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(AnswerState.values, 0) | dict(rows)


class Caller(NamedTuple):
    """A unit that may call, and the community in which it calls."""

    unit: Unit
    community: Unit


def callers_for(user) -> list[Caller]:
    """Return in whose name `user` may call: their communities, and their employers where these are registered."""
    own = communities_run_by(user)
    registered = EmployerRegistration.objects.filter(
        employer__in=employers_of(user), state=RegistrationState.ACTIVE, community__is_active=True
    ).select_related("employer", "community")
    return [*(Caller(unit, unit) for unit in own), *(Caller(row.employer, row.community) for row in registered)]


def matching(caller: Caller, skills: Iterable[Skill]) -> QuerySet[Registration]:
    """Return the active registrations that a call is for.

    They are of its community, of the employer alone if an employer calls, and have all of `skills`.
    """
    rows = members_of(caller.community).filter(member__is_active=True)
    if caller.unit.kind == UnitKind.EMPLOYER:
        rows = rows.filter(employer=caller.unit)
    wanted = {skill.pk for skill in skills}
    if wanted:
        having = Registration.skills.through.objects.filter(skill__in=wanted).values("registration")
        rows = rows.filter(pk__in=having.annotate(count=Count("pk")).filter(count=len(wanted)).values("registration"))
    return rows


def run_out(now: datetime) -> QuerySet[HelperCall]:
    """Return the calls that run although their time is over at `now`."""
    return HelperCall.objects.filter(state__in=CALL_MOVES[Verb.END].sources, until__lte=now).order_by("pk")
