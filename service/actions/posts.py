"""The community publishes service posts, keeps their texts, closes and opens them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from accounts.queries import grants_of
from service.actions.offers import offer_free_places
from service.actions.shift_steps import check_runs, locked_post, locked_shift, tell
from service.actions.turns import check_move
from service.actions.typed import checked
from service.enums import LIVE_SIGN_UPS, SignUpState, Verb
from service.models import Activity, ServicePost, Shift, Skill
from service.queries.posts import NOT_CANCELLED
from service.workflow import POST_MOVES

LENGTHS = {name: ServicePost._meta.get_field(name).max_length for name in ("title", "text", "place")}
AGES = range(18, 81)


@dataclass(frozen=True)
class PostTexts:
    """What a service post says: what is to be done where, and what it takes."""

    activity: Activity
    title: str
    text: str
    place: str
    minimum_age: int = 18
    skills: Iterable[Skill] = field(default_factory=list)

    def checked(self) -> dict:
        """Return the columns. Raises Refused for what is missing, too long or out of range."""
        if self.minimum_age not in AGES:
            raise Refused(_("The minimum age lies between 18 and 80."), field="minimum_age")
        missing = {
            "title": _("Please give the post a title."),
            "text": _("Please say what is to be done."),
            "place": _("Please say where to meet."),
        }
        texts = {
            name: checked(getattr(self, name), field=name, most=most, missing=missing[name])
            for name, most in LENGTHS.items()
        }
        return {**texts, "activity": self.activity, "minimum_age": self.minimum_age}


@transaction.atomic
def publish_post(*, community: Unit, user: User, texts: PostTexts, now: datetime | None = None) -> ServicePost:
    """Publish a service post of `community`; return it. It is found once it has shifts.

    Raises NotAllowed for anyone but the community, Refused for what is missing or when the community is closed.
    """
    if not grants_of(user).on("manage_service", community):
        raise NotAllowed
    if community.kind != UnitKind.COMMUNITY or not community.is_active:
        raise Refused(_("This community is closed."), field="community")
    post = ServicePost.objects.create(
        community=community, created_by=user, created_at=now or timezone.now(), **texts.checked()
    )
    post.skills.set(texts.skills)
    return post


@transaction.atomic
def change_post(*, post: ServicePost, user: User, texts: PostTexts, now: datetime | None = None) -> ServicePost:
    """Replace the texts of `post` and return it; when the meeting place changes, whoever is signed up is told.

    What skills and age it takes counts for whoever signs up from now on. Raises NotAllowed, Refused.
    """
    now = now or timezone.now()
    post = locked_post(post)
    check_runs(user, post)
    columns = texts.checked()
    moved = columns["place"] != post.place
    for name, value in columns.items():
        setattr(post, name, value)
    post.save(update_fields=list(columns))
    post.skills.set(texts.skills)
    if moved:
        _tell_place(post, now)
    return post


def _ahead(post: ServicePost, now: datetime):
    return Shift.objects.filter(NOT_CANCELLED, post=post, starts_at__gt=now).order_by("pk")


def _tell_place(post: ServicePost, now: datetime) -> None:
    """Tell whoever comes to a shift of `post` its new place; their calendars take it for a change."""
    _ahead(post, now).update(revision=F("revision") + 1)
    for shift in _ahead(post, now).filter(sign_ups__state__in=LIVE_SIGN_UPS).distinct():
        shift.post = post
        people = User.objects.filter(sign_ups__shift=shift, sign_ups__state__in=LIVE_SIGN_UPS)
        tell(people, "service.place_changed", shift, now)


@transaction.atomic
def close_post(*, post: ServicePost, user: User, now: datetime | None = None) -> ServicePost:
    """Take no more sign-ups for any shift of `post`; who is in stays in. Return it. Raises NotAllowed, OutOfTurn."""
    post = locked_post(post)
    check_runs(user, post)
    post.is_open = check_move(POST_MOVES[Verb.CLOSE], post.is_open, _("This post is closed already.")).target
    post.save(update_fields=["is_open"])
    return post


@transaction.atomic
def reopen_post(*, post: ServicePost, user: User, now: datetime | None = None) -> ServicePost:
    """Take sign-ups again, and offer what became free meanwhile to those who wait. Return `post`.

    Raises NotAllowed for anyone but the community, OutOfTurn unless it is closed.
    """
    now = now or timezone.now()
    post = locked_post(post)
    check_runs(user, post)
    post.is_open = check_move(POST_MOVES[Verb.REOPEN], post.is_open, _("This post is open already.")).target
    post.save(update_fields=["is_open"])
    for shift in _ahead(post, now).filter(sign_ups__state=SignUpState.WAITING).distinct():
        offer_free_places(shift=locked_shift(shift), now=now)
    return post
