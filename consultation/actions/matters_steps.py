"""The steps that the verbs on matters are made of: owe a decision, decide, tell the proposers."""

from datetime import datetime

from accounts.models import User
from consultation.actions.steps import locked_matter
from consultation.enums import Step
from consultation.models import Matter
from consultation.queries.clocks import due_times
from records import actions as records
from service.queries.rounds import next_round


def owe_decision(matter: Matter, now: datetime) -> None:
    """Let the convenor of the forum of the locked `matter` owe a decision on it."""
    records.set_deadlines(
        subject=matter,
        unit=matter.forum.unit,
        person=matter.forum.convenor,
        due=due_times(steps=[Step.DECIDE_MATTER], now=now),
        now=now,
        round=next_round(matter, Step.DECIDE_MATTER),
    )


def decision_met(matter: Matter, now: datetime) -> None:
    """Let the decision that is owed on `matter` be made."""
    records.meet_deadlines(subject=matter, kinds=[Step.DECIDE_MATTER], now=now)


def tell_convenor(matter: Matter, kind: str, by: User, now: datetime) -> None:
    """Put a notice of `kind` into the inbox of the convenor of the forum of `matter`, unless they did it."""
    if matter.forum.convenor_id == by.pk:
        return
    parameters = {"title": matter.title, "forum": matter.forum.name}
    records.notify(
        recipients=[matter.forum.convenor], kind=kind, parameters=parameters, url=matter.get_absolute_url(), now=now
    )


def tell_proposers(matter: Matter, kind: str, by: User | None, now: datetime, **parameters: str) -> None:
    """Tell whoever raised `matter`, and whoever raised one that was merged into it, but not who did it."""
    given = {"forum": matter.forum.name, **parameters}
    for row in [matter, *matter.absorbed.select_related("proposer").order_by("pk")]:
        if by is not None and row.proposer_id == by.pk:
            continue
        records.notify(
            recipients=[row.proposer],
            kind=kind,
            parameters={"title": row.title, **given},
            url=row.get_absolute_url(),
            now=now,
        )


def locked_pair(first: Matter, second: Matter) -> tuple[Matter, Matter]:
    """Return two matters read anew and locked, with whatever was merged into `first`: by their keys."""
    merged = first.absorbed.values_list("pk", flat=True)
    found = {key: locked_matter(Matter(pk=key)) for key in sorted({first.pk, second.pk, *merged})}
    return found[first.pk], found[second.pk]
