"""What the appraisal administrator types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.enums import SOURCE_OF, STREET_CODES, Code
from appraisal.formula import holds_third, street_and_total
from appraisal.models import MAX_WEIGHT, Scheme, below_third


class SchemeForm(forms.Form):
    """A name, and a weight for each indicator of the catalogue; one left empty is not in the scheme."""

    name = forms.CharField(label=_("Name of the scheme"), max_length=80)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in Code:
            self.fields[code.value] = forms.IntegerField(
                label=code.label,
                min_value=1,
                max_value=MAX_WEIGHT,
                required=code in STREET_CODES,
                help_text=_("Source: %(source)s") % {"source": SOURCE_OF[code].label},
                widget=forms.NumberInput({"inputmode": "numeric", "class": "input"}),
            )

    @classmethod
    def starting_from(cls, scheme: Scheme | None) -> "SchemeForm":
        """Return an empty form with the weights of `scheme` to begin with."""
        weights = {row.code: row.weight for row in scheme.indicators.all()} if scheme else {}
        return cls(initial={"name": scheme.name if scheme else "", **weights})

    @property
    def weights(self) -> dict[str, int]:
        """The weights that are typed and valid by themselves, by code."""
        values = self.cleaned_data if self.is_bound else self.initial
        return {code.value: values[code] for code in Code if values.get(code)}

    @property
    def share(self) -> dict:
        """The streets' share as it stands, for the live line: the two sums and whether they suffice."""
        if self.is_bound:
            self.is_valid()
        street, total = street_and_total(self.weights)
        return {"street": street, "total": total, "enough": street > 0 and holds_third(street, total)}

    def clean(self):
        if not self.errors and (sentence := below_third(*street_and_total(self.weights))):
            self.add_error(None, sentence)
        return self.cleaned_data
