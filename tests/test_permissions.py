"""Every route × every role of the cast: who is let in, who is refused, who sees nothing.

A route without a row here fails; so does a cell whose answer changes. Another street (n), another department
(p) and the same roles of another district (o, O, C) stand in every row.
"""

import re

import pytest
from django.urls import reverse

from appraisal.months import month_at
from cases.actions import ask_exclusion
from tests.test_architecture import OWN_ROUTES

PEOPLE = {
    "-": "nobody",
    "r": "resident",
    "g": "grid_worker",
    "s": "secretary",
    "d": "dispatcher",
    "l": "leader",
    "n": "neighbour",
    "w": "water_officer",
    "h": "water_head",
    "p": "parks_officer",
    "c": "command",
    "D": "district_leader",
    "a": "appraiser",
    "y": "sysadmin",
    "u": "auditor",
    "o": "outsider",
    "O": "outside_officer",
    "C": "outside_command",
    "e": "liaison",
    "m": "member",
}
ALL = "".join(PEOPLE)
SIGNED_IN = ALL.removeprefix("-")

# Reading. 200 let in, 302 led on, 403 refused, 404 nothing there for them, 405 only by POST; who is not named in a
# row is asked to sign in first.
READS = {
    "home": {200: "-rm", 302: "gsdlnwhpcDayuoOCe"},
    "favicon": {302: ALL},
    "health": {503: ALL},  # in a test no worker and no beat lives
    "preferences": {405: ALL},
    "lodge": {200: ALL},
    "lodge_places": {200: ALL},
    "lodged": {200: ALL},  # narrowed by the secret in the address
    "building": {200: ALL},
    "support": {405: ALL},
    "follow": {200: ALL},
    "follow_case": {200: ALL},  # narrowed by the secret in the address
    "follow_photo": {404: ALL},
    "follow_verb": {405: ALL},
    "my_cases": {200: SIGNED_IN},
    "desk": {200: "gsdncDoC", 403: "rlwhpayuOem"},
    "phone_desk": {200: "dncoC", 403: "rgslwhpDayuOem"},
    "patrol": {200: "gsdno", 403: "rlwhpcDayuOCem"},
    "desk_lodged": {200: "gsdc", 403: "rlwhpDayuOem", 404: "noC"},
    "cases": {200: "gsdlnwhpcDoOC", 403: "rayuem"},
    "cases_export": {200: "gsdlnwhpcDoOC", 403: "rayuem"},
    "case": {200: "gsdlwhcD", 403: "rayuem", 404: "npoOC"},
    "case_contact": {403: "rayuem", 405: "gsdlnwhpcDoOC"},
    "case_verb": {403: "rayuem", 405: "gsdlnwhpcDoOC"},
    "turnouts": {200: "whpO", 403: "rgsdlncDayuoCem"},
    "turnout": {200: "dlwhcD", 403: "rayuem", 404: "gsnpoOC"},
    "turnout_verb": {403: "rayuem", 405: "gsdlnwhpcDoOC"},
    "command": {200: "cDC", 403: "rgsdlnwhpayuoOem"},
    "command_live": {200: "cDC", 403: "rgsdlnwhpayuoOem"},
    "unit_deadlines": {200: "cD", 404: "C", 403: "rgsdlnwhpayuoOem"},
    "disputes": {200: "cC", 403: "rgsdlnwhpDayuoOem"},
    "exclusions": {200: "cC", 403: "rgsdlnwhpDayuoOem"},
    "decide_exclusion": {403: "rgsdlnwhpDayuoOem", 405: "cC"},
    "signs": {200: "gsdlno", 403: "rwhpcDayuOCem"},
    "sign": {200: "gsdl", 403: "rwhpcDayuOCem", 404: "no"},
    "deadlines": {200: SIGNED_IN},
    "reminder_preferences": {200: SIGNED_IN},
    "deadline": {200: "gsdlwhcD", 404: "rayunpoOCem"},
    "deadline_verb": {405: SIGNED_IN},
    "pauses": {200: "dlncDoC", 403: "rgswhpayuOem"},
    "extensions": {200: "dlncDoC", 403: "rgswhpayuOem"},
    "notices": {200: SIGNED_IN},
    "notices_read": {405: SIGNED_IN},
    "attachment": {404: SIGNED_IN},
    "appraisal": {302: "dlnwhpcDauoOC", 403: "rgsyem"},
    "appraisal_schemes": {200: "dlnwhpcDauoOC", 403: "rgsyem"},
    "appraisal_compose": {200: "a", 403: "rgsdlnwhpcDyuoOCem"},
    "appraisal_share": {200: "a", 403: "rgsdlnwhpcDyuoOCem"},
    "appraisal_activate": {403: "rgsdlnwhpcDyuoOCem", 405: "a"},
    "appraisal_export": {200: "dlnwhpcDauoOC", 403: "rgsyem"},
    "appraisal_month": {200: "dlnwhpcDauoOC", 403: "rgsyem"},
    "appraisal_department": {200: "dlnwhcDau", 403: "rgsyem", 404: "poOC"},
    "appraisal_evidence": {200: "dlnwhcDau", 403: "rgsyem", 404: "poOC"},
}

