"""Extensions and pauses: who may, when, once, and what follows on the case, its desk and its reminders."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from cases import actions
from cases.enums import Verb
from cases.models import Case
from records.clocks import SHANGHAI
from records.models import AuditEntry, Deadline, Extension, Notice, Reminder
from records.queries import owed_by
from records.sweep import sweep
from records.tasks import end_overlong_pauses
from records.terms.extensions import ask_extension, decide_extension
from records.terms.pauses import end_overlong_pause, pause, resume

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def owed(cast) -> Deadline:
    """What the grid owes since MONDAY: to resolve a case within seven working days."""
    case = cast.lodge(now=MONDAY)
    actions.accept(case=case, user=cast.grid_worker, now=MONDAY)
    return Deadline.objects.get(kind="case.resolve")


def ask(cast, deadline, *, user=None, days=5, now=MONDAY + HOUR, **given) -> Extension:
    return ask_extension(
        deadline=deadline,
        user=user or cast.grid_worker,
        now=now,
        **{"reason": "等待材料", "wanted": deadline.due_at + days * DAY, **given},
    )


def decide(cast, extension, *, user=None, approve=True, answer="属实", now=MONDAY + 2 * HOUR) -> Extension:
    return decide_extension(extension=extension, user=user or cast.dispatcher, approve=approve, answer=answer, now=now)


# --- extensions ---------------------------------------------------------------------------------------------


def test_an_approved_extension_moves_the_due_time_and_keeps_the_first(cast, owed):
    first = owed.due_at
    decide(cast, ask(cast, owed))
    owed.refresh_from_db()
    assert (owed.due_at, owed.first_due_at, owed.revision) == (first + 5 * DAY, first, 1)
    case = Case.objects.get()
    assert (case.next_due_at, case.due_at) == (first + 5 * DAY, first)
    assert not Deadline.objects.filter(kind="records.decide_extension", met_at=None).exists()
    verbs = list(case.movements.values_list("verb", flat=True))
    assert verbs[-2:] == [Verb.ASK_EXTENSION, Verb.APPROVE_EXTENSION]
    assert AuditEntry.objects.filter(verb="extension.approve").count() == 1
    assert Notice.objects.filter(recipient=cast.grid_worker, kind="extension.approved").count() == 1
    assert Notice.objects.filter(recipient=cast.dispatcher, kind="extension.asked").count() == 1


def test_a_rejected_extension_changes_nothing_and_says_why(cast, owed):
    first = owed.due_at
    decide(cast, ask(cast, owed), approve=False, answer="时间足够")
    owed.refresh_from_db()
    assert (owed.due_at, owed.revision) == (first, 0)
    assert "时间足够" in Notice.objects.get(kind="extension.rejected", recipient=cast.grid_worker).sentence


def test_reminders_begin_anew_after_an_extension(cast, owed):
    sweep(now=owed.due_at - HOUR)
    assert Reminder.objects.filter(deadline=owed, revision=0).exists()
    decide(cast, ask(cast, owed, now=owed.due_at - HOUR), now=owed.due_at - HOUR)
    sweep(now=owed.due_at + 6 * DAY)
    assert Reminder.objects.filter(deadline=owed, revision=1, is_late=True).exists()


def test_what_is_late_by_now_can_only_be_rejected(cast, owed):
    asked = ask(cast, owed, now=owed.due_at - HOUR)
    with pytest.raises(OutOfTurn):
        decide(cast, asked, now=owed.due_at)
    owed.refresh_from_db()
    assert owed.is_late(owed.due_at + HOUR)
    decide(cast, asked, approve=False, now=owed.due_at + HOUR)


def test_the_trail_keeps_the_time_that_was_agreed_before(cast, owed):
    decide(cast, ask(cast, owed))
    assert AuditEntry.objects.get(verb="extension.approve").detail["was"] == owed.due_at.isoformat()


def test_the_leader_is_reminded_of_what_only_the_leader_decides(cast):
    case = actions.escalate(case=cast.on_street(now=MONDAY), user=cast.dispatcher, reason="需区级协调", now=MONDAY)
    actions.accept(case=case, user=cast.command, now=MONDAY)
    owed = Deadline.objects.get(kind="case.resolve")
    ask(cast, owed, user=cast.command)
    decision = Deadline.objects.get(kind="records.lead_extension")
    assert decision in owed_by(cast.district_leader)
    assert decision not in owed_by(cast.command)
    Deadline.objects.filter(met_at=None).exclude(pk=decision.pk).update(cancelled_at=MONDAY)
    sweep(now=decision.due_at + HOUR)
    assert set(Reminder.objects.filter(deadline=decision).values_list("recipient__username", flat=True)) == {"district"}


def test_it_is_asked_for_once(cast, owed):
    decide(cast, ask(cast, owed), approve=False)
    with pytest.raises(OutOfTurn):
        ask(cast, owed)


def test_not_once_it_is_late(cast, owed):
    with pytest.raises(OutOfTurn):
        ask(cast, owed, now=owed.due_at)


@pytest.mark.parametrize("given", [{"reason": " "}, {"reason": "长" * 501}, {"days": 0}, {"days": -1}, {"days": 400}])
def test_a_bad_request_is_refused(cast, owed, given):
    with pytest.raises(Refused):
        ask(cast, owed, **given)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("who", ["dispatcher", "secretary", "command", "resident", "outsider", "water_officer"])
def test_only_the_unit_that_owes_it_asks_and_pauses(cast, owed, who):
    for change in (
        lambda: ask(cast, owed, user=getattr(cast, who)),
        lambda: pause(deadline=owed, user=getattr(cast, who), code="weather", now=MONDAY),
    ):
        with pytest.raises(NotAllowed):
            change()


@pytest.mark.parametrize("who", ["grid_worker", "secretary", "neighbour", "command", "district_leader", "outsider"])
def test_only_the_unit_above_decides(cast, owed, who):
    extension = ask(cast, owed)
    with pytest.raises(NotAllowed):
        decide(cast, extension, user=getattr(cast, who))


def test_who_holds_a_post_in_both_units_does_not_decide(cast, owed):
    appoint(user=cast.dispatcher, unit=cast.grid, role=Role.GRID_WORKER)
    extension = ask(cast, owed)
    with pytest.raises(NotAllowed):
        decide(cast, extension)
    assert decide(cast, extension, user=cast.leader).approved


def test_it_is_decided_once(cast, owed):
    extension = decide(cast, ask(cast, owed))
    with pytest.raises(OutOfTurn):
        decide(cast, extension, approve=False)


def test_command_decides_for_a_department_and_the_arrival_follows(cast):
    turnout = cast.whistled().turnouts.get()
    arrive = turnout.deadlines.get(kind="turnout.arrive")
    extension = ask(cast, arrive, user=cast.water_officer, now=arrive.set_at)
    with pytest.raises(NotAllowed):
        decide(cast, extension, user=cast.dispatcher, now=arrive.set_at)
    decide(cast, extension, user=cast.command, now=arrive.set_at)
    turnout.refresh_from_db()
    assert turnout.arrive_due_at == arrive.due_at + 5 * DAY


def test_the_district_leader_decides_for_command(cast):
    case = cast.on_street()
    case = actions.escalate(case=case, user=cast.dispatcher, reason="跨街道")
    owed = case.deadlines.get(kind="case.resolve")
    extension = ask(cast, owed, user=cast.command, now=owed.set_at)
    with pytest.raises(NotAllowed):
        decide(cast, extension, user=cast.command, now=owed.set_at)
    assert decide(cast, extension, user=cast.district_leader, now=owed.set_at).approved


def test_nobody_decides_about_what_came_to_them_meanwhile(cast, owed):
    extension = ask(cast, owed)
    actions.escalate(case=Case.objects.get(), user=cast.grid_worker, reason="无法解决", now=MONDAY + HOUR)
    with pytest.raises(NotAllowed):
        decide(cast, extension)
    assert Deadline.objects.get(kind="records.decide_extension").unit == cast.district
    assert decide(cast, extension, user=cast.command).approved


def test_what_is_done_needs_no_decision(cast, owed):
    extension = ask(cast, owed)
    actions.resolve(case=Case.objects.get(), user=cast.grid_worker, text="已修复", now=MONDAY + HOUR)
    assert Deadline.objects.get(kind="records.decide_extension").cancelled_at
    with pytest.raises(OutOfTurn):
        decide(cast, extension)


# --- pauses -------------------------------------------------------------------------------------------------


def test_what_a_pause_lasted_is_added(cast, owed):
    first = owed.due_at
    pause(deadline=owed, user=cast.grid_worker, code="resident", now=MONDAY + HOUR)
    assert Case.objects.get().next_due_at > first
    assert sweep(now=first + DAY).reminders == 0
    resume(deadline=owed, user=cast.grid_worker, now=MONDAY + HOUR + 2 * DAY)
    owed.refresh_from_db()
    assert (owed.due_at, owed.first_due_at, owed.paused_at) == (first + 2 * DAY, first, None)
    assert Case.objects.get().next_due_at == first + 2 * DAY
    assert list(Case.objects.get().movements.values_list("verb", flat=True))[-2:] == [Verb.PAUSE, Verb.RESUME]


def test_a_clock_is_paused_twice_at_most(cast, owed):
    for day in (0, 1):
        pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY + day * DAY)
        with pytest.raises(OutOfTurn):
            pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY + day * DAY)
        resume(deadline=owed, user=cast.grid_worker, now=MONDAY + day * DAY + HOUR)
    with pytest.raises(OutOfTurn):
        pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY + 2 * DAY)
    with pytest.raises(OutOfTurn):
        resume(deadline=owed, user=cast.grid_worker, now=MONDAY + 2 * DAY)


def test_no_pause_of_an_emergency_nor_when_late_nor_for_no_reason(cast, owed):
    with pytest.raises(Refused):
        pause(deadline=owed, user=cast.grid_worker, code="holiday", now=MONDAY)
    with pytest.raises(OutOfTurn):
        pause(deadline=owed, user=cast.grid_worker, code="weather", now=owed.due_at + HOUR)
    Deadline.objects.update(is_emergency=True)
    with pytest.raises(Refused):
        pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY)


def test_what_is_done_during_a_pause_is_in_time(cast, owed):
    pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY)
    actions.resolve(case=Case.objects.get(), user=cast.grid_worker, text="已修复", now=owed.due_at + DAY)
    owed.refresh_from_db()
    assert not owed.is_late()
    assert owed.pauses.get().ended_at == owed.met_at


def test_arriving_during_a_pause_is_in_time(cast):
    case = cast.on_street()
    actions.blow_whistle(
        case=case, user=cast.dispatcher, kind="joint", place="北门", calls=[actions.Call(cast.water, "到场")]
    )
    turnout = case.turnouts.get()
    actions.accept_turnout(turnout=turnout, user=cast.water_officer)
    owed = turnout.deadlines.get(kind="turnout.arrive")
    pause(deadline=owed, user=cast.water_officer, code="weather", now=owed.set_at)
    turnout = actions.arrive(turnout=turnout, user=cast.water_officer, now=owed.due_at + DAY)
    assert not turnout.arrived_late
    assert not turnout.movements.get(verb=Verb.ARRIVE).data["late"]


def test_a_pause_ends_by_itself_when_it_lasts_too_long(cast, owed, settings):
    pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY)
    with pytest.raises(OutOfTurn):
        end_overlong_pause(deadline=owed, now=MONDAY + settings.LONGEST_PAUSE - HOUR)
    owed.pauses.update(started_at=MONDAY - 100 * DAY)
    Deadline.objects.filter(pk=owed.pk).update(paused_at=MONDAY - 100 * DAY)
    assert end_overlong_pauses() == 1
    assert end_overlong_pauses() == 0
    owed.refresh_from_db()
    assert owed.paused_at is None


# --- pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def current(cast) -> Deadline:
    case = cast.lodge()
    actions.accept(case=case, user=cast.grid_worker)
    return Deadline.objects.get(kind="case.resolve")


def do(client, deadline, verb, **given):
    data = {f"{verb}-{name}": value for name, value in given.items()}
    return client.post(reverse("deadline_verb", args=[deadline.pk, verb]), data)


def test_from_the_case_to_the_decision(cast, current, signed_in):
    page = signed_in(cast.grid_worker).get(Case.objects.get().get_absolute_url()).content.decode()
    assert current.get_absolute_url() in page
    wanted = f"{current.due_at.astimezone(SHANGHAI) + 3 * DAY:%Y-%m-%dT%H:%M}"
    client = signed_in(cast.grid_worker)
    assert do(client, current, "ask_extension", reason="等待材料", wanted=wanted).status_code == 302
    client = signed_in(cast.dispatcher)
    assert "等待材料" in client.get(reverse("extensions")).content.decode()
    assert do(client, current, "approve_extension", answer="属实").status_code == 302
    current.refresh_from_db()
    assert current.due_at > current.first_due_at
    assert "等待材料" not in client.get(reverse("extensions")).content.decode()
    assert client.get(current.get_absolute_url()).context["extension"].approved


def test_after_a_pause_the_new_time_is_warned_of(cast, owed):
    sweep(now=MONDAY)
    day_before = owed.due_at - DAY
    sweep(now=day_before)
    assert Reminder.objects.filter(deadline=owed, revision=0).count() == 1
    pause(deadline=owed, user=cast.grid_worker, code="weather", now=day_before + HOUR)
    resume(deadline=owed, user=cast.grid_worker, now=day_before + 7 * DAY)
    owed.refresh_from_db()
    assert owed.due_at == owed.first_due_at + 7 * DAY - HOUR
    sweep(now=owed.due_at - HOUR)
    assert Reminder.objects.filter(deadline=owed, revision=1, is_late=False).count() == 1


def test_a_pause_that_lasts_too_long_is_told_to_the_unit(cast, owed, settings):
    pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY + HOUR)
    end_overlong_pause(deadline=owed, now=MONDAY + HOUR + settings.LONGEST_PAUSE)
    assert Notice.objects.filter(kind="pause.ended", recipient=cast.grid_worker).count() == 1


def test_a_pause_ended_by_the_work_itself_is_in_the_history(cast, owed):
    pause(deadline=owed, user=cast.grid_worker, code="weather", now=MONDAY + HOUR)
    actions.resolve(case=Case.objects.get(), user=cast.grid_worker, text="已修复", now=MONDAY + DAY)
    verbs = list(Case.objects.get().movements.order_by("pk").values_list("verb", flat=True))
    assert verbs[-3:] == [Verb.PAUSE, Verb.RESUME, Verb.RESOLVE]


def test_pauses_are_listed_and_counted_for_whoever_decides_there(cast, owed, signed_in, django_assert_max_num_queries):
    for _each in range(30):
        actions.accept(case=cast.lodge(), user=cast.grid_worker)
    for deadline in Deadline.objects.filter(kind="case.resolve").exclude(pk=owed.pk):
        pause(deadline=deadline, user=cast.grid_worker, code="third_party")
    for who in (cast.dispatcher, cast.command):
        client = signed_in(who)
        with django_assert_max_num_queries(9):
            response = client.get(reverse("pauses"))
        assert response.context["counted"] == [
            {"unit": cast.grid.pk, "unit__name": "槐树第一网格", "times": 30, "running": 30}
        ]
        assert "等待第三方" in response.content.decode()
    assert not signed_in(cast.neighbour).get(reverse("pauses")).context["rows"]


def test_paused_and_resumed_on_the_page(cast, current, signed_in):
    client = signed_in(cast.grid_worker)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert do(client, current, "pause", code="weather").status_code == 302
    assert "Clock paused" in client.get(Case.objects.get().get_absolute_url()).content.decode()
    assert "Clock paused" in client.get(reverse("desk")).content.decode()
    assert do(client, current, "resume").status_code == 302
    assert client.get(current.get_absolute_url()).context["deadline"].times_paused == 1


@pytest.mark.parametrize("wanted", ["", "0001-01-01T00:00", "9999-12-31T23:59", "junk\x00", "2020-01-01T00:00"])
def test_what_cannot_be_is_named_and_what_was_typed_stays(cast, current, signed_in, wanted):
    response = do(signed_in(cast.grid_worker), current, "ask_extension", reason="理由😀", wanted=wanted)
    assert response.status_code == 200
    assert "理由😀" in response.content.decode()
    assert not Extension.objects.exists()


@pytest.mark.parametrize("code", ["", "junk", "x" * 500, "\x00"])
def test_an_unknown_reason_is_named(cast, current, signed_in, code):
    assert do(signed_in(cast.grid_worker), current, "pause", code=code).status_code == 200


def test_strangers_readers_and_unknown_verbs(cast, current, signed_in):
    for who in ("resident", "neighbour", "outsider", "water_officer"):
        client = signed_in(getattr(cast, who))
        assert client.get(current.get_absolute_url()).status_code == 404
        assert do(client, current, "pause", code="weather").status_code == 404
    reader = signed_in(cast.leader)
    assert reader.get(current.get_absolute_url()).status_code == 200
    assert do(reader, current, "pause", code="weather").status_code == 403
    assert do(reader, current, "approve_extension", answer="好").status_code == 403
    assert do(signed_in(cast.grid_worker), current, "junk").status_code == 404


def test_a_turnout_offers_it_too(cast, signed_in):
    turnout = cast.whistled().turnouts.get()
    owed = turnout.deadlines.get(kind="turnout.arrive")
    page = signed_in(cast.water_officer).get(turnout.get_absolute_url()).content.decode()
    assert owed.get_absolute_url() in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_extensions_takes_eight_queries(cast, signed_in, django_assert_max_num_queries, rows):
    for _row in range(rows):
        owed = cast.lodge().deadlines.get(kind="case.resolve")
        ask(cast, owed, now=owed.set_at)
    client = signed_in(cast.dispatcher)
    client.get(reverse("extensions"))
    with django_assert_max_num_queries(8):
        client.get(reverse("extensions"))
