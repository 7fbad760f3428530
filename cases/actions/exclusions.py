"""Leaving a case out of the rates (剔除): asked with a coded reason, decided by another unit, always counted."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from cases.actions.steps import check_case, due_times, locked_case, record, tell_unit
from cases.enums import ExclusionCode, Step, Verb
from cases.models import Case, Exclusion
from records import actions as records


@transaction.atomic
def ask_exclusion(*, case: Case, user: User, code: ExclusionCode, text: str, now: datetime | None = None) -> Exclusion:
    """Ask command to leave `case` out of the rates for the coded reason; return the request.

    Raises OutOfTurn when one is undecided or approved, NotAllowed for anyone but the holder, Refused without
    an explanation or with an unknown code.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ASK_EXCLUSION, user=user, text=text)
    if code not in ExclusionCode.values:
        raise Refused(_("Please choose one of the reasons."), field="code")
    if case.excluded_at or case.exclusions.filter(decided_at__isnull=True).exists():
        raise OutOfTurn(_("An exclusion of this case has already been asked for."))
    exclusion = Exclusion.objects.create(
        case=case, code=code, text=text.strip(), asked_by=user, asking_unit=case.holder, asked_at=now
    )
    due = due_times(scope="", steps=[Step.DECIDE_EXCLUSION], now=now)
    records.set_deadlines(subject=exclusion, unit=case.district, due=due, now=now)
    record(
        case=case,
        verb=Verb.ASK_EXCLUSION,
        now=now,
        user=user,
        unit=case.holder,
        reason=text.strip(),
        data={"code": code},
    )
    tell_unit(
        permission="command_case",
        unit=case.district,
        subject=case,
        kind="exclusion.asked",
        parameters={"number": case.number, "unit": case.holder.name},
        now=now,
    )
    return exclusion


@transaction.atomic
def decide_exclusion(
    *, exclusion: Exclusion, user: User, approve: bool, reason: str, now: datetime | None = None
) -> Exclusion:
    """Decide an exclusion, on behalf of command; return it.

    Raises OutOfTurn when it is decided, NotAllowed for anyone but command, Refused without a reason.
    """
    now = now or timezone.now()
    case = locked_case(exclusion.case)
    verb = Verb.APPROVE_EXCLUSION if approve else Verb.REJECT_EXCLUSION
    check_case(case=case, verb=verb, user=user, reason=reason)
    exclusion = Exclusion.objects.select_for_update(of=("self",)).get(pk=exclusion.pk)
    if exclusion.decided_at is not None:
        raise OutOfTurn(_("This exclusion has already been decided."))
    exclusion.approved, exclusion.decided_at, exclusion.decided_by = approve, now, user
    exclusion.deciding_unit = case.district
    exclusion.save(update_fields=["approved", "decided_at", "decided_by", "deciding_unit"])
    records.meet_deadlines(subject=exclusion, kinds=[Step.DECIDE_EXCLUSION], now=now)
    if approve:
        case.excluded_at = now
        case.save(update_fields=["excluded_at"])
    record(case=case, verb=verb, now=now, user=user, unit=case.district, reason=reason.strip())
    tell_unit(
        permission="view_case",
        unit=exclusion.asking_unit,
        subject=case,
        kind="exclusion.approved" if approve else "exclusion.rejected",
        parameters={"number": case.number},
        now=now,
    )
    records.audit(
        verb=f"exclusion.{verb}",
        subject=case,
        actor=user,
        unit=case.district,
        detail={"code": exclusion.code},
        now=now,
    )
    return exclusion
