"""What a vote adopted becomes a resolution, its measures commitments of units; it is published with the minutes."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from cases.actions.consultation import note_resolution
from consultation.actions.steps import locked_forum
from consultation.models import Measure, Meeting, Resolution, ResolutionTask, Vote
from consultation.queries.forums import followers_of
from consultation.queries.measures import measures_to_check, proposer_of, rater_of
from consultation.queries.minutes_names import redaction_of
from consultation.queries.resolutions import cases_behind
from consultation.redaction import Redaction
from records import actions as records
from service.actions.commitments import commit, record_unasked
from service.models import ListItem

LONGEST_PUBLIC_TITLE = Resolution._meta.get_field("public_title").max_length
LONGEST_TITLE = ListItem._meta.get_field("title").max_length


@transaction.atomic
def adopt(*, vote: Vote, user: User, now: datetime | None = None) -> Resolution:
    """Make a resolution of what the closed `vote` adopted, numbered within forum and year, with a commitment for each
    measure of its item; return it.

    The caller has locked the forum, which comes before the meeting in the order of locks, and checked that `user`
    may; when the vote was opened, each measure could be made. Raises OutOfTurn when the vote was not carried or the
    item has its resolution.
    """
    now = now or timezone.now()
    item = vote.item
    forum = locked_forum(vote.meeting.forum)
    if not vote.adopted:
        raise OutOfTurn(_("This vote was not carried; there is nothing to adopt."))
    if Resolution.objects.filter(item=item).exists():
        raise OutOfTurn(_("This item has been adopted already."))
    year = timezone.localdate(now).year
    last = forum.resolutions.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    resolution = Resolution.objects.create(
        forum=forum,
        meeting=vote.meeting,
        item=item,
        vote=vote,
        matter=item.matter,
        year=year,
        serial=last + 1,
        title=item.title,
        text=item.decision or vote.question,  # not the description: only the invited read that
        adopted_at=now,
    )
    redaction = redaction_of(vote.meeting)
    for measure in measures_to_check(item=item):
        commitment = _committed(measure, resolution, redaction, user, now)
        ResolutionTask.objects.create(resolution=resolution, commitment=commitment)
    return resolution


def _committed(measure: Measure, resolution: Resolution, redaction: Redaction, user: User, now: datetime) -> ListItem:
    """Make a commitment of `measure`. Everybody reads its title with the resolution, both sides its text.

    What has become impossible since the vote was opened is not asked of anybody and comes back to the forum.
    """
    what, forum = measure.what, resolution.forum
    title = redaction.published(what)
    fits = title == what and len(title) <= LONGEST_TITLE
    source = f"{forum} {resolution.number} {resolution.title}"
    asked_by = rater_of(measure)
    given = {
        "territory": forum.unit,
        "claimant": measure.owner,
        "asker": measure.asker,
        "title": title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
        "text": source if fits else f"{what}\n{source}",
        "due_on": measure.due_on,
        "user": user,
        "now": now,
    }
    with translation.override(settings.LANGUAGE_CODE):  # everybody reads the reason
        try:
            return commit(asked_by=asked_by, **given)
        except Refused as refusal:
            return record_unasked(asked_by=asked_by or proposer_of(measure), reason=str(refusal), **given)


@transaction.atomic
def publish(*, meeting: Meeting, now: datetime | None = None) -> list[Resolution]:
    """Let everybody see the resolutions of the locked `meeting` that nobody could see yet; return them.

    What is published of them leaves out the names that the minutes leave out. Followers are told, and each resolution
    stands in the history of the cases behind its matter.
    """
    now = now or timezone.now()
    rows = list(meeting.resolutions.filter(published_at__isnull=True).select_related("forum", "matter__case"))
    redaction = redaction_of(meeting) if rows else None
    for resolution in sorted(rows, key=lambda row: row.serial):
        resolution.public_title = redaction.published(resolution.title)[:LONGEST_PUBLIC_TITLE]
        resolution.public_text = redaction.published(resolution.text)
        resolution.published_at = now
        resolution.save(update_fields=["public_title", "public_text", "published_at"])
        _tell_followers(resolution, now)
    behind = [(case, row) for row in rows for case in cases_behind(row.matter)]
    for case, resolution in sorted(behind, key=lambda pair: (pair[0].pk, pair[1].serial)):  # in the order of locks
        note_resolution(
            case=case,
            forum_name=resolution.forum.name,
            title=resolution.public_title,
            url=resolution.get_absolute_url(),
            now=now,
        )
    return rows


def _tell_followers(resolution: Resolution, now: datetime) -> None:
    forum = resolution.forum
    records.notify(
        recipients=followers_of(forum),
        kind="resolution.published",
        parameters={"forum": forum.name, "number": resolution.number, "title": resolution.public_title},
        url=resolution.get_absolute_url(),
        key=f"resolution:{resolution.pk}",
        now=now,
    )
