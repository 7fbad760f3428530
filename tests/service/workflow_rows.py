"""Rows of this app in any state, whatever the actions would say: for the tests of the tables of moves."""

from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from service.actions.lists import list_need, list_resource
from service.enums import AnswerState, CallState, Verb, WishState
from service.models import EmployerRegistration, HelperAnswer, HelperCall, ListItem, Registration, Shift, SignUp, Wish
from service.workflow import NO_SIGN_UP

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def today():
    return timezone.localdate()


def put(row: Model, **columns) -> Model:
    """Return `row` with its `columns` set in the database, whatever the actions would say."""
    type(row).objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def member_row(team, state, _verb=None, **columns) -> Registration:
    row = Registration.objects.select_related("member").get(member=team.member)
    return put(row, **{"state": state, "expires_on": today() + 30 * DAY, **columns})


def employer_row(team, state, _verb=None) -> EmployerRegistration:
    return put(EmployerRegistration.objects.get(employer=team.employer), state=state)


def listed_need(team, title="议事场地") -> ListItem:
    return list_need(community=team.community, user=team.secretary, resource_kind="room", title=title)


def listed_resource(team, title="会议室") -> ListItem:
    given = {"community": team.community, "employer": team.employer, "user": team.liaison, "resource_kind": "room"}
    return list_resource(title=title, **given)


def _claimed(row: ListItem, team, state) -> ListItem:
    return put(row, state=state, asker=team.community, claimant=team.employer, due_at=timezone.now() + 7 * DAY)


def need_row(team, state, _verb=None) -> ListItem:
    return _claimed(listed_need(team), team, state)


def resource_row(team, state, _verb=None) -> ListItem:
    return _claimed(listed_resource(team), team, state)


def post_row(team, state, _verb=None):
    return team.post(is_open=state)


def shift_row(team, state, _verb=None) -> Shift:
    return team.shift(state=state)


def sign_up_row(team, state, verb=None, *, shift=None, **columns) -> SignUp:
    """Return the sign-up of the other member, unsaved if there is none. One place is taken: for WAIT, the only one."""
    shift = shift or team.shift()
    put(shift, places=1 if verb == Verb.WAIT else 3, taken=1)
    now = timezone.now()
    row = SignUp(
        shift=shift,
        member=team.other_member,
        state=state,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        signed_up_at=now,
        queued_at=now,
        offered_until=now + DAY,
        **columns,
    )
    if verb in (Verb.CHECK_OUT, Verb.ATTEST):
        row.checked_in_at = shift.starts_at
    if state != NO_SIGN_UP:
        row.save()
    return row


def call_row(team, state, verb=None) -> HelperCall:
    """Return a call of the community; to FINISH it, one helper is on the spot."""
    now = timezone.now()
    call = HelperCall.objects.create(
        community=team.community,
        caller=team.community,
        title="搬运防汛沙袋",
        place="社区东门",
        helpers=1 if state == CallState.FULL else 2,
        coming=1,
        arrive_by=now + 30 * MINUTE,
        until=now + 3 * HOUR,
        state=state,
        called_by=team.secretary,
        called_at=now - HOUR,
    )
    if verb == Verb.FINISH:
        answer_row(team, AnswerState.ARRIVED, call=call)
    return call


def answer_row(team, state, _verb=None, *, call=None) -> HelperAnswer:
    now = timezone.now()
    call = call or call_row(team, CallState.OPEN)
    times = {"told_at": now - HOUR, "answered_at": now - 40 * MINUTE, "arrived_at": now - 30 * MINUTE}
    return HelperAnswer.objects.create(call=call, member=team.other_member, state=state, **times)


def wish_row(team, state, _verb=None, **columns) -> Wish:
    now = timezone.now()
    return Wish.objects.create(
        community=team.community,
        resident=team.resident,
        title="想要一副老花镜",
        text="老人看不清药品说明书。",
        contact="3号楼2单元501",
        state=state,
        submitted_at=now,
        claimed_by=team.member,
        claimed_at=now,
        due_at=now + 10 * DAY,
        thanked_at=now,
        thanks="谢谢！",
        **columns,
    )


def thanks_row(team, state, _verb=None) -> Wish:
    return wish_row(team, WishState.FULFILLED, thanks_state=state)
