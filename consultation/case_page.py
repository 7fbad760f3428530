"""What consultation adds to the pages of a case: the matters raised about it, and the way to raise one."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import grants_of
from cases.enums import State, Verb
from cases.models import Case
from cases.page_links import PageLink, PageSection
from consultation.queries.matters import matters_about, readable

RAISE = _("Raise it at a forum")


def section(user, case: Case, verbs: Collection[str]) -> PageSection:
    """Return the matters raised about `case`, each linked if `user` may open it, and the form to raise one."""
    matters = list(matters_about(case)) if Verb.TABLE in verbs else []
    open_to = readable(user, {matter.pk for matter in matters})
    links = [
        PageLink(
            matter.title,
            url=matter.get_absolute_url() if matter.pk in open_to else "",
            note=f"{matter.forum} · {matter.get_state_display()}",
        )
        for matter in matters
    ]
    may = grants_of(user).holds("represent_unit") and case.state not in (State.MERGED, State.WITHDRAWN)
    actions = [PageLink(RAISE, url=reverse("table_case", args=[case.number]), icon="messages-square")] if may else []
    return PageSection(_("Consultation"), links, actions)
