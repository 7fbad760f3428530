"""A member registers with the community where they live, renews, withdraws. The member's own row is locked first."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.leaving import leave_shifts, tell_of_households
from service.actions.registrations_checks import check_given
from service.actions.shift_steps import locked_member
from service.actions.turns import check_move
from service.actions.typed import checked
from service.enums import RegistrationState, Step, Verb
from service.models import Registration, Skill
from service.queries.clocks import due_times
from service.queries.registrations import is_renewable
from service.queries.scope import staff_of
from service.workflow import MEMBER_MOVES

CONSENT_VERSION = "2026-11-2"
"""Which text of templates/service/registrations/_consent.html a member agreed to: a new text gets a new version."""


def locked_registration(registration: Registration) -> Registration:
    """Return `registration` read anew and locked until the end of the transaction, its member locked before."""
    locked_member(registration.member)
    related = Registration.objects.select_related("member", "community", "employer")
    return related.select_for_update(of=("self",)).get(pk=registration.pk)


@transaction.atomic
def register_member(
    *,
    member: User,
    user: User,
    community: Unit,
    hours_per_month: int,
    consent: bool,
    employer: Unit | None = None,
    employer_name: str = "",
    branch: str = "",
    skills: Iterable[Skill] = (),
    interests: str = "",
    born_on: date | None = None,
    shows_name: bool = False,
    now: datetime | None = None,
) -> Registration:
    """Hand in the registration of `member`, who is `user`, with `community`; return it, waiting to be confirmed.

    Raises NotAllowed for somebody else, OutOfTurn while one waits or is active with that community, and Refused
    for what check_given refuses, or a closed community.
    """
    now = now or timezone.now()
    if member.pk != user.pk or not user.is_active:
        raise NotAllowed(_("Everyone registers for themselves only."))
    locked_member(member)
    _check_community(community)
    skills = list(skills)
    check_given(
        employer=employer,
        employer_name=employer_name,
        hours_per_month=hours_per_month,
        skills=skills,
        born_on=born_on,
        consent=consent,
        today=timezone.localdate(now),
    )
    _check_turn(member, community)
    try:
        with transaction.atomic():
            registration = Registration.objects.create(
                member=member,
                community=community,
                employer=employer,
                employer_name=checked(employer_name, field="employer_name", most=100),
                branch=checked(branch, field="branch", most=100),
                hours_per_month=hours_per_month,
                interests=checked(interests, field="interests", most=200),
                born_on=born_on,
                shows_name=shows_name,
                consent_version=CONSENT_VERSION,
                submitted_at=now,
            )
    except IntegrityError as error:
        if _has_waiting(member):  # the constraint stands behind the lock
            raise OutOfTurn(_waits()) from error
        raise
    registration.skills.set(skills)
    _ask_community(registration, now)
    return registration


def _check_community(community: Unit) -> None:
    fresh = Unit.objects.filter(pk=community.pk, kind=UnitKind.COMMUNITY, is_active=True)
    if not fresh.exists():
        raise Refused(_("This community is closed. Please choose another one."), field="community")


def _check_turn(member: User, community: Unit) -> None:
    if _has_waiting(member):
        raise OutOfTurn(_waits())
    active = Registration.objects.filter(member=member, state=RegistrationState.ACTIVE)
    if active.filter(community=community).exists():
        raise OutOfTurn(_("You are registered with this community already."), field="community")


def _has_waiting(member: User) -> bool:
    return Registration.objects.filter(member=member, state=RegistrationState.SUBMITTED).exists()


def _waits() -> str:
    return _("A registration of yours waits to be confirmed. Withdraw it first if you want to hand in another one.")


def _ask_community(registration: Registration, now: datetime) -> None:
    community = registration.community
    due = due_times(steps=[Step.CONFIRM_MEMBER], now=now)
    records.set_deadlines(subject=registration, unit=community, due=due, now=now)
    records.notify(
        recipients=staff_of(community).exclude(pk=registration.member_id),
        kind="registration.submitted",
        parameters={"community": community.name},
        url=registration.get_absolute_url(),
        now=now,
    )
    records.audit(
        verb="registration.submit",
        subject=registration,
        actor=registration.member,
        unit=community,
        detail={"consent": registration.consent_version},
        now=now,
    )


@transaction.atomic
def withdraw_registration(*, registration: Registration, user: User, now: datetime | None = None) -> Registration:
    """End the own registration, waiting or active; return it.

    Raises NotAllowed to others, OutOfTurn when it is over.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    _check_own(registration, user)
    move = check_move(MEMBER_MOVES[Verb.WITHDRAW], registration.state, _("This registration has ended already."))
    end_registration(registration=registration, state=move.target, now=now)
    records.audit(verb="registration.withdraw", subject=registration, actor=user, unit=registration.community, now=now)
    return registration


@transaction.atomic
def renew_registration(*, registration: Registration, user: User, now: datetime | None = None) -> Registration:
    """Let the own active registration run on for settings.REGISTRATION_DAYS more; return it.

    Raises NotAllowed to others, OutOfTurn when it is not active or too far from its end.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    _check_own(registration, user)
    if not is_renewable(registration, timezone.localdate(now)):
        raise OutOfTurn(_("Only an active registration can be renewed, from 60 days before it runs out."))
    registration.expires_on += timedelta(days=settings.REGISTRATION_DAYS)
    registration.save(update_fields=["expires_on"])
    records.meet_deadlines(subject=registration, kinds=[Step.RENEW], now=now)
    records.audit(
        verb="registration.renew",
        subject=registration,
        actor=user,
        unit=registration.community,
        detail={"until": registration.expires_on.isoformat()},
        now=now,
    )
    return registration


def _check_own(registration: Registration, user: User) -> None:
    if registration.member_id != user.pk or not user.is_active:
        raise NotAllowed(_("Only the member can do this."))


def end_registration(*, registration: Registration, state: RegistrationState, now: datetime) -> None:
    """Put the locked `registration` into `state`, one of the last ones; nothing is owed on it any more.

    The member of one that was active leaves its waiting lists, and the community hears of the households in their care.
    """
    was_active = registration.state == RegistrationState.ACTIVE
    registration.state = state
    registration.ended_at = now
    registration.save(update_fields=["state", "ended_at"])
    records.cancel_deadlines(subject=registration, kinds=[Step.CONFIRM_MEMBER, Step.RENEW], now=now)
    if was_active:
        leave_shifts(member=registration.member, community=registration.community, now=now)
        tell_of_households(registration=registration, now=now)
