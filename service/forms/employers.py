"""What a liaison types to register an employer."""

from operator import attrgetter

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.text import LongTextField, PlainTextField
from service.forms.fields import DayField, RowField
from service.models import EmployerRegistration
from service.queries import employers as queries
from service.queries.scope import employers_run_by


class EmployerForm(forms.Form):
    """The Party organisation, the community where it sits, and the agreement with its days."""

    employer = RowField(label=_("Employer"))
    community = RowField(label=_("Community where it sits"))
    organisation = PlainTextField(
        label=_("Party organisation"), max_length=EmployerRegistration._meta.get_field("organisation").max_length
    )
    agreement = LongTextField(
        label=_("Co-building agreement"),
        max_length=EmployerRegistration._meta.get_field("agreement").max_length,
        rows=8,
        help_text=_("What both sides promise each other. The community signs it by confirming."),
    )
    agreed_from = DayField(label=_("Agreed from"))
    agreed_until = DayField(label=_("Agreed until"), help_text=_("The last day on which the agreement holds."))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        employers = list(employers_run_by(user).select_related("parent").order_by("name", "pk"))
        self.fields["employer"].offer(employers)
        self.fields["community"].offer(queries.seats_of(employers), group=attrgetter("parent"))
