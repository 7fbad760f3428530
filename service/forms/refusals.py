"""A refusal of an action, shown in the form that asked for it."""

from django.forms import BaseForm

from accounts.errors import NotAllowed, Refused


def show_refusal(form: BaseForm, refusal: Refused) -> None:
    """Add the sentence of `refusal` to the field it names, or to the whole form. Raises NotAllowed on: that is 403."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
