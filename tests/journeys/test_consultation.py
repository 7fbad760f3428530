"""From a case to a kept resolution, through five apps: 提事、议事、决事、办事、评事."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.actions.agenda import add_item
from consultation.actions.invitations import send_invitations
from consultation.actions.matters import accept_matter
from consultation.actions.measures import add_measure
from consultation.actions.meetings import call_meeting, plan_meeting
from consultation.actions.minutes import draft_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes
from consultation.actions.presence import note_presence
from consultation.actions.room import close_meeting, open_meeting, take_up
from consultation.actions.votes import cast_vote, close_vote, open_vote
from consultation.enums import AgendaKind
from consultation.models import Matter, Resolution
from consultation.queries.returns import waiting_to_return
from records.models import Deadline
from service.actions.commitments import claim_commitment
from service.actions.commitments_deliveries import deliver_commitment, rate_commitment
from service.models import ListItem
from tests.consultation.cast import make_consultation_cast

DAY = timedelta(days=1)


@pytest.fixture
def team(cast):
    return make_consultation_cast(cast)


def held(team, matter: Matter):
    """Call, hold and close a meeting that adopts `matter` with one measure for the water bureau; return it."""
    now, by = timezone.now(), team.convenor
    starts = now + 5 * DAY
    meeting = plan_meeting(
        forum=team.forum, user=by, title="议事会", place="议事厅", starts_at=starts, ends_at=starts + DAY / 12, now=now
    )
    item = add_item(
        meeting=meeting,
        user=by,
        kind=AgendaKind.DECISION,
        title="",
        text="",
        minutes=30,
        presenter=None,
        matter=matter,
        balloting="open",
        now=now,
    )
    add_measure(
        item=item,
        user=by,
        what="更换全部井盖",
        owner=team.cast.water,
        asker=team.cast.community,
        due_on=timezone.localdate(starts + 10 * DAY),
        now=now,
    )
    call_meeting(meeting=meeting, user=by, now=now)
    send_invitations(meeting=meeting, now=now)
    invited = list(meeting.invitations.filter(votes=True).select_related("person").order_by("pk"))
    for invitation in invited:
        note_presence(invitation=invitation, user=by, now=starts)
    meeting = open_meeting(meeting=meeting, user=by, now=starts)
    item = take_up(item=item, user=by, now=starts)
    vote = open_vote(item=item, user=by, question="是否同意？", now=starts)
    for invitation in invited:
        cast_vote(vote=vote, user=invitation.person, choice="for", now=starts)
    close_vote(vote=vote, user=by, now=starts)
    return close_meeting(meeting=meeting, user=by, now=starts + DAY / 24)


def test_a_case_becomes_a_resolution_that_is_delivered_and_judged(team, client):
    case = team.cast.on_street()
    client.force_login(team.cast.dispatcher, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = client.get(reverse("table_case", args=[case.number])).context["form"]
    form = {
        "token": asked["token"].value(),
        "forum": team.forum.pk,
        "unit": team.cast.street.pk,
        "title": "井盖整体更换",
        "text": "井盖破损反复出现，请商量整体更换。",
    }
    response = client.post(reverse("table_case", args=[case.number]), form)
    assert response.status_code == 302
    matter = Matter.objects.get(case=case)

    accept_matter(matter=matter, user=team.convenor)
    meeting = held(team, matter)
    resolution = Resolution.objects.get(matter=matter)
    assert not case.movements.filter(verb="resolution").exists()

    draft_minutes(meeting=meeting, user=team.convenor)
    minutes = submit_minutes(meeting=meeting, user=team.convenor, confirmer=team.deputy)
    confirm_minutes(meeting=meeting, user=team.deputy, revision=minutes.revision)
    publish_minutes(meeting=meeting, user=team.convenor)
    told = case.movements.get(verb="resolution")
    assert told.data["url"] == resolution.get_absolute_url()
    assert resolution.get_absolute_url() in client.get(case.get_absolute_url()).content.decode()

    task = ListItem.objects.get(resolution_task__resolution=resolution)
    claim_commitment(item=task, user=team.cast.water_officer)
    deliver_commitment(item=task, user=team.cast.water_officer, evidence="已全部更换")
    rate_commitment(item=task, user=team.secretary, rating=2, remark="还有两处松动")
    assert list(waiting_to_return(team.forum)) == [task]
    open_kinds = Deadline.objects.filter(met_at=None, cancelled_at=None).values_list("kind", flat=True)
    assert [kind for kind in open_kinds if kind.startswith(("consultation.", "service."))] == []
    client.logout()
    page = client.get(resolution.get_absolute_url())
    assert page.status_code == 200
    assert "更换全部井盖" in page.content.decode()
