"""Every route of consultation × everyone: the cast, convenors at three units, and who sits on the forum."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from consultation.actions.minutes import draft_minutes
from consultation.actions.votes import open_vote
from consultation.enums import AgendaKind, MatterState, MeetingState
from consultation.models import Minutes, Paper
from tests.consultation.cast import DAY, ConsultationCast
from tests.consultation.tasks_of_resolutions import adopted
from tests.test_architecture import OWN_ROUTES
from tests.test_permissions import PEOPLE as CAST
from tests.test_permissions import answer_for, expected

PEOPLE = CAST | {
    "V": "convenor",
    "W": "deputy",
    "T": "street_convenor",
    "N": "neighbour_convenor",
    "B": "member",
    "A": "adviser",
}
PEOPLE["m"] = "service_member"
ALL = "".join(PEOPLE)
SIGNED_IN = ALL.removeprefix("-")
PATHS = {entry.name: path for path, entry in OWN_ROUTES if entry.callback.__module__.startswith("consultation.")}

# 200 let in, 302 led on, 403 refused, 404 nothing there for them, 405 only by POST; the others are asked to sign in.
READS = {
    "forums": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "forum": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "forum_calendar": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "forum_follow": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "kept_forums": {200: "VWTN", 403: "rgsdlnwhpcDayuoOCemBA"},
    "forum_new": {200: "VWTN", 403: "rgsdlnwhpcDayuoOCemBA"},
    "forum_desk": {200: "VW", 403: "rgsdlnwhpcDayuoOCemBA", 404: "TN"},
    "forum_verb": {403: "rgsdlnwhpcDayuoOCemBA", 405: "VWTN"},
    "my_matters": {200: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "matter_new": {200: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "matter": {200: "rVW", 404: "-gsdlnwhpcDayuoOCemTNBA"},
    "matter_verb": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "matter_desk": {200: "VWTN", 403: "rgsdlnwhpcDayuoOCemBA"},
    "topics": {200: "sdlncDoCVWTN", 403: "rgwhpayuOemBA"},
    "table_case": {200: "sdlcD", 403: "rgayumVWTNBA", 404: "nwhpoOCe"},
    "my_meetings": {200: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "meetings": {200: "VWTN", 403: "rgsdlnwhpcDayuoOCemBA"},
    "meeting_new": {200: "VW", 403: "rgsdlnwhpcDayuoOCemBA", 404: "TN"},
    "meeting": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "meeting_verb": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "meeting_calendar": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "agenda": {200: "VW", 403: "rgsdlnwhpcDayuoOCemBA", 404: "TN"},
    "agenda_item": {200: "VW", 403: "rgsdlnwhpcDayuoOCemBA", 404: "TN"},
    "agenda_verb": {403: "rgsdlnwhpcDayuoOCemBA", 405: "VWTN"},
    "paper": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "room": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "room_live": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "room_verb": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "meeting_code": {200: "VW", 403: "rgsdlnwhpcDayuoOCemBA", 404: "TN"},
    "meeting_check_in": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "vote": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "vote_cast": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "minutes": {200: "seVWBA", 404: "rgdlnwhpcDayuoOCmTN"},
    "minutes_verb": {405: "rgsdlnwhpcDayuoOCemVWTNBA"},
    "published_minutes": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "minutes_pdf": {200: "-rgsdlnwhpcDayuoOCemVWTNBA"},
    "resolution": {200: "seVWBA", 404: "-rgdlnwhpcDayuoOCmTN"},
}


@pytest.fixture
def keys(team: ConsultationCast) -> dict:
    """One thing of each kind, of the forum of the cast's community. The matter waits; the resident raised it."""
    now = timezone.now()
    planned, called = team.meeting(), team.meeting(starts_at=now + 5 * DAY, state=MeetingState.CALLED)
    team.invite(called)
    session = team.in_session()
    held = team.meeting(starts_at=now - 3 * DAY, state=MeetingState.CLOSED, quorum_percent=50, closed_at=now)
    team.invite(held, present=True)
    public = team.meeting(starts_at=now - 9 * DAY, state=MeetingState.PUBLISHED, published_at=now)
    Minutes.objects.create(meeting=public, drafted_by=team.convenor, drafted_at=now, state="published")
    paper = Paper(
        item=team.item(called), name="方案.pdf", suffix="pdf", media_type="application/pdf", size=4, uploaded_at=now
    )
    paper.uploaded_by = team.convenor
    paper.file.save("paper", ContentFile(b"%PDF"), save=False)
    paper.save(force_insert=True)
    draft_minutes(meeting=held, user=team.convenor)
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗？")
    return {
        "forum": team.forum.pk,
        "matter": team.matter(state=MatterState.RAISED).pk,
        "case": team.cast.on_street().number,
        "planned": planned.pk,
        "called": called.pk,
        "item": team.item(planned, kind=AgendaKind.DECISION).pk,
        "paper": paper.pk,
        "session": session.pk,
        "vote": vote.pk,
        "held": held.pk,
        "public": public.pk,
        "resolution": adopted(team, team.cast.water, meeting=held).pk,
    }


KEYS = {
    "matter": "matter",
    "matter_verb": "matter",
    "table_case": "case",
    "meeting": "called",
    "meeting_verb": "called",
    "meeting_calendar": "called",
    "agenda": "planned",
    "agenda_item": "item",
    "agenda_verb": "item",
    "paper": "paper",
    "room": "session",
    "room_live": "session",
    "room_verb": "session",
    "meeting_code": "session",
    "meeting_check_in": "session",
    "vote": "vote",
    "vote_cast": "vote",
    "minutes": "held",
    "minutes_verb": "held",
    "published_minutes": "public",
    "minutes_pdf": "public",
    "resolution": "resolution",
}


def address(name: str, keys: dict) -> str:
    """Return the address of the route `name` about the thing of its kind."""
    key = keys[KEYS.get(name, "forum")]
    given = {"verb": "none", "pk": key, "number": key}
    return reverse(name, kwargs={part: given[part] for part in re.findall(r"<(?:\w+:)?(\w+)>", PATHS[name])})


def person(team: ConsultationCast, letter: str):
    if letter == "-":
        return None
    if letter == "m":
        return team.cast.member
    return getattr(team, PEOPLE[letter], None) or getattr(team.cast, PEOPLE[letter])


def test_every_route_has_a_row():
    assert set(READS) == set(PATHS)


@pytest.mark.parametrize("name", READS)
def test_a_row_names_everyone_once(name):
    letters = "".join(READS[name].values())
    assert len(set(letters)) == len(letters)
    assert set(SIGNED_IN) <= set(letters)


@pytest.mark.parametrize("name", READS)
def test_reading(team, client, keys, name):
    url = address(name, keys)
    found = {letter: answer_for(client, person(team, letter), url) for letter in PEOPLE}
    assert found == {letter: expected(READS[name], letter) for letter in PEOPLE}
