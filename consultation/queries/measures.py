"""Reads of measures: whose they are, and who rates what becomes of them."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import grants_of
from consultation.models import Measure


def measures_to_check(**of) -> QuerySet[Measure]:
    """Return the measures that fit `of`, in their order, with all that decides whether they can be made."""
    related = ("owner", "asker", "item__matter__proposer", "item__meeting__forum__unit")
    return Measure.objects.filter(**of).select_related(*related).order_by("item__position", "item", "pk")


def proposer_of(measure: Measure) -> User | None:
    """Return who raised the matter of `measure` in their own name."""
    matter = measure.item.matter
    return matter.proposer if matter and not matter.unit_id else None


def rater_of(measure: Measure) -> User | None:
    """Return the person who rates what becomes of `measure`, or None where the unit that asks for it does.

    It is who raised the matter in their own name, where the forum asks for it or the owner does it for itself, unless
    they represent the owner.
    """
    if measure.asker_id not in (measure.item.meeting.forum.unit_id, measure.owner_id):
        return None
    proposer = proposer_of(measure)
    return proposer if proposer and not grants_of(proposer).on("represent_unit", measure.owner_id) else None
