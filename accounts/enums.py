"""Kinds of units and roles of people (docs: the domain's words)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    DISTRICT = "district", _("District")
    STREET = "street", _("Street or town")
    COMMUNITY = "community", _("Community or village")
    GRID = "grid", _("Grid")
    DEPARTMENT = "department", _("Department")
    EMPLOYER = "employer", _("Employer")


class Role(TextChoices):
    GRID_WORKER = "grid_worker", _("Grid worker")
    COMMUNITY_SECRETARY = "community_secretary", _("Community secretary")
    STREET_DISPATCHER = "street_dispatcher", _("Street dispatcher")
    STREET_LEADER = "street_leader", _("Street leader")
    DUTY_OFFICER = "duty_officer", _("Department duty officer")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    COMMAND_CENTRE = "command_centre", _("Command centre")
    DISTRICT_LEADER = "district_leader", _("District leader")
    EMPLOYER_LIAISON = "employer_liaison", _("Employer liaison")
    FORUM_CONVENOR = "forum_convenor", _("Forum convenor")
    APPRAISAL_ADMINISTRATOR = "appraisal_administrator", _("Appraisal administrator")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")
