"""What leaves the portal: to whom, when, at least once, and never what no longer matters."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse
from kombu.exceptions import OperationalError

from accounts.models import Post
from records.actions import move_deadlines
from records.clocks import SHANGHAI
from records.enums import ClockUnit, DeliveryMode, DeliveryState
from records.models import AuditEntry, Deadline, Delivery, Notice, QuietHours, ReminderPreference, UnitChannel
from records.outgoing import deliveries, outside
from records.sweep import sweep

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
EVENING = MONDAY.replace(hour=22, minute=30)
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=SHANGHAI)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADDRESS = "dingtalk://" + "a1" * 32


@pytest.fixture(autouse=True)
def queued(monkeypatch) -> list[int]:
    """The keys that were handed over, in place of a broker."""
    keys = []
    monkeypatch.setattr("records.tasks.deliver.delay", keys.extend)
    return keys


@pytest.fixture
def robot(monkeypatch) -> SimpleNamespace:
    """A group robot at the end of every address: it keeps what it was told, and takes it or not."""
    robot = SimpleNamespace(told=[], takes=True)
    robot.notify = lambda *, title, body: robot.told.append(f"{title}\n{body}") or robot.takes
    monkeypatch.setattr(outside.Apprise, "instantiate", staticmethod(lambda address: robot))
    return robot


@pytest.fixture
def group(cast, robot) -> UnitChannel:
    """The robot of the grid."""
    return UnitChannel.objects.create(unit=cast.grid, name="群", address=ADDRESS)


@pytest.fixture
def owes(cast):
    """Return a function that makes the grid owe something that is due at a moment, for 30 minutes by then."""

    def owe(due_at: datetime = MONDAY, **values) -> Deadline:
        case = cast.lodge(now=due_at - HOUR)
        Deadline.objects.filter(object_id=case.pk).exclude(kind="case.resolve").update(cancelled_at=due_at - HOUR)
        deadline = Deadline.objects.get(object_id=case.pk, kind="case.resolve")
        given = {"counted_in": ClockUnit.MINUTES, "set_at": due_at - HOUR / 2, "due_at": due_at, "remind_at": due_at}
        Deadline.objects.filter(pk=deadline.pk).update(**given | values)
        deadline.refresh_from_db()
        return deadline

    return owe


@pytest.fixture
def wants(cast):
    """Return a function by which the grid worker, or another, wants e-mail."""

    def want(mode: str = DeliveryMode.IMMEDIATE, *, kind: str = "", email: bool = True, user=None) -> None:
        user = user or cast.grid_worker
        user.email = f"{user.username}@example.cn"
        user.save()
        ReminderPreference.objects.create(user=user, kind=kind, email=email, mode=mode)

    return want


@pytest.fixture
def swept(django_capture_on_commit_callbacks):
    """Return a function that sweeps at a moment and commits."""

    def sweep_at(now: datetime):
        with django_capture_on_commit_callbacks(execute=True):
            return sweep(now=now)

    return sweep_at


@pytest.fixture
def mail_server_down(monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError("grid@example.cn")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)


def state() -> tuple[str, str]:
    """Return (state, last error) of the one delivery there is."""
    return Delivery.objects.values_list("state", "last_error").get()


class TestWhoIsTold:
    def test_the_inbox_alone_unless_somebody_chose_more(self, owes, swept, queued):
        owes()
        swept(MONDAY)
        assert Notice.objects.filter(kind="deadline.late").count() == 1
        assert not Delivery.objects.exists()
        assert not queued

    def test_by_e_mail_who_chose_it(self, owes, wants, swept, queued):
        deadline = owes()
        wants()
        swept(MONDAY)
        delivery = Delivery.objects.get()
        assert queued == [delivery.pk]
        assert deliveries.deliver(keys=queued, now=MONDAY) == 1
        message = mail.outbox[0]
        assert message.to == ["grid@example.cn"]
        assert deadline.subject.number in message.subject
        assert "王小明" not in message.subject + message.body

    @pytest.mark.parametrize(("emails", "expected"), [((True, False), 0), ((False, True), 1)])
    def test_the_choice_for_one_kind_goes_before_that_for_all(self, owes, wants, swept, emails, expected):
        owes()
        wants(email=emails[0])
        wants(email=emails[1], kind="case.resolve")
        swept(MONDAY)
        assert Delivery.objects.count() == expected

    def test_links_lead_to_the_public_address(self, owes, wants, swept, queued, settings):
        settings.PUBLIC_URL = "https://portal.example.cn"
        deadline = owes()
        wants()
        swept(MONDAY)
        deliveries.deliver(keys=queued, now=MONDAY)
        assert f"https://portal.example.cn{deadline.subject.get_absolute_url()}" in mail.outbox[0].body

    def test_the_robot_of_the_unit(self, cast, owes, swept, queued, robot):
        for unit, kinds in [(cast.grid, []), (cast.grid, ["case.resolve"]), (cast.grid, ["case.accept"])]:
            UnitChannel.objects.create(unit=unit, name="群", address=ADDRESS, kinds=kinds)
        UnitChannel.objects.create(unit=cast.street, name="群", address=ADDRESS)
        UnitChannel.objects.create(unit=cast.grid, name="旧群", address=ADDRESS, is_active=False)
        deadline = owes()
        swept(MONDAY)
        assert deliveries.deliver(keys=queued, now=MONDAY) == 2
        assert all(deadline.subject.number in told for told in robot.told)

    @pytest.mark.usefixtures("group")
    def test_as_many_queries_for_thirty_as_for_one(self, owes, wants, django_assert_max_num_queries):
        wants()
        for _n in range(30):
            owes()
        with django_assert_max_num_queries(25):
            sweep(now=MONDAY)
        assert Delivery.objects.count() == 60

    @pytest.mark.usefixtures("group")
    def test_a_robot_speaks_also_where_nobody_is_found(self, owes, swept, queued, robot):
        owes()
        Post.objects.all().delete()
        swept(MONDAY)
        assert not Notice.objects.filter(kind="deadline.late").exists()
        assert deliveries.deliver(keys=queued, now=MONDAY) == 1
        assert len(robot.told) == 1

    @pytest.mark.usefixtures("group")
    def test_what_waits_for_a_robot_is_one_message(self, owes, swept, queued, robot):
        for _n in range(3):
            owes()
        swept(MONDAY)
        assert deliveries.deliver(keys=queued, now=MONDAY) == 3
        assert len(robot.told) == 1
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

    def test_a_robot_has_quiet_hours_and_a_digest_too(self, owes, swept, queued, group):
        UnitChannel.objects.update(begins=time(22), ends=time(7))
        owes(EVENING)
        swept(EVENING)
        assert not queued
        assert Delivery.objects.get().not_before == MORNING
        UnitChannel.objects.update(mode="digest", begins=None, ends=None)
        owes(MORNING)
        swept(MORNING)
        assert Delivery.objects.latest("pk").not_before == MORNING.replace(hour=8)

    def test_a_robot_that_fails_is_asked_once_in_a_run(self, robot):
        robot.takes = False
        channels = outside.Channels()
        for _time in range(2):
            with pytest.raises(outside.NotDelivered):
                channels.send(address=ADDRESS, title="t", body="b")
        assert len(robot.told) == 1


class TestWhen:
    @pytest.fixture
    def quiet(self, cast):
        QuietHours.objects.create(user=cast.grid_worker, begins=time(22), ends=time(7))

    def test_quiet_hours_let_it_wait_for_the_morning(self, owes, wants, quiet, swept, queued):
        owes(EVENING)
        wants()
        swept(EVENING)
        assert not queued
        key = Delivery.objects.get().pk
        assert deliveries.deliver(keys=[key], now=MORNING - MINUTE) == 0
        assert swept(MORNING).handed_over == 1
        assert deliveries.deliver(keys=queued, now=MORNING) == 1
        assert Notice.objects.filter(created_at=EVENING, recipient__username="grid").exists()

    def test_an_emergency_passes_them_and_the_digest(self, owes, wants, quiet, swept, queued):
        owes(EVENING, is_emergency=True)
        wants(DeliveryMode.DIGEST)
        swept(EVENING)
        assert deliveries.deliver(keys=queued, now=EVENING) == 1

    def test_one_digest_with_all_that_waits(self, owes, wants, swept, queued):
        numbers = {owes(MONDAY + n * MINUTE).subject.number for n in range(3)}
        wants(DeliveryMode.DIGEST)
        for n in range(3):
            swept(MONDAY + n * MINUTE)
        assert not queued
        swept(MORNING + HOUR)
        assert len(queued) == 3
        assert deliveries.deliver(keys=queued, now=MORNING + HOUR) == 3
        assert len(mail.outbox) == 1
        assert all(number in mail.outbox[0].body for number in numbers)

    def test_a_digest_is_of_one_person(self, cast, owes, wants, swept, queued):
        owes(MONDAY - HOUR / 2, remind_at=MONDAY)
        wants(DeliveryMode.DIGEST)
        wants(DeliveryMode.DIGEST, user=cast.secretary)
        swept(MONDAY)
        swept(MORNING + HOUR)
        deliveries.deliver(keys=queued, now=MORNING + HOUR)
        assert {message.to[0] for message in mail.outbox} == {"grid@example.cn", "secretary@example.cn"}

    def test_overnight_one_message_at_the_widest_level(self, owes, wants, quiet, swept):
        owes(EVENING + HOUR, remind_at=EVENING + HOUR / 2 + 15 * MINUTE, set_at=EVENING)
        wants()
        swept(EVENING + HOUR / 2 + 15 * MINUTE)
        swept(EVENING + HOUR)
        assert Delivery.objects.count() == 2
        swept(MORNING)
        deliveries.deliver(keys=[delivery.pk for delivery in Delivery.objects.all()], now=MORNING)
        assert len(mail.outbox) == 1
        assert sorted(Delivery.objects.values_list("state", "last_error")) == [("dropped", "superseded"), ("sent", "")]


class TestOnce:
    def test_a_task_run_three_times_sends_once(self, owes, wants, swept, queued):
        owes()
        wants()
        swept(MONDAY)
        swept(MONDAY)
        for _time in range(3):
            deliveries.deliver(keys=queued, now=MONDAY)
        assert len(mail.outbox) == 1
        assert state() == ("sent", "")
        assert Notice.objects.filter(kind="deadline.late").count() == 1

    def test_a_lease_keeps_others_off_until_it_ends(self, owes, wants, swept, queued):
        owes()
        wants()
        swept(MONDAY)
        assert deliveries._claimed(queued[0], MONDAY)  # a worker that is killed before it sends
        assert deliveries.deliver(keys=queued, now=MONDAY) == 0
        later = MONDAY + MINUTE  # past the lease, and four sweeps
        assert swept(later).handed_over == 1
        assert deliveries.deliver(keys=queued, now=later) == 1

    @pytest.mark.parametrize(
        "change",
        [
            ({"met_at": MONDAY}, "met"),
            ({"cancelled_at": MONDAY}, "cancelled"),
            ({"paused_at": MONDAY}, "paused"),
            ({"revision": 1}, "changed"),
        ],
    )
    def test_what_no_longer_matters_is_dropped(self, owes, wants, swept, queued, change):
        values, code = change
        deadline = owes()
        wants()
        swept(MONDAY)
        Deadline.objects.filter(pk=deadline.pk).update(**values)
        assert deliveries.deliver(keys=queued, now=MONDAY) == 0
        assert state() == ("dropped", code)
        assert not mail.outbox

    def test_nobody_is_written_to_who_has_left(self, cast, owes, wants, swept, queued):
        owes()
        wants()
        swept(MONDAY)
        cast.grid_worker.is_active = False
        cast.grid_worker.save()
        deliveries.deliver(keys=queued, now=MONDAY)
        assert state() == ("dropped", "nobody")

    def test_nobody_is_written_to_whose_post_has_ended(self, cast, owes, wants, swept, queued):
        owes()
        wants()
        swept(MONDAY)
        Post.objects.filter(user=cast.grid_worker).delete()
        deliveries.deliver(keys=queued, now=MONDAY)
        assert state() == ("dropped", "nobody")

    def test_not_about_what_another_unit_owes_by_now(self, cast, owes, wants, swept, queued):
        deadline = owes()
        wants()
        swept(MONDAY)
        move_deadlines(subject=deadline.subject, kinds=["case.resolve"], unit=cast.street)
        deliveries.deliver(keys=queued, now=MONDAY)
        assert state() == ("dropped", "moved")

    def test_a_key_that_is_no_more_does_nothing(self, db):
        assert deliveries.deliver(keys=[4711]) == 0


class TestFaults:
    def test_without_a_broker_the_next_sweep_hands_over(self, owes, wants, swept, queued, monkeypatch):
        def away(keys):
            raise OperationalError("redis://:secret@host")

        owes()
        wants()
        monkeypatch.setattr("records.tasks.deliver.delay", away)
        swept(MONDAY)
        assert state() == ("waiting", "")
        monkeypatch.setattr("records.tasks.deliver.delay", queued.extend)
        assert swept(MONDAY + MINUTE / 2).handed_over == 0
        assert swept(MONDAY + MINUTE).handed_over == 1
        assert deliveries.deliver(keys=queued, now=MONDAY + MINUTE) == 1

    def test_retried_with_longer_and_longer_waits_then_failed(self, owes, wants, swept, queued, mail_server_down):
        owes()
        wants()
        swept(MONDAY)
        waits, now = [], MONDAY
        while Delivery.objects.get().state == DeliveryState.WAITING:
            assert deliveries.deliver(keys=queued, now=now) == 0
            delivery = Delivery.objects.get()
            waits.append((delivery.not_before - now) / MINUTE)
            now = delivery.not_before
        assert waits[:5] == [1, 2, 5, 15, 60]
        assert (delivery.attempts, *state()) == (6, "failed", "ConnectionRefusedError")

    @pytest.mark.usefixtures("group", "mail_server_down")
    def test_one_that_fails_does_not_stop_the_others(self, owes, wants, swept, queued, robot):
        owes()
        wants()
        swept(MONDAY)
        assert deliveries.deliver(keys=queued, now=MONDAY) == 1
        assert len(robot.told) == 1

    @pytest.mark.usefixtures("group")
    def test_a_robot_that_does_not_take_it_is_asked_again(self, owes, swept, queued, robot):
        owes()
        swept(MONDAY)
        robot.takes = False
        deliveries.deliver(keys=queued, now=MONDAY)
        assert state() == ("waiting", "NotDelivered")
        robot.takes = True
        assert deliveries.deliver(keys=queued, now=MONDAY + MINUTE) == 1
        assert state() == ("sent", "")

    @pytest.mark.usefixtures("mail_server_down")
    def test_no_log_line_tells_an_address(self, owes, wants, swept, queued, caplog):
        owes()
        wants()
        swept(MONDAY)
        Delivery.objects.update(attempts=5)
        deliveries.deliver(keys=queued, now=MONDAY)
        assert "ConnectionRefusedError" in caplog.text
        assert "example.cn" not in caplog.text


class TestAdmin:
    @pytest.fixture
    def failed(self, owes, wants, swept) -> Delivery:
        owes()
        wants()
        swept(MONDAY)
        Delivery.objects.update(state=DeliveryState.FAILED, attempts=6, last_error="ConnectionRefusedError")
        return Delivery.objects.get()

    def test_what_failed_is_listed_and_sent_again(self, cast, signed_in, failed):
        client = signed_in(cast.sysadmin)
        url = reverse("admin:records_delivery_changelist")
        assert "ConnectionRefusedError" in client.get(url).content.decode()
        client.post(url, {"action": "send_again", "_selected_action": [failed.pk]})
        now = Delivery.objects.get().not_before
        assert deliveries.hand_over_waiting(now=now) == 1
        assert deliveries.deliver(keys=[failed.pk], now=now) == 1
        assert "ConnectionRefusedError" not in client.get(url).content.decode()
        assert AuditEntry.objects.filter(verb="delivery.send_again", actor=cast.sysadmin).count() == 1

    def test_a_channel_of_a_unit_hides_its_secret_in_the_list(self, cast, signed_in):
        client = signed_in(cast.sysadmin)
        typed = {
            "unit": cast.grid.pk,
            "name": "网格群",
            "address": ADDRESS,
            "kinds": ["case.resolve"],
            "is_active": "on",
            "mode": "immediate",
            "digest_at": "08:00",
        }
        assert client.post(reverse("admin:records_unitchannel_add"), typed).status_code == 302
        assert UnitChannel.objects.get().kinds == ["case.resolve"]
        html = client.get(reverse("admin:records_unitchannel_changelist")).content.decode()
        assert "dingtalk://••••" in html
        assert "a1a1" not in html

    @pytest.mark.parametrize(
        "address",
        [
            *("garbage", "dingtalk://", "twilio://x", "http://[", "井盖🕳", "json://"),
            # what reaches into our own network, reads files or waits for an hour
            *("json://127.0.0.1:8000/x", "form://169.254.169.254/latest", "syslog://", "rsyslog://127.0.0.1"),
            *(f"{ADDRESS}?template=/etc/passwd", f"{ADDRESS}?rto=3600", f"{ADDRESS}?CTO=3600"),
        ],
    )
    def test_an_address_that_may_not_be_used_is_refused(self, cast, signed_in, address):
        typed = {"unit": cast.grid.pk, "name": "网格群", "address": address, "is_active": "on"}
        typed |= {"mode": "immediate", "digest_at": "08:00"}
        response = signed_in(cast.sysadmin).post(reverse("admin:records_unitchannel_add"), typed)
        assert response.status_code == 200
        assert "dingtalk://TOKEN" in response.context["adminform"].form.errors["address"][0]

    def test_a_real_address_is_read_without_a_network(self):
        assert outside.is_address(ADDRESS)
