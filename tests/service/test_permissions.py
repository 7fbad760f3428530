"""Every route of service × everyone: the cast, and who serves, runs or acts for others in the same way."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from service.actions.lists import list_need
from service.actions.wishes import make_wish
from service.enums import SignUpState
from service.models import (
    CalendarFeed,
    Certificate,
    EmployerRegistration,
    HelperAnswer,
    HelperCall,
    HourEntry,
    Household,
    Registration,
    SignUp,
)
from tests.service.cast import ServiceCast
from tests.service.commitments import committed
from tests.test_architecture import OWN_ROUTES
from tests.test_permissions import PEOPLE as CAST
from tests.test_permissions import answer_for, expected

PEOPLE = CAST | {"S": "neighbour_secretary", "E": "other_liaison", "M": "other_member", "N": "neighbour_member"}
ALL = "".join(PEOPLE)
SIGNED_IN = ALL.removeprefix("-")
PATHS = {entry.name: path for path, entry in OWN_ROUTES if entry.callback.__module__.startswith("service.")}

# 200 let in, 302 led on, 403 refused, 404 nothing there for them, 405 only by POST; the others are asked to sign in.
READS = {
    "my_registration": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "registration_places": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "registrations": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "member_registration": {200: "sm", 404: "rgdlnwhpcDayuoOCeSEMN"},
    "registration_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "employers": {200: "seSE", 403: "rgdlnwhpcDayuoOCmMN"},
    "employer_registration_new": {200: "eE", 403: "rgsdlnwhpcDayuoOCmSMN"},
    "employer_registration": {200: "se", 403: "rgdlnwhpcDayuoOCmMN", 404: "SE"},
    "employer_registration_verb": {403: "rgdlnwhpcDayuoOCmMN", 405: "seSE"},
    "my_lists": {200: "E", 302: "seS", 403: "rgdlnwhpcDayuoOCmMN"},
    "lists": {200: "se", 403: "rgdlnwhpcDayuoOCmMN", 404: "SE"},
    "one_list": {200: "se", 403: "rgdlnwhpcDayuoOCmMN", 404: "SE"},
    "list_item_new": {200: "s", 403: "rgdlnwhpcDayuoOCemMN", 404: "SE"},
    "list_item": {200: "se", 403: "rgdlnwhpcDayuoOCmMN", 404: "SE"},
    "list_item_verb": {403: "rgdlnwhpcDayuoOCmMN", 405: "seSE"},
    "commitments": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "commitment": {200: "swh", 404: "rgdlnpcDayuoOCemSEMN"},
    "commitment_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "communities": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "community_service": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "service_posts": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "service_post_new": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "service_post": {200: "s", 403: "rgdlnwhpcDayuoOCemEMN", 404: "S"},
    "service_post_verb": {403: "rgdlnwhpcDayuoOCemEMN", 405: "sS"},
    "shift": {200: "smMN", 404: "rgdlnwhpcDayuoOCeSE"},
    "shift_calendar": {200: "m", 404: "rgsdlnwhpcDayuoOCeSEMN"},
    "shift_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "find_service": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "service_calendar": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "service_feed": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "my_service": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "service_feed_renew": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "shift_code": {200: "s", 403: "rgdlnwhpcDayuoOCemEMN", 404: "S"},
    "check_in": {200: "smMN", 404: "rgdlnwhpcDayuoOCeSE"},
    "check_out": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "attendance": {200: "s", 403: "rgdlnwhpcDayuoOCemEMN", 404: "S"},
    "attendance_verb": {403: "rgdlnwhpcDayuoOCemEMN", 405: "sS"},
    "correct_hours": {200: "s", 403: "rgdlnwhpcDayuoOCmMN", 404: "SeE"},
    "my_hours": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "certificates": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "certificate": {200: "m", 404: "rgsdlnwhpcDayuoOCeSEMN"},
    "verify": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "verify_certificate": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "employer_sheets": {302: "eE", 403: "rgsdlnwhpcDayuoOCmSMN"},
    "employer_hours": {200: "e", 403: "rgsdlnwhpcDayuoOCmSMN", 404: "E"},
    "employer_hours_export": {200: "e", 403: "rgsdlnwhpcDayuoOCmSMN", 404: "E"},
    "helper_calls": {200: "seSE", 403: "rgdlnwhpcDayuoOCmMN"},
    "helper_call_new": {200: "seSE", 403: "rgdlnwhpcDayuoOCmMN"},
    "my_calls": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "helper_call": {200: "sm", 404: "rgdlnwhpcDayuoOCeSEMN"},
    "helper_call_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "helper_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "wishes": {200: "-rgsdlnwhpcDayuoOCemSEMN"},
    "wish_new": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "wish": {200: "rs", 404: "-gdlnwhpcDayuoOCemSEMN"},
    "wish_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "wish_contact": {405: "rgsdlnwhpcDayuoOCemSEMN"},
    "my_wishes": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "wish_reviews": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "households": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "household_new": {200: "sS", 403: "rgdlnwhpcDayuoOCemEMN"},
    "my_households": {200: "rgsdlnwhpcDayuoOCemSEMN"},
    "household": {200: "sm", 404: "rgdlnwhpcDayuoOCeSEMN"},
    "household_verb": {405: "rgsdlnwhpcDayuoOCemSEMN"},
}


@pytest.fixture
def keys(team: ServiceCast) -> dict:
    """One thing of each kind, of the cast's community: `member` takes part in all of them."""
    now = timezone.now()
    shift = team.shift()
    sign_up = SignUp.objects.create(
        shift=shift,
        member=team.member,
        state=SignUpState.TAKEN,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        signed_up_at=now,
    )
    entry = HourEntry.objects.create(
        member=team.member,
        community=team.community,
        employer=team.employer,
        day=timezone.localdate(now),
        title="助老",
        minutes=60,
        attested_by=team.secretary,
        attested_at=now,
    )
    call = HelperCall.objects.create(
        community=team.community,
        caller=team.community,
        title="清雪",
        place="南门",
        helpers=2,
        arrive_by=now + timedelta(hours=1),
        until=now + timedelta(hours=3),
        called_by=team.secretary,
        called_at=now,
    )
    answer = HelperAnswer.objects.create(call=call, member=team.member, told_at=now)
    today = timezone.localdate(now)
    certificate = Certificate.objects.create(
        member=team.member,
        name="尤党员",
        community=team.community,
        first_day=today,
        last_day=today,
        minutes=60,
        services=1,
        issued_at=now,
    )
    need = list_need(community=team.community, user=team.secretary, resource_kind="room", title="场地")
    wish = make_wish(user=team.resident, community=team.community, title="床头灯", text="夜里看不清", contact="3号楼")
    household = Household.objects.create(community=team.community, label="3号楼501", carer=team.member, created_at=now)
    return {
        "shift": shift.pk,
        "post": shift.post_id,
        "sign_up": sign_up.pk,
        "entry": entry.pk,
        "call": call.pk,
        "answer": answer.pk,
        "certificate": certificate.code,
        "item": need.pk,
        "commitment": committed(team.cast, team.secretary).pk,
        "wish": wish.pk,
        "household": household.pk,
        "registration": Registration.objects.get(member=team.member).pk,
        "employer_registration": EmployerRegistration.objects.get().pk,
        "community": team.community.pk,
        "employer": team.employer.pk,
        "feed": CalendarFeed.objects.create(member=team.member).token,
    }


