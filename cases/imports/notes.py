"""What is taken over although it is not as one would expect: counted, and said in the summary."""

from enum import Enum, auto

from django.utils.translation import gettext as _


class Note(Enum):
    NO_DUE_TIME = auto()
    ANSWER_AFTER_CLOSING = auto()
    CLOCK_CHANGE = auto()
    REPAIRED_TEXT = auto()

    @property
    def sentence(self) -> str:
        """The note in the language that is active."""
        return {
            Note.NO_DUE_TIME: _("no due time in the file; never counted as late."),
            Note.ANSWER_AFTER_CLOSING: _("the answer is dated after the closing; kept as it was."),
            Note.CLOCK_CHANGE: _("a time in the hour when the clocks were changed; read as before the change."),
            Note.REPAIRED_TEXT: _("characters that had been encoded twice; repaired."),
        }[self]
