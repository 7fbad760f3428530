"""What a convenor may do to a forum: its words, form and action, and what is offered when."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.actions.forum_rules import Rules, give_up_forum, restart_forum, set_rules
from consultation.actions.forums import change_forum
from consultation.actions.seats import seat_member, unseat_member
from consultation.forms.forums import ChangeForm, OnForum, RulesForm, SeatForm, UnseatForm
from consultation.models import Forum
from service.views.panels import Row

UNSEAT = "unseat"


def _set_rules(*, forum: Forum, user, **rules) -> Forum:
    return set_rules(forum=forum, user=user, rules=Rules(**rules))


ROWS: dict[str, Row] = {
    "seat": Row(_("Add a member"), _("The member has been added and told."), seat_member, "user-plus", SeatForm),
    "rules": Row(
        _("Change the rules"),
        _("The rules have been changed."),
        _set_rules,
        "scale",
        RulesForm,
        _("A meeting keeps the quorum with which it was called, a vote the majority with which it was opened."),
    ),
    "change": Row(
        _("Change name, purpose or convenor"),
        _("The forum has been changed."),
        change_forum,
        "pencil",
        ChangeForm,
        _("A new convenor takes over what is due, and is told."),
    ),
    "give_up": Row(
        _("Give up the forum"),
        _("The forum is given up; its public page is closed."),
        give_up_forum,
        "archive",
        OnForum,
        _("It meets no more and leaves the public pages; its record stays. You can take it up again."),
        _("Give up this forum?"),
    ),
    "restart": Row(
        _("Take up the forum again"),
        _("The forum is active again, with its members and rules."),
        restart_forum,
        "archive-restore",
        OnForum,
    ),
    UNSEAT: Row(
        pgettext_lazy("forum", "Remove"),
        _("The member has been removed and told."),
        unseat_member,
        "user-minus",
        UnseatForm,
    ),
}
"""In the order in which the page offers them; removing stands at each member."""


def offered(forum: Forum) -> list[str]:
    """Return what its convenors can do with `forum` now, apart from removing members."""
    return ["seat", "rules", "change", "give_up"] if forum.is_active else ["restart"]


def form_for(verb: str, forum: Forum, data=None) -> forms.Form:
    """Return the form of `verb` on `forum`, bound to `data` if there is any."""
    return ROWS[verb].form(data, prefix=verb, forum=forum)
