"""The convenor puts items on an agenda, changes them, orders them and takes them off."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.agenda_steps import arranged_item, arranging, count_change, gone
from consultation.actions.matters_tabling import table_matter, untable_matter
from consultation.enums import AgendaKind, Balloting
from consultation.models import AgendaItem, Forum, Matter, Meeting, Paper, WrittenVote
from consultation.queries.agenda import presenters_of
from service.actions.typed import checked

LENGTHS = {name: AgendaItem._meta.get_field(name).max_length for name in ("title", "text")}
MOST_ITEMS = 100
MINUTES = range(1, 481)


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    user: User,
    kind: AgendaKind,
    title: str,
    text: str,
    minutes: int,
    presenter: User | None,
    matter: Matter | None,
    balloting: Balloting,
    revision: int | None = None,
    now: datetime | None = None,
) -> AgendaItem:
    """Put one more item at the end of the agenda of the planned `meeting`; return it. With a `matter`, that is tabled.

    Where other changes were made since `revision`, the end is where it is now. Raises NotAllowed, OutOfTurn also for a
    matter that waits no more, Refused for what is missing or wrong.
    """
    meeting = arranging(meeting=meeting, user=user)
    present = list(meeting.items.order_by("position", "pk"))
    if len(present) >= MOST_ITEMS:
        raise Refused(_("An agenda has %(most)d items at most.") % {"most": MOST_ITEMS})
    if matter is not None:
        if any(item.matter_id == matter.pk for item in present):
            raise OutOfTurn(_("This matter is on the agenda already."))
        title = title.strip() or matter.title
        text = text.strip() or matter.text
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=_next_position(present),
        matter=matter,
        added_by=user,
        **_columns(
            meeting.forum, kind=kind, title=title, text=text, minutes=minutes, presenter=presenter, balloting=balloting
        ),
    )
    if matter is not None:
        table_matter(matter=matter, meeting=meeting, user=user, now=now)
    count_change(meeting)
    return item


@transaction.atomic
def change_item(
    *,
    item: AgendaItem,
    user: User,
    kind: AgendaKind,
    title: str,
    text: str,
    minutes: int,
    presenter: User | None,
    balloting: Balloting,
    revision: int | None = None,
    now: datetime | None = None,
) -> AgendaItem:
    """Change what `item` says and return it. Raises as `add_item`, and OutOfTurn when the agenda was changed since
    `revision`, so that nobody overwrites unseen what another has typed.
    """
    item = arranged_item(item=item, user=user)
    if revision is not None and revision != item.meeting.agenda_revision:
        raise OutOfTurn(
            _("Somebody has changed the agenda meanwhile. Compare what you typed with it, then save once more.")
        )
    columns = _columns(
        item.meeting.forum, kind=kind, title=title, text=text, minutes=minutes, presenter=presenter, balloting=balloting
    )
    for name, value in columns.items():
        setattr(item, name, value)
    item.save(update_fields=list(columns))
    count_change(item.meeting)
    return item


@transaction.atomic
def move_item(
    *, item: AgendaItem, user: User, after: AgendaItem | None, revision: int, now: datetime | None = None
) -> bool:
    """Put `item` right after the item `after`, or first without one; return whether others changed the agenda since
    `revision`, to whose present order the move was applied.

    Raises NotAllowed, Refused to put an item after itself, OutOfTurn when `item` or `after` is gone meanwhile.
    """
    item = arranged_item(item=item, user=user)
    meeting = item.meeting
    if after is not None and after.pk == item.pk:
        raise Refused(_("An item cannot come after itself."), field="after")
    others = [other for other in meeting.items.order_by("position", "pk") if other.pk != item.pk]
    place = 0
    if after is not None:
        keys = [other.pk for other in others]
        if after.pk not in keys:
            raise OutOfTurn(gone())
        place = keys.index(after.pk) + 1
    others.insert(place, item)
    _number(others)
    was_changed = revision != meeting.agenda_revision
    count_change(meeting)
    return was_changed


@transaction.atomic
def remove_item(*, item: AgendaItem, user: User, now: datetime | None = None) -> None:
    """Take `item` off the agenda with its measures and papers; its matter waits for another meeting.

    Raises NotAllowed, OutOfTurn, Refused for what came back to the forum by itself.
    """
    item = arranged_item(item=item, user=user)
    if item.commitment_id is not None:
        raise Refused(_("This came back because it was not kept: it can be put off in the meeting, not taken off."))
    meeting, matter = item.meeting, item.matter
    for paper in Paper.objects.filter(item=item).order_by("pk"):
        transaction.on_commit(partial(paper.file.delete, save=False))
    Paper.objects.filter(item=item).delete()
    WrittenVote.objects.filter(item=item).delete()
    item.delete()
    _number(list(meeting.items.order_by("position", "pk")))
    if matter is not None:
        untable_matter(matter=matter, meeting=meeting, user=user, now=now)
    count_change(meeting)


def _next_position(present: list[AgendaItem]) -> int:
    return present[-1].position + 1 if present else 1


def _number(items: list[AgendaItem]) -> None:
    """Let the positions of `items` be their places, counted from 1."""
    moved = []
    for place, item in enumerate(items, 1):
        if item.position != place:
            item.position = place
            moved.append(item)
    AgendaItem.objects.bulk_update(moved, ["position"])


def _columns(
    forum: Forum, *, kind: str, title: str, text: str, minutes: int, presenter: User | None, balloting: str
) -> dict:
    if minutes not in MINUTES:
        raise Refused(_("An item takes from 1 to 480 minutes."), field="minutes")
    if presenter is not None and not presenters_of(forum).filter(pk=presenter.pk).exists():
        raise Refused(_("Only a member of the forum presents an item."), field="presenter")
    missing = {"title": _("Please say what the item is about, or choose a matter."), "text": ""}
    given = {"title": title, "text": text}
    texts = {name: checked(given[name], field=name, most=most, missing=missing[name]) for name, most in LENGTHS.items()}
    return {
        **texts,
        "kind": AgendaKind(kind),
        "minutes": minutes,
        "presenter": presenter,
        "balloting": Balloting(balloting),
    }