# Writing, each on a fresh whistled case at the street: 302 done.
WRITES = {
    ("case_verb", "escalate"): {302: "d", 403: "rayugslwhcDem", 404: "npoOC"},
    ("case_verb", "resolve"): {200: "d", 403: "rayugslwhcDem", 404: "npoOC"},  # a department is unreleased
    ("case_contact", ""): {200: "gsdwc", 403: "rayulhDem", 404: "npoOC"},
    ("turnout_verb", "accept_turnout"): {302: "wh", 403: "rayudlcDem", 404: "gsnpoOC"},
    ("turnout_verb", "withdraw_turnout"): {302: "dl", 403: "rayuwhcDem", 404: "gsnpoOC"},
    ("deadline_verb", "pause"): {302: "dl", 403: "gswhcD", 404: "rayunpoOCem"},
    ("decide_exclusion", ""): {302: "c", 403: "rgsdlnwhpDayuoOem", 404: "C"},
}
PREFIXES = {"case_contact": "reveal", "decide_exclusion": "decide"}
GIVEN = {"reason": "情况属实", "text": "已处理", "approve": "yes", "code": "weather"}


@pytest.fixture
def scene(cast) -> dict:
    """A whistled case, its turnout, and an undecided exclusion, as the arguments of the routes."""
    case = cast.whistled()
    exclusion = ask_exclusion(case=case, user=cast.dispatcher, code="judicial", text="已起诉")
    return {
        "number": case.number,
        "secret": case.secret,
        "turnout": case.turnouts.get().pk,
        "exclusion": exclusion.pk,
        "street": cast.street.pk,
        "deadline": case.deadlines.get(kind="case.resolve").pk,
        "month": month_at(case.lodged_at),
    }


def address(name: str, path: str, scene: dict, verb: str = "") -> str:
    """Return the address of the route `name` for the scene."""
    arguments = {
        "number": scene["number"],
        "secret": scene["secret"],
        "month": scene["month"],
        "verb": verb or "rate",
        "kind": "csv",
        "indicator": "turnout_marks",
        "version": 1,
        "code": "D01" if name.startswith("appraisal") else "HS01",
        "pk": {
            "turnout": scene["turnout"],
            "turnout_verb": scene["turnout"],
            "decide_exclusion": scene["exclusion"],
            "unit_deadlines": scene["street"],
            "deadline": scene["deadline"],
            "deadline_verb": scene["deadline"],
        }.get(name, "00000000-0000-4000-8000-000000000000"),
    }
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", path)
    url = reverse(name, kwargs={key: arguments[key] for key in wanted})
    return f"{url}?format=csv" if name == "cases_export" else url


def answer(client, cast, letter: str, url: str, given: dict | None = None) -> int | str:
    """Return the status with which the portal answers a person who reads, or posts `given`; or "sign in"."""
    return answer_for(client, None if letter == "-" else getattr(cast, PEOPLE[letter]), url, given)


def answer_for(client, person, url: str, given: dict | None = None) -> int | str:
    """Return the status with which the portal answers `person` (None: nobody); or "sign in"."""
    client.logout()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(url) if given is None else client.post(url, given)
    if response.status_code == 302 and response["location"].startswith(reverse("account_login")):
        return "sign in"
    return response.status_code


def expected(row: dict, letter: str) -> int | str:
    return next((status for status, letters in row.items() if letter in letters), "sign in")


PATHS = {
    entry.name: path
    for path, entry in OWN_ROUTES
    # tests/service/test_permissions.py and tests/consultation/test_permissions.py have these
    if not entry.callback.__module__.startswith(("service.", "consultation."))
}


def test_every_route_has_a_row():
    assert set(READS) == set(PATHS)


@pytest.mark.parametrize("row", [*READS.values(), *WRITES.values()])
def test_a_row_names_everyone_once(row):
    letters = "".join(row.values())
    assert len(set(letters)) == len(letters)
    assert set(SIGNED_IN) <= set(letters)


@pytest.mark.parametrize("name", READS)
def test_reading(cast, client, scene, name):
    url = address(name, PATHS[name], scene)
    found = {letter: answer(client, cast, letter, url) for letter in PEOPLE}
    assert found == {letter: expected(READS[name], letter) for letter in PEOPLE}


@pytest.mark.parametrize("letter", PEOPLE)
@pytest.mark.parametrize("row", WRITES, ids=lambda row: " ".join(row).strip())
def test_writing(cast, client, scene, row, letter):
    name, verb = row
    given = {f"{PREFIXES.get(name, verb)}-{field}": text for field, text in GIVEN.items()}
    url = address(name, PATHS[name], scene, verb)
    assert answer(client, cast, letter, url, given) == expected(WRITES[row], letter)
