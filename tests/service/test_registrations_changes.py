"""A member changes what the own registration says about them, without being confirmed anew."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import AuditEntry
from service.actions.registrations import withdraw_registration
from service.actions.registrations_changes import change_registration
from service.models import Registration, Skill


@pytest.fixture
def own(team) -> Registration:
    return Registration.objects.get(member=team.member)


def test_skills_hours_and_date_of_birth_are_changed_on_the_page(team, signed_in, own):
    client = signed_in(team.member)
    page = client.get(own.get_absolute_url())
    form = next(panel.form for panel in page.context["panels"] if panel.verb == "change")
    assert form.initial["hours_per_month"] == own.hours_per_month
    typed = {"hours_per_month": 12, "born_on": "1988-03-04", "skills": [team.first_aid.pk], "interests": "助老"}
    address = reverse("registration_verb", args=[own.pk, "change"])
    response = client.post(address, {f"change-{name}": value for name, value in typed.items()})
    assert response.status_code == 302
    own.refresh_from_db()
    assert (own.hours_per_month, own.born_on, own.interests) == (12, date(1988, 3, 4), "助老")
    assert list(own.skills.all()) == [team.first_aid]
    assert not own.shows_name
    assert own.state == "active"
    assert AuditEntry.objects.filter(verb="registration.change", actor=team.member).count() == 1


def test_only_by_the_member(team, own):
    with pytest.raises(NotAllowed):
        change_registration(registration=own, user=team.secretary, hours_per_month=3)


def test_not_once_it_has_ended(team, own):
    withdraw_registration(registration=own, user=team.member)
    with pytest.raises(OutOfTurn):
        change_registration(registration=own, user=team.member, hours_per_month=3)


@pytest.mark.parametrize("given", [{"hours_per_month": 0}, {"hours_per_month": 300}, {"born_on": date(2020, 1, 1)}])
def test_what_cannot_be_is_refused(team, own, given):
    with pytest.raises(Refused):
        change_registration(registration=own, user=team.member, **{"hours_per_month": 3, **given})


def test_a_skill_that_is_no_longer_offered_is_refused(team, own):
    Skill.objects.filter(pk=team.first_aid.pk).update(is_active=False)
    with pytest.raises(Refused):
        change_registration(registration=own, user=team.member, hours_per_month=3, skills=[team.first_aid])
