"""Refusals: raised by actions with a translated sentence, turned into a message in one place."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The action is not carried out and nothing was written. `field` names the input at fault, if one is."""

    def __init__(self, sentence, *, field: str | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


YOUR_POST = _("Your post does not allow this.")


class NotAllowed(Refused):
    """The person may see the thing but not do this to it: answered with 403."""

    def __init__(self, sentence=YOUR_POST):
        super().__init__(sentence)


class OutOfTurn(Refused):
    """The thing is not in a state in which this can be done, often because somebody else was quicker."""
