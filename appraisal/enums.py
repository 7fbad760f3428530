"""The catalogue of indicators: what each is called, who speaks through it, and how it is reckoned."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SchemeState(TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In force")


class Source(TextChoices):
    """Whose voice an indicator carries (domain, section 4)."""

    STREETS = "streets", _("Streets")
    RESIDENTS = "residents", _("Residents")
    DISTRICT = "district", _("The district")
    LIST = "list", _("The two-way list")


class Code(TextChoices):
    TURNOUT_MARKS = "turnout_marks", _("Street score")
    RESPONSE = "response", _("Response rate")
    RESOLUTION = "resolution", _("Resolution rate")
    SATISFACTION = "satisfaction", _("Satisfaction rate")


SOURCE_OF: dict[str, Source] = {
    Code.TURNOUT_MARKS: Source.STREETS,
    Code.RESPONSE: Source.RESIDENTS,
    Code.RESOLUTION: Source.RESIDENTS,
    Code.SATISFACTION: Source.RESIDENTS,
}
STREET_CODES = tuple(code for code, source in SOURCE_OF.items() if source == Source.STREETS)
RATED_CODES = (Code.RESOLUTION, Code.SATISFACTION)
"""These rest on residents' ratings, of which no single one is shown before its month is settled."""

MEANING: dict[str, object] = {
    Code.TURNOUT_MARKS: _(
        "Each release carries three marks of 1 to 5: on time, co-operation, result. Per street: (sum of the marks − "
        "3 × releases) ÷ (12 × releases); then the mean over the streets, so that each street has one voice."
    ),
    Code.RESPONSE: _(
        "Whistles answered in time ÷ whistles that were answered or whose time to arrive has run out. "
        "The answer is the arrival on the spot, or the report where no arrival is on record."
    ),
    Code.RESOLUTION: _("Cases whose resident's last answer is “solved” ÷ cases that a resident rated."),
    Code.SATISFACTION: _(
        "Cases whose resident's last answer gives 4 or 5 of 5 for satisfaction ÷ cases that a resident rated."
    ),
}
