"""What may be done to a matter: by its convenor, and by whoever raised it."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.actions.matters import accept_matter, refuse_matter, withdraw_matter
from consultation.actions.matters_moves import merge_matter, pass_matter
from consultation.enums import MatterVerb
from consultation.forms.matters import AcceptForm, MergeForm, OnMatter, PassDownForm, PassUpForm, ReasonForm
from consultation.models import Matter
from consultation.queries.matters import forums_to_pass_down, forums_to_pass_up, mergeable
from consultation.queries.rights import offered_on_matter
from service.views.panels import Row

READ = _("Whoever raised it reads the reason.")

MATTER_VERBS: dict[str, Row] = {
    MatterVerb.ACCEPT: Row(
        _("Accept"),
        _("The matter has been accepted; whoever raised it has been told."),
        accept_matter,
        "check",
        AcceptForm,
        _("From now on everybody can read these words. Take out names, telephone numbers and addresses."),
    ),
    MatterVerb.MERGE: Row(
        _("Merge into another"),
        _("The matter has been merged; whoever raised it has been told and stays informed."),
        merge_matter,
        "merge",
        MergeForm,
        _("The same matter is discussed once. Whoever raised it reads the reason. This cannot be undone."),
    ),
    MatterVerb.PASS_UP: Row(
        _("Pass up"),
        _("The matter has been passed up with its record; the convenor there decides anew."),
        pass_matter,
        "arrow-up-from-line",
        PassUpForm,
        READ,
    ),
    MatterVerb.PASS_DOWN: Row(
        _("Pass down"),
        _("The matter has been passed down with its record; the convenor there decides anew."),
        pass_matter,
        "arrow-down-from-line",
        PassDownForm,
        READ,
    ),
    MatterVerb.REFUSE: Row(
        pgettext_lazy("matter", "Refuse"),
        _("The matter has been refused; whoever raised it has been told why."),
        refuse_matter,
        "circle-x",
        ReasonForm,
        _("Whoever raised it reads the reason. This cannot be undone."),
    ),
    MatterVerb.WITHDRAW: Row(
        _("Withdraw the matter"),
        _("The matter has been withdrawn."),
        withdraw_matter,
        "undo-2",
        OnMatter,
        confirm=_("Withdraw this matter? This cannot be undone."),
    ),
}
"""In the order in which the page offers them. What a meeting does to a matter is on the pages of its agenda."""

CHOICES: dict[str, Callable] = {
    MatterVerb.MERGE: mergeable,
    MatterVerb.PASS_UP: forums_to_pass_up,
    MatterVerb.PASS_DOWN: forums_to_pass_down,
}


def offered(user, matter: Matter) -> list[MatterVerb]:
    """Return the verbs of this page that `user` can do to `matter` now; without anything to choose it is none."""
    return [
        verb
        for verb in offered_on_matter(user, matter)
        if verb in MATTER_VERBS and (verb not in CHOICES or CHOICES[verb](matter).exists())
    ]
