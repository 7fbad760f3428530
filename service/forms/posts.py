"""What a community types about a service post."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from records.text import LongTextField, PlainTextField
from service.actions.posts import LENGTHS, PostTexts
from service.forms.fields import RowField, RowsField, WholeField
from service.models import ServicePost
from service.queries.posts import activities
from service.queries.registrations import skills


class PostForm(forms.Form):
    """The texts of a post; with `post`, as they stand now."""

    activity = RowField(label=_("Kind of service"))
    title = PlainTextField(label=_("Title"), max_length=LENGTHS["title"], help_text=_("What members read in the list."))
    text = LongTextField(label=_("What is to be done"), max_length=LENGTHS["text"], rows=5)
    place = PlainTextField(
        label=_("Meeting place"), max_length=LENGTHS["place"], help_text=_("So that a stranger finds it.")
    )
    minimum_age = WholeField(label=_("Minimum age"), min_value=18, max_value=80, initial=18)
    skills = RowsField(
        label=_("Skills needed"), required=False, help_text=_("Only whoever names all of them can sign up.")
    )

    def __init__(self, *args, post: ServicePost | None = None, **kwargs):
        if post is not None:
            kwargs["initial"] = {
                "activity": post.activity_id,
                **{name: getattr(post, name) for name in ("title", "text", "place", "minimum_age")},
                "skills": [skill.pk for skill in post.skills.all()],
            }
        super().__init__(*args, **kwargs)
        kept = [] if post is None else [post.activity]
        self.fields["activity"].offer(dict.fromkeys([*activities(), *kept]))
        self.fields["skills"].offer(dict.fromkeys([*skills(), *(post.skills.all() if post else [])]))

    def texts(self) -> PostTexts:
        """Return what was typed into a valid form."""
        names = ("activity", "title", "text", "place", "minimum_age", "skills")
        return PostTexts(**{name: self.cleaned_data[name] for name in names})


class NewPostForm(PostForm):
    """A post of one of `communities`."""

    community = RowField(label=_("Community"))

    field_order = ["community"]

    def __init__(self, *args, communities: Iterable[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].offer(communities)
