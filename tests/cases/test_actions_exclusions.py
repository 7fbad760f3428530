"""Leaving a case out of the rates: asked with a code, decided elsewhere, counted."""

import pytest

from accounts.errors import NotAllowed, OutOfTurn, Refused
from cases import actions
from records.models import AuditEntry, Deadline, Notice


def ask(cast, case, **given):
    defaults = {"user": cast.dispatcher, "code": "outside_district", "text": "地点在邻区"}
    return actions.ask_exclusion(case=case, **{**defaults, **given})


def test_command_approves_and_it_is_audited(cast):
    case = cast.on_street()
    exclusion = ask(cast, case)
    assert Deadline.objects.get(kind="case.decide_exclusion").unit == cast.district
    assert Notice.objects.filter(recipient=cast.command, kind="exclusion.asked").count() == 1
    actions.decide_exclusion(exclusion=exclusion, user=cast.command, approve=True, reason="情况属实")
    case.refresh_from_db()
    assert case.excluded_at is not None
    assert AuditEntry.objects.filter(verb="exclusion.approve_exclusion").count() == 1
    assert Notice.objects.filter(recipient=cast.dispatcher, kind="exclusion.approved").count() == 1


def test_a_rejected_exclusion_leaves_the_case_in(cast):
    case = cast.on_street()
    actions.decide_exclusion(exclusion=ask(cast, case), user=cast.command, approve=False, reason="属本区")
    case.refresh_from_db()
    assert case.excluded_at is None


@pytest.mark.parametrize("who", ["dispatcher", "grid_worker", "neighbour", "water_officer", "outside_command"])
def test_nobody_but_command_decides(cast, who):
    exclusion = ask(cast, cast.on_street())
    with pytest.raises(NotAllowed):
        actions.decide_exclusion(exclusion=exclusion, user=getattr(cast, who), approve=True, reason="可以")


def test_it_is_asked_once_at_a_time_and_decided_once(cast):
    case = cast.on_street()
    exclusion = ask(cast, case)
    with pytest.raises(OutOfTurn):
        ask(cast, case)
    actions.decide_exclusion(exclusion=exclusion, user=cast.command, approve=True, reason="情况属实")
    with pytest.raises(OutOfTurn):
        actions.decide_exclusion(exclusion=exclusion, user=cast.command, approve=False, reason="反悔")
    with pytest.raises(OutOfTurn):
        ask(cast, case)


@pytest.mark.parametrize("given", [{"code": "because"}, {"text": " "}])
def test_a_coded_reason_and_an_explanation_are_needed(cast, given):
    with pytest.raises(Refused):
        ask(cast, cast.on_street(), **given)


def test_only_the_holder_asks(cast):
    case = cast.on_street()
    for who in (cast.grid_worker, cast.neighbour, cast.command):
        with pytest.raises(NotAllowed):
            ask(cast, case, user=who)
