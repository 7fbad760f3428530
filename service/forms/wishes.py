"""What residents, the community and whoever claims type about a wish."""

from operator import attrgetter

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from records.text import LongTextField, PlainTextField
from service.forms.fields import DayField, RowField, ShownField
from service.models import Wish
from service.queries.wishes import communities, employers_to_claim, is_member_at


def community_field(**options) -> RowField:
    """Return a field of one community, offered street by street by `offer_communities`."""
    return RowField(label=_("Community or village"), **options)


def offer_communities(field: RowField) -> None:
    field.offer(communities(), group=attrgetter("parent"))


def _title() -> PlainTextField:
    return PlainTextField(label=_("What is wished for"), max_length=60)


def _text() -> LongTextField:
    return LongTextField(label=_("Why, and what would help"), max_length=500)


class WishForm(forms.Form):
    """A resident's wish. Only `contact` may say who and where."""

    community = community_field()
    title = _title()
    text = _text()
    contact = PlainTextField(
        label=_("Where to bring it"),
        max_length=200,
        help_text=_("Shown to whoever claims it, meanwhile; to the community for a reason of which you are told."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_communities(self.fields["community"])
        self.fields["text"].help_text = _("Please leave out names, telephone numbers and addresses: this is published.")


class CommunityForm(forms.Form):
    """Whose wishes are shown."""

    community = community_field(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_communities(self.fields["community"])


class OnWish(forms.Form):
    """A form about one wish; by itself one button."""

    def __init__(self, *args, wish: Wish, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare(wish, user)

    def prepare(self, wish: Wish, user: User) -> None:
        """Fill in what is known of `wish` and `user`."""


class PublishForm(OnWish):
    title = _title()
    text = _text()

    def prepare(self, wish: Wish, user: User) -> None:
        self.initial = {"title": wish.title, "text": wish.text}


class ReasonForm(OnWish):
    reason = LongTextField(label=_("Reason"), max_length=500, rows=3)


class RefuseForm(ReasonForm):
    shown = ShownField()

    def prepare(self, wish: Wish, user: User) -> None:
        self.initial = {"shown": wish.state}


class RevealForm(OnWish):
    reason = PlainTextField(
        label=_("Why do you need it?"),
        max_length=500,
        help_text=_("Your look and your reason are recorded, and the resident is told."),
    )


class ClaimForm(OnWish):
    employer = RowField(label=_("Claim it for"), help_text=_("Leave it open to claim it yourself."))
    due_on = DayField(label=_("Fulfilled by"), help_text=_("A day within 60 days."))

    def prepare(self, wish: Wish, user: User) -> None:
        employers: list[Unit] = employers_to_claim(user, wish)
        if not employers:
            del self.fields["employer"]
            return
        field = self.fields["employer"]
        field.required = not is_member_at(user, wish.community)
        if field.required:
            field.help_text = ""
        field.offer(employers)


class FulfilForm(OnWish):
    outcome = LongTextField(label=_("How it was fulfilled"), max_length=500, rows=3)


class ThankForm(OnWish):
    thanks = LongTextField(
        label=_("Thanks"),
        max_length=200,
        rows=2,
        help_text=_("One sentence without names. The community reads it before it is published."),
    )


class PublishThanksForm(OnWish):
    thanks = LongTextField(label=_("Thanks"), max_length=200, rows=2)

    def prepare(self, wish: Wish, user: User) -> None:
        self.initial = {"thanks": wish.thanks}
