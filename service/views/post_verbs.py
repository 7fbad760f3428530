"""What a community may do to one of its service posts."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from service.actions import posts, shifts
from service.actions.posts import PostTexts
from service.enums import Verb
from service.forms.posts import PostForm
from service.forms.shifts import OneShiftForm, SeriesForm
from service.models import ServicePost
from service.views.panels import Row
from service.workflow import POST_MOVES, allowed


def _add_one(*, post: ServicePost, user, starts_at: datetime, ends_at: datetime, places: int) -> None:
    shifts.add_shifts(post=post, user=user, spans=[(starts_at, ends_at)], places=places)


def _change(*, post: ServicePost, user, **texts) -> None:
    posts.change_post(post=post, user=user, texts=PostTexts(**texts))


POST_VERBS: dict[str, Row] = {
    "shift": Row(_("Add one shift"), _("The shift has been published."), _add_one, "calendar-plus", OneShiftForm),
    "series": Row(
        _("Add a weekly series"),
        _("The shifts have been published."),
        shifts.add_shifts,
        "calendar-range",
        SeriesForm,
        _("First the dates are shown; nothing is published before you say so."),
    ),
    "edit": Row(
        _("Change the texts"),
        _("The texts have been changed."),
        _change,
        "pencil",
        PostForm,
        _("When the meeting place changes, everyone who is signed up is told."),
    ),
    "close": Row(
        _("Close the post"),
        _("The post is closed: nobody can sign up for its shifts any more."),
        posts.close_post,
        "lock",
        note=_("Whoever is in stays in. You can open it again."),
    ),
    "reopen": Row(_("Open the post again"), _("The post takes sign-ups again."), posts.reopen_post, "lock-open"),
}
"""In the order in which the page offers them."""
ADDING = {"shift": Verb.ADD_SHIFTS, "series": Verb.ADD_SHIFTS}
"""The two ways to add shifts."""


def offered(post: ServicePost) -> list[str]:
    """Return what the community can do with `post` now."""
    return [verb for verb in POST_VERBS if allowed(POST_MOVES[ADDING.get(verb, verb)], post.is_open)]


def post_form(verb: str, post: ServicePost, data=None) -> forms.Form:
    """Return the form of `verb` for `post`, bound to `data` if it is given."""
    form = POST_VERBS[verb].form
    return form(data, prefix=verb, **({"post": post} if form is PostForm else {}))