KEYS = {
    "helper_call": "call",
    "helper_call_verb": "call",
    "helper_verb": "call",
    "shift_code": "shift",
    "check_in": "shift",
    "check_out": "shift",
    "attendance": "shift",
    "attendance_verb": "shift",
    "correct_hours": "entry",
    "employer_hours": "employer",
    "employer_hours_export": "employer",
    "lists": "community",
    "one_list": "community",
    "list_item_new": "community",
    "list_item": "item",
    "list_item_verb": "item",
    "commitment": "commitment",
    "commitment_verb": "commitment",
    "community_service": "community",
    "service_post": "post",
    "service_post_verb": "post",
    "shift": "shift",
    "shift_calendar": "shift",
    "shift_verb": "shift",
    "member_registration": "registration",
    "registration_verb": "registration",
    "employer_registration": "employer_registration",
    "employer_registration_verb": "employer_registration",
    "wish": "wish",
    "wish_verb": "wish",
    "wish_contact": "wish",
    "household": "household",
    "household_verb": "household",
}


def address(name: str, keys: dict) -> str:
    """Return the address of the route `name` about the thing of its kind."""
    given = {"verb": "none", "kind": "need", "answer": keys["answer"], "token": keys["feed"]}
    given |= {"code": keys["certificate"], "pk": keys.get(KEYS.get(name))}
    url = reverse(name, kwargs={key: given[key] for key in re.findall(r"<(?:\w+:)?(\w+)>", PATHS[name])})
    return f"{url}?format=xlsx" if name == "employer_hours_export" else url


def person(team: ServiceCast, letter: str):
    return None if letter == "-" else getattr(team, PEOPLE[letter], None) or getattr(team.cast, PEOPLE[letter])


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
