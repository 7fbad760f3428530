"""What the system administrator sets for services: skills, kinds of service, clocks; each change is recorded."""

import pytest
from django.urls import reverse

from records.models import AuditEntry
from service.models import Activity, ServiceClock, Skill

LISTS = ["skill", "activity", "serviceclock"]


@pytest.mark.parametrize("model", LISTS)
def test_the_system_administrator_opens_them_and_nobody_else(team, signed_in, model):
    url = reverse(f"admin:service_{model}_changelist")
    assert signed_in(team.cast.sysadmin).get(url).status_code == 200
    assert signed_in(team.cast.auditor).get(url).status_code == 403
    assert signed_in(team.secretary).get(url).status_code == 302


def test_a_skill_is_added_and_set_inactive_but_not_deleted(team, signed_in):
    client = signed_in(team.cast.sysadmin)
    typed = {"code": "gardening", "name": "园艺", "name_en": "Gardening", "is_active": "on", "position": "20"}
    client.post(reverse("admin:service_skill_add"), typed)
    skill = Skill.objects.get(code="gardening")
    assert AuditEntry.objects.filter(verb="skill.add").exists()
    client.post(reverse("admin:service_skill_change", args=[skill.pk]), {**typed, "code": "other", "is_active": ""})
    skill.refresh_from_db()
    assert (skill.code, skill.is_active) == ("gardening", False)
    assert client.post(reverse("admin:service_skill_delete", args=[skill.pk])).status_code == 403


def test_a_clock_is_changed_and_keeps_its_step(team, signed_in):
    clock = ServiceClock.objects.get(step="service.confirm_member")
    client = signed_in(team.cast.sysadmin)
    url = reverse("admin:service_serviceclock_change", args=[clock.pk])
    client.post(url, {"step": "service.deliver", "amount": "5", "unit": "working_days"})
    clock.refresh_from_db()
    assert (clock.step, clock.amount) == ("service.confirm_member", 5)
    assert clock.history.count() == 1
    assert AuditEntry.objects.filter(verb="serviceclock.change").exists()
    assert Activity.objects.exists()
