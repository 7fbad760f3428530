"""Papers are attached to an agenda item, and taken off again."""

from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.agenda_steps import arranged_item
from consultation.models import AgendaItem, Paper
from consultation.papers import Judged, judged

MOST_PAPERS = 10


def add_paper(*, item: AgendaItem, user: User, upload: UploadedFile, now: datetime | None = None) -> Paper:
    """Keep `upload` as a paper of `item` and return it.

    The file is read before anything is locked. Raises Refused as `judged` and beyond 10 papers; NotAllowed; OutOfTurn
    when the item is gone or the meeting called.
    """
    return _keep(item=item, user=user, file=judged(upload), now=now or timezone.now())


@transaction.atomic
def _keep(*, item: AgendaItem, user: User, file: Judged, now: datetime) -> Paper:
    item = arranged_item(item=item, user=user)
    if item.papers.count() >= MOST_PAPERS:
        raise Refused(_("An item has %(most)d papers at most.") % {"most": MOST_PAPERS}, field="upload")
    paper = Paper(
        item=item,
        name=file.name,
        suffix=file.suffix,
        media_type=file.media_type,
        size=len(file.content),
        uploaded_by=user,
        uploaded_at=now,
    )
    paper.file.save("paper", ContentFile(file.content), save=False)
    paper.save(force_insert=True)
    return paper


@transaction.atomic
def remove_paper(*, paper: Paper, user: User, now: datetime | None = None) -> None:
    """Take `paper` off its item; its file goes with it. Raises NotAllowed, OutOfTurn when it is gone already."""
    item = arranged_item(item=paper.item, user=user)
    if not Paper.objects.filter(pk=paper.pk, item=item).delete()[0]:
        raise OutOfTurn(_("This paper has been taken off already."))
    transaction.on_commit(partial(paper.file.delete, save=False))
