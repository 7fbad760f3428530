"""What may be done to a household: by the community, and by the member who cares."""

from django.utils.translation import gettext_lazy as _

from service.actions import households as actions
from service.forms.households import AssignForm, EditForm, OnHousehold, VisitForm
from service.models import Household
from service.queries import households as queries
from service.views.panels import Row

VISIT = "visit"
HOUSEHOLD_VERBS: dict[str, Row] = {
    VISIT: Row(
        _("Note a visit"),
        _("The visit has been noted."),
        actions.note_visit,
        "notebook-pen",
        VisitForm,
        _("Read by you, whoever cares after you, and the community. A line cannot be changed later."),
    ),
    "assign": Row(
        _("Put into a member's care"),
        _("The household is in this member's care; the member has been told."),
        actions.assign_household,
        "user-plus",
        AssignForm,
        _("Whoever cared for it before sees it no longer."),
    ),
    "edit": Row(
        _("Change the particulars"),
        _("The particulars have been changed."),
        actions.edit_household,
        "pencil",
        EditForm,
    ),
    "take_away": Row(
        _("Take out of the member's care"),
        _("The household is in nobody's care now; the member has been told."),
        actions.take_household_away,
        "user-minus",
        OnHousehold,
        confirm=_("Take this household out of the member's care?"),
    ),
    "close": Row(
        _("Take off the list"),
        _("The household is off the list."),
        actions.close_household,
        "trash-2",
        OnHousehold,
        confirm=_("Take this household off the list? This cannot be undone; its visits stay in the records."),
    ),
}
"""In the order in which the page offers them."""


def offered(user, household: Household, *, any_time: bool = False) -> set[str]:
    """Return the verbs that `user` can do to `household` now, or at any time."""
    verbs = {VISIT} if queries.cares_for(user, household) else set()
    if queries.runs_households_of(user, household):
        verbs |= {"assign", "edit", "close"}
        if any_time or household.carer_id:
            verbs.add("take_away")
    return verbs
