"""Grants follow posts: on their unit, while they last, while the person is active."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import get_perms

from accounts.actions import appoint, deactivate, keep_post
from accounts.enums import Role
from accounts.models import Post, UnitGrant, User
from accounts.queries import administers, grants_of, holders_of
from accounts.roles import RULES
from accounts.tasks import renew_grants_by_date


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", Role)
def test_a_role_gives_exactly_its_permissions_on_its_unit(cast, role):
    kinds = RULES[role].kinds
    unit = next(
        u for u in (cast.grid, cast.community, cast.street, cast.water, cast.district, cast.employer) if u.kind in kinds
    )
    user = User.objects.create_user("new")
    appoint(user=user, unit=unit, role=role)
    assert set(get_perms(user, unit)) == RULES[role].permissions
    for permission in RULES[role].permissions:
        assert grants_of(fresh(user)).units(permission) == {unit.pk}
    assert not get_perms(user, cast.neighbour_street)


def test_a_deactivated_person_loses_everything_at_once(cast):
    user = cast.dispatcher
    User.objects.filter(pk=user.pk).update(is_active=False)  # even behind the actions' back
    assert not grants_of(fresh(user)).holds("view_case")
    assert cast.dispatcher not in holders_of("dispatch_case", cast.street)
    deactivate(user=fresh(user))
    assert not UnitGrant.objects.filter(user=user).exists()


def test_an_ended_post_gives_nothing_before_any_sweep(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(user=cast.dispatcher).update(start=yesterday, end=yesterday)
    assert not grants_of(fresh(cast.dispatcher)).holds("view_case")


def test_of_two_posts_in_a_unit_the_ended_one_gives_nothing(cast):
    appoint(user=cast.leader, unit=cast.street, role=Role.STREET_DISPATCHER)
    assert grants_of(fresh(cast.leader)).on("lodge_for_caller", cast.street)
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(user=cast.leader, role=Role.STREET_DISPATCHER).update(start=yesterday, end=yesterday)
    assert not grants_of(fresh(cast.leader)).on("lodge_for_caller", cast.street)
    assert grants_of(fresh(cast.leader)).on("view_case", cast.street)


def test_a_post_that_begins_later_gives_its_grants_by_the_sweep(cast):
    user = User.objects.create_user("later")
    post = appoint(
        user=user, unit=cast.street, role=Role.STREET_DISPATCHER, start=timezone.localdate() + timedelta(days=3)
    )
    assert not grants_of(fresh(user)).holds("view_case")
    Post.objects.filter(pk=post.pk).update(start=timezone.localdate())
    renew_grants_by_date()
    assert grants_of(fresh(user)).on("dispatch_case", cast.street)


def test_an_inactive_unit_gives_nothing(cast):
    cast.street.is_active = False
    cast.street.save()
    assert not grants_of(fresh(cast.dispatcher)).holds("view_case")


def test_grants_cost_two_queries_once(cast, django_assert_num_queries):
    user = fresh(cast.dispatcher)
    with django_assert_num_queries(2):
        assert grants_of(user).holds("view_case")
        assert grants_of(user).on("dispatch_case", cast.street)


def test_only_administering_posts_open_the_admin(cast):
    opens = {role for role in Role if RULES[role].admin}
    assert opens == {
        Role.APPRAISAL_ADMINISTRATOR,
        Role.SYSTEM_ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDITOR,
    }
    assert administers(fresh(cast.sysadmin))
    assert not administers(fresh(cast.command))
    assert fresh(cast.sysadmin).has_perm("accounts.change_unit")
    assert not fresh(cast.sysadmin).has_perm("records.view_auditentry")
    assert not fresh(cast.auditor).has_perm("accounts.change_unit")


def test_a_changed_post_moves_the_grants(cast):
    post = Post.objects.get(user=cast.dispatcher)
    post.unit = cast.neighbour_street
    keep_post(post=post)
    grants = grants_of(fresh(cast.dispatcher))
    assert grants.on("dispatch_case", cast.neighbour_street)
    assert not grants.on("dispatch_case", cast.street)


def test_post_dates_are_inclusive(cast):
    today = timezone.localdate()
    user = User.objects.create_user("day")
    appoint(user=user, unit=cast.street, role=Role.STREET_LEADER, start=date(2020, 1, 1), end=today)
    assert grants_of(fresh(user)).holds("view_case")
