"""No page scrolls sideways on a phone, in either language, in normal and in large text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.actions import Call, accept_turnout, arrive, blow_whistle, release, report
from cases.models import Turnout
from records.terms.pauses import pause
from tests.cast import PASSWORD

LOOKS = [("zh-hans", "off"), ("zh-hans", "on"), ("en", "off"), ("en", "on")]


@pytest.fixture
def turnout(cast) -> Turnout:
    """A department that came almost three days late and was given marks: the longest words of a case page."""
    now = timezone.now()
    whistle = blow_whistle(
        case=cast.on_street(),
        user=cast.dispatcher,
        kind="emergency",
        place="小区北门",
        calls=[Call(cast.water, "到场处置")],
        now=now - timedelta(days=3),
    )
    turnout = whistle.turnouts.get()
    owed = turnout.case.deadlines.get(kind="case.resolve")
    pause(deadline=owed, user=cast.dispatcher, code="third_party", now=now - timedelta(days=1))
    accept_turnout(turnout=turnout, user=cast.water_officer, now=now - timedelta(days=2))
    arrive(turnout=turnout, user=cast.water_officer, now=now - timedelta(hours=1))
    report(turnout=turnout, user=cast.water_officer, text="已更换井盖")
    return release(turnout=turnout, user=cast.dispatcher, on_time=5, cooperation=5, result=5)


@pytest.mark.parametrize("role", ["dispatcher", "water", "command"])
def test_pages_fit_a_phone_in_both_languages_and_sizes(cast, reader, turnout, role):
    phone = reader()
    phone.sign_in(role, PASSWORD)
    paths = ["/", turnout.get_absolute_url(), "/appraisal/"]
    if role != "water":
        deadline = turnout.case.deadlines.get(kind="case.resolve")
        paths += [turnout.case.get_absolute_url(), "/cases/", deadline.get_absolute_url(), "/pauses/"]
    if role == "command":
        paths += [f"/command/deadlines/{cast.street.pk}/", "/extensions/", "/my/reminders/"]
    for language, large in LOOKS:
        phone.look(language, large)
        for path in paths:
            phone.goto(path)
