"""Log lines without the codes that open a resident's case.

A follow link holds the case's number and its secret code; whoever reads logs must not come by them. A record
that masks itself reaches every handler, also those of granian, celery and a later collector of logs.
"""

import logging
import re
import traceback

_SLASH = r"(?:/|%2F)"
_LINK = re.compile(rf"({_SLASH}(?:follow|lodge{_SLASH}done){_SLASH}[^/%\s]+{_SLASH})[^/%\s'\"?&<>]+", re.IGNORECASE)
_PAIR = re.compile(r"(\d{8}-\d{7}\W{1,8})[2-9A-HJ-NP-Z]{12}\b", re.ASCII)  # as in the words of an exception


def masked(text: str) -> str:
    """Return `text` with stars in place of the secret code of every follow link."""
    return _PAIR.sub(r"\1***", _LINK.sub(r"\1***", text))


class MaskedRecord(logging.LogRecord):
    """A log record whose sentence and traceback are masked, whichever handler and formatter write it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0]:
            # Formatters take exc_text when it is there already.
            self.exc_text = masked("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802 - the name is logging's
        return masked(super().getMessage())


class BriefRefusals(logging.Filter):
    """Takes the traceback from a refused request (4xx): where it comes from is no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True


def mask_all() -> None:
    """Make every log record of this process a masked one."""
    logging.setLogRecordFactory(MaskedRecord)
