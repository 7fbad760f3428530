"""What the page of one matter shows, to everybody and to whom it concerns."""

from dataclasses import dataclass

from consultation.enums import MatterVerb
from consultation.models import Matter, MatterStep
from consultation.queries import matters as queries
from consultation.queries.agenda import outcomes_of
from consultation.queries.scope import convenes, meetings_visible_to
from consultation.queries.topics import streets_of

WARNING = (MatterVerb.REFUSE, MatterVerb.UNTABLE, MatterVerb.WITHDRAW)


@dataclass(frozen=True)
class Entry:
    """One line of the record. `who`, `reason` and `other` are empty for a reader whom they do not concern."""

    step: MatterStep
    state: str
    who: str
    reason: str
    other: Matter | None
    shows_meeting: bool


def details(matter: Matter, user) -> dict:
    """Return the context of the page of `matter`, fetched by matters_visible_to with its case, for `user`."""
    steps = list(queries.steps_of(matter))
    keeps, concerned = convenes(user, matter.forum), queries.is_concerned(user, matter)
    others = {step.other_id for step in steps if step.other_id} | ({matter.merged_into_id} - {None})
    open_to = queries.readable(user, others)
    held = {step.meeting_id for step in steps if step.meeting_id}
    meetings = set(meetings_visible_to(user).filter(pk__in=held).values_list("pk", flat=True)) if held else set()
    return {
        "matter": matter,
        "is_own": user.pk is not None and matter.proposer_id == user.pk,
        "keeps": keeps,
        "concerned": concerned,
        "record": [
            Entry(
                step=step,
                state="warn" if step.verb in WARNING else "done",
                who=str(step.actor) if keeps and step.actor else "",
                reason=step.reason if concerned else "",
                other=step.other if step.other_id in open_to else None,
                shows_meeting=step.meeting_id in meetings,
            )
            for step in steps
        ],
        "merged_into": matter.merged_into if matter.merged_into_id in open_to else None,
        "case_url": queries.case_address(user, matter.case) if matter.case else "",
        "opens_topic": matter.category_id is not None and streets_of(user).filter(pk=matter.street_id).exists(),
        "outcomes": outcomes_of(matter),
    }
