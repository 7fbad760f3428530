"""A convenor sets up the forums of their unit and changes what they are called, are for and who answers for them."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from accounts.queries import grants_of
from consultation.actions.forum_rules import Rules
from consultation.actions.forum_steps import audit, check_fields, locked_and_kept
from consultation.enums import KINDS_OF_LEVEL, ForumLevel
from consultation.models import Forum
from consultation.queries.scope import convenors_of
from records import actions as records
from service.actions.typed import checked

LONGEST_TEXT = Forum._meta.get_field("text").max_length


@transaction.atomic
def make_forum(
    *,
    user: User,
    unit: Unit,
    level: ForumLevel,
    name: str,
    convenor: User,
    text: str = "",
    rules: Rules | None = None,
    now: datetime | None = None,
) -> Forum:
    """Set up a forum of `unit` and return it; a convenor who is somebody else is told.

    Raises NotAllowed for anyone who does not convene there, Refused for a closed unit, a level that does not fit it,
    a convenor who does not convene there, a name that is taken there, and what is missing or out of range.
    """
    now = now or timezone.now()
    if not grants_of(user).on("convene", unit):
        raise NotAllowed
    if not unit.is_active:
        raise Refused(_("This unit is closed."), field="unit")
    _check_level(level, unit)
    forum = Forum(level=level, unit=unit, created_at=now, **asdict(rules or Rules()))
    _describe(forum, name=name, text=text, convenor=convenor)
    _save(forum, force_insert=True)
    _tell_convenor(forum, by=user, now=now)
    audit(forum, "forum.make", user, now, level=str(level), convenor=convenor.pk)
    return forum


@transaction.atomic
def change_forum(
    *, forum: Forum, user: User, name: str, convenor: User, text: str = "", now: datetime | None = None
) -> Forum:
    """Change what `forum` is called, what it is for and who answers for it; return it.

    A new convenor takes over what the old one owes for its matters and meetings, and is told. Raises as `make_forum`.
    """
    now = now or timezone.now()
    forum = locked_and_kept(forum, user)
    before = forum.convenor
    _describe(forum, name=name, text=text, convenor=convenor)
    _save(forum, update_fields=["name", "text", "convenor"])
    if convenor != before:
        for rows in (forum.matters.all(), forum.meetings.all()):
            records.hand_to_person(subjects=rows, before=before, after=convenor)
        _tell_convenor(forum, by=user, now=now)
    audit(forum, "forum.change", user, now, before=before.pk, convenor=convenor.pk)
    return forum


def _check_level(level: ForumLevel, unit: Unit) -> None:
    if UnitKind(unit.kind) not in KINDS_OF_LEVEL[ForumLevel(level)]:
        raise Refused(
            _("“%(level)s” does not fit %(unit)s, a unit of the kind “%(kind)s”. Choose another level or unit.")
            % {"level": ForumLevel(level).label, "unit": unit, "kind": unit.get_kind_display()},
            field="level",
        )


def _describe(forum: Forum, *, name: str, text: str, convenor: User) -> None:
    forum.name, forum.text = name.strip(), checked(text, field="text", most=LONGEST_TEXT)
    check_fields(forum)
    if not convenors_of(forum.unit).filter(pk=convenor.pk).exists():
        raise Refused(
            _("%(person)s does not convene at %(unit)s. Choose somebody who holds that post there.")
            % {"person": convenor, "unit": forum.unit},
            field="convenor",
        )
    forum.convenor = convenor


def _save(forum: Forum, **options) -> None:
    try:
        with transaction.atomic():
            forum.save(**options)
    except IntegrityError as error:
        raise Refused(_("There is a forum of this name in this unit already."), field="name") from error


def _tell_convenor(forum: Forum, *, by: User, now: datetime) -> None:
    if forum.convenor != by:
        desk = reverse("forum_desk", args=[forum.pk])
        parameters = {"forum": forum.name}
        records.notify(recipients=[forum.convenor], kind="forum.convenor", parameters=parameters, url=desk, now=now)
