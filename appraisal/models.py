"""Schemes by which departments are appraised, with their weighted indicators.

The database holds the same rules as the actions: constraints here, triggers in migration 0002.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.enums import SOURCE_OF, Code, SchemeState, Source
from appraisal.formula import holds_third

MAX_WEIGHT = 1_000_000


def below_third(street: int, total: int) -> str | None:
    """Return the sentence that refuses these weights, with the exact fraction, or None when they may stand."""
    if holds_third(street, total) and street > 0:
        return None
    return gettext("The streets' share %(street)d/%(total)d is below 1/3.") % {"street": street, "total": total}


def _person(verbose_name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=verbose_name
    )


class Scheme(models.Model):
    """One version of the weights. It begins as a draft; once in force it never changes."""

    name = models.CharField(_("Name of the scheme"), max_length=80)
    version = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=8, choices=SchemeState, default=SchemeState.DRAFT)
    effective_from = models.DateField(
        _("in force from"), null=True, unique=True, help_text=_("The first day of a month.")
    )
    street_weight = models.PositiveIntegerField(_("weight of the streets"))
    total_weight = models.PositiveIntegerField(_("weight of all"))
    composed_by = _person(_("composed by"))
    composed_at = models.DateTimeField(_("composed"))
    activated_by = _person(_("activated by"))
    activated_at = models.DateTimeField(_("activated"), null=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(street_weight__gte=1, total_weight__gte=F("street_weight"))
                & Q(total_weight__lte=F("street_weight") * 3),
                name="scheme_streets_hold_a_third",
            ),
            models.CheckConstraint(condition=Q(state__in=SchemeState.values), name="scheme_state_known"),
            models.CheckConstraint(
                condition=Q(state=SchemeState.DRAFT, effective_from__isnull=True)
                | Q(state=SchemeState.ACTIVE, effective_from__isnull=False),
                name="scheme_active_has_month",
            ),
            models.CheckConstraint(
                condition=Q(state=SchemeState.DRAFT)
                | Q(composed_by__isnull=True, activated_by__isnull=True)  # the first one, which came with the portal
                | (Q(composed_by__isnull=False, activated_by__isnull=False) & ~Q(activated_by=F("composed_by"))),
                name="scheme_needs_two_people",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(name)s, version %(version)d") % {"name": self.name, "version": self.version}

    def clean(self) -> None:
        """Raise ValidationError, with the exact fraction, when the streets hold less than a third."""
        if self.street_weight is not None and self.total_weight is not None:
            sentence = below_third(self.street_weight, self.total_weight)
            if sentence:
                raise ValidationError(sentence)

    @property
    def share(self) -> str:
        """The streets' share as it is written in the scheme, e.g. 40/100."""
        return f"{self.street_weight}/{self.total_weight}"


class Indicator(models.Model):
    """One figure of a scheme, with the weight it has in it. Its source follows from the catalogue."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("scheme"))
    code = models.CharField(_("indicator"), max_length=20, choices=Code)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    weight = models.PositiveIntegerField(_("weight"), validators=[MinValueValidator(1), MaxValueValidator(MAX_WEIGHT)])

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="indicator_once_per_scheme"),
            models.CheckConstraint(condition=Q(weight__range=(1, MAX_WEIGHT)), name="indicator_weight_in_range"),
            models.CheckConstraint(
                condition=Q(*(Q(code=code, source=source) for code, source in SOURCE_OF.items()), _connector=Q.OR),
                name="indicator_source_of_catalogue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.weight}"
