"""One third for the streets, two people, and nothing that changes in force: in form, action and database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from appraisal import actions
from appraisal.models import Indicator, Scheme
from appraisal.months import following, month_at
from appraisal.queries import scheme_for
from records.models import AuditEntry
from tests.cast import make_cast, person

OCTOBER = datetime(2026, 10, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def second(cast):
    return person("second", "第二考核员", cast.district, Role.APPRAISAL_ADMINISTRATOR)


def compose(cast, street=50, response=50, **given_weights) -> Scheme:
    weights = {"turnout_marks": street, "response": response, **given_weights}
    return actions.compose(user=cast.appraiser, name="新方案", weights=weights)


def refused_by_database(sql: str, *parameters) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_new_portal_has_a_scheme_in_force(db):
    scheme = scheme_for(date(2011, 1, 1))
    assert (scheme.version, scheme.share) == (1, "40/100")
    assert {row.code: row.weight for row in scheme.indicators.all()} == {
        "turnout_marks": 40,
        "response": 20,
        "resolution": 20,
        "satisfaction": 20,
    }
    assert scheme_for(date(1999, 12, 1)) is None


@pytest.mark.parametrize(("street", "rest"), [(1, 2), (34, 66)])
def test_a_third_passes(cast, street, rest):
    scheme = compose(cast, street, rest)
    assert scheme.share == f"{street}/{street + rest}"
    scheme.full_clean(exclude=["effective_from", "activated_by", "activated_at"])


@pytest.mark.parametrize(("street", "rest", "share"), [(33, 67, "33/100"), (3333, 6667, "3333/10000")])
def test_less_than_a_third_is_refused_with_the_fraction(cast, street, rest, share):
    with pytest.raises(Refused, match=share):
        compose(cast, street, rest)
    scheme = Scheme(name="x", version=9, street_weight=street, total_weight=street + rest, composed_at=timezone.now())
    with pytest.raises(ValidationError, match=share):
        scheme.clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        scheme.save()


@pytest.mark.parametrize(
    "weights",
    [
        {"response": 10},
        {"turnout_marks": 0, "response": 0},
        {"turnout_marks": -5, "response": 1},
        {"turnout_marks": 1_000_001},
        {"turnout_marks": 10, "bribes": 1},
    ],
)
def test_impossible_weights_are_refused(cast, weights):
    with pytest.raises(Refused):
        actions.compose(user=cast.appraiser, name="x", weights=weights)
    assert Scheme.objects.count() == 1


class EveryScheme(HypothesisCase):
    @given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=4))
    @settings(max_examples=40, deadline=None)
    def test_that_can_be_saved_gives_the_streets_a_third(self, given_weights):
        cast = make_cast()
        codes = ["turnout_marks", "response", "resolution", "satisfaction"]
        try:
            scheme = actions.compose(
                user=cast.appraiser, name="x", weights=dict(zip(codes, given_weights, strict=False))
            )
        except Refused:
            assert 3 * given_weights[0] < sum(given_weights)
        else:
            street = sum(row.weight for row in scheme.indicators.filter(source="streets"))
            assert 3 * street >= sum(row.weight for row in scheme.indicators.all())


def test_only_the_appraisal_administrator_composes(cast):
    with pytest.raises(NotAllowed):
        actions.compose(user=cast.command, name="x", weights={"turnout_marks": 1})


def test_a_second_person_brings_it_into_force_with_the_next_month(cast, second):
    scheme = compose(cast)
    with pytest.raises(NotAllowed):
        actions.activate(scheme=scheme, user=cast.appraiser, now=OCTOBER)
    with pytest.raises(NotAllowed):
        actions.activate(scheme=scheme, user=cast.command, now=OCTOBER)
    actions.activate(scheme=scheme, user=second, now=OCTOBER)
    assert scheme_for(date(2026, 10, 1)).version == 1
    assert scheme_for(date(2026, 11, 1)).version == 2
    assert AuditEntry.objects.filter(verb="scheme.activate", actor=second).exists()
    with pytest.raises(OutOfTurn):
        actions.activate(scheme=scheme, user=second, now=OCTOBER)


def test_one_version_a_month(cast, second):
    actions.activate(scheme=compose(cast), user=second, now=OCTOBER)
    with pytest.raises(OutOfTurn):
        actions.activate(scheme=compose(cast), user=second, now=OCTOBER)


# --- direct SQL -------------------------------------------------------------------------------------------


def test_direct_sql_cannot_touch_a_scheme_in_force(cast):
    for statement in (
        "UPDATE appraisal_scheme SET street_weight = 50 WHERE version = 1",
        "UPDATE appraisal_scheme SET state = 'draft', effective_from = NULL WHERE version = 1",
        "DELETE FROM appraisal_scheme WHERE version = 1",
        "UPDATE appraisal_indicator SET weight = 1 WHERE code = 'turnout_marks'",
        "DELETE FROM appraisal_indicator WHERE code = 'turnout_marks'",
    ):
        refused_by_database(statement)
    draft = compose(cast, resolution=10)
    active = Scheme.objects.get(version=1).pk
    refused_by_database("UPDATE appraisal_indicator SET scheme_id = %s WHERE scheme_id = %s", active, draft.pk)
    actions.compose(user=cast.appraiser, name="x", weights={"turnout_marks": 1})
    assert Indicator.objects.filter(scheme=active).count() == 4


def test_direct_sql_cannot_add_to_a_scheme_in_force(cast, second):
    scheme = compose(cast)
    actions.activate(scheme=scheme, user=second)
    refused_by_database(
        "INSERT INTO appraisal_indicator (scheme_id, code, source, weight) VALUES (%s, 'resolution', 'residents', 9)",
        scheme.pk,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appraisal_indicator SET weight = 10 WHERE code = 'turnout_marks' AND scheme_id = %s",
        "UPDATE appraisal_indicator SET weight = 900 WHERE code = 'response' AND scheme_id = %s",
        "DELETE FROM appraisal_indicator WHERE scheme_id = %s",
    ],
)
def test_a_draft_whose_sums_were_bent_cannot_come_into_force(cast, second, statement):
    scheme = compose(cast)
    with connection.cursor() as cursor:
        cursor.execute(statement, [scheme.pk])
    refused_by_database(
        "UPDATE appraisal_scheme SET state = 'active', effective_from = '2030-01-01', activated_by_id = %s "
        "WHERE id = %s",
        second.pk,
        scheme.pk,
    )


def test_direct_sql_cannot_bend_the_share_or_the_catalogue(cast, second):
    scheme = compose(cast)
    for statement in (
        "UPDATE appraisal_scheme SET street_weight = 33 WHERE id = %s",
        "UPDATE appraisal_scheme SET total_weight = 10 WHERE id = %s",
        "UPDATE appraisal_indicator SET source = 'streets' WHERE code = 'response' AND scheme_id = %s",
        "UPDATE appraisal_indicator SET weight = 0 WHERE scheme_id = %s",
        "UPDATE appraisal_indicator SET weight = 1000001 WHERE scheme_id = %s",
    ):
        refused_by_database(statement, scheme.pk)
    for month, person_id in (("2030-01-01", cast.appraiser.pk), ("2030-01-01", None), ("2030-01-02", second.pk)):
        refused_by_database(
            "UPDATE appraisal_scheme SET state = 'active', effective_from = %s, activated_by_id = %s WHERE id = %s",
            month,
            person_id,
            scheme.pk,
        )


def test_direct_sql_cannot_insert_a_scheme_that_is_in_force(db):
    refused_by_database(
        "INSERT INTO appraisal_scheme (name, version, state, effective_from, street_weight, total_weight, composed_at) "
        "VALUES ('x', 9, 'active', '2030-01-01', 40, 100, '2030-01-01')"
    )


# --- pages ------------------------------------------------------------------------------------------------


def test_the_administrator_composes_and_a_second_one_activates(cast, second, signed_in):
    client = signed_in(cast.appraiser)
    assert b"40/100" in client.get(reverse("appraisal_compose")).content
    typed = {"name": "二号方案", "turnout_marks": "50", "response": "50"}
    response = client.post(reverse("appraisal_compose"), typed, follow=True)
    assert "50/100" in response.content.decode()
    assert client.post(reverse("appraisal_activate", args=[2])).status_code == 403
    response = signed_in(second).post(reverse("appraisal_activate", args=[2]), follow=True)
    assert f"{following(month_at(timezone.now())):%Y-%m}" in response.content.decode()
    assert Scheme.objects.get(version=2).state == "active"


def test_the_form_keeps_what_was_typed_and_names_the_fraction(cast, signed_in):
    typed = {"name": "<script>", "turnout_marks": "33", "response": "67"}
    page = signed_in(cast.appraiser).post(reverse("appraisal_compose"), typed).content.decode()
    assert "33/100" in page
    assert 'value="67"' in page
    assert "&lt;script&gt;" in page
    assert Scheme.objects.count() == 1


@pytest.mark.parametrize("weight", ["", "0", "-1", "1000001", "1.5", "九", "9" * 400])
def test_bad_weights_are_answered_in_the_form(cast, signed_in, weight):
    typed = {"name": "x", "turnout_marks": weight, "response": "1"}
    response = signed_in(cast.appraiser).post(reverse("appraisal_compose"), typed)
    assert response.status_code == 200
    assert Scheme.objects.count() == 1


def test_a_person_who_may_not_is_refused_the_page_and_not_told_in_the_form(cast, signed_in, monkeypatch):
    def refuse(**_given):
        raise NotAllowed()

    client = signed_in(cast.appraiser)
    monkeypatch.setattr(actions, "compose", refuse)  # the post ended while the form was open
    typed = {"name": "x", "turnout_marks": "1", "response": "1"}
    assert client.post(reverse("appraisal_compose"), typed).status_code == 403


def test_the_share_is_worked_out_without_saving(cast, signed_in):
    client = signed_in(cast.appraiser)
    typed = {"name": "x", "turnout_marks": "33", "response": "66", "preview": "1"}
    assert "33/99" in client.post(reverse("appraisal_compose"), typed).content.decode()
    assert Scheme.objects.count() == 1
    live = client.get(
        reverse("appraisal_share"),
        {
            "turnout_marks": "3333",
            "response": "6667",
        },
    )
    assert "3333/10000" in live.content.decode()


def test_others_read_the_versions_but_do_not_compose(cast, signed_in):
    client = signed_in(cast.dispatcher)
    assert "40/100" in client.get(reverse("appraisal_schemes")).content.decode()
    assert client.get(reverse("appraisal_compose")).status_code == 403
    assert client.get(reverse("appraisal_share")).status_code == 403
    assert client.post(reverse("appraisal_activate", args=[1])).status_code == 403
    assert signed_in(cast.grid_worker).get(reverse("appraisal_schemes")).status_code == 403


def test_unknown_versions_are_not_found(cast, second, signed_in):
    assert signed_in(second).post(reverse("appraisal_activate", args=[10**30])).status_code == 404
