"""How notices about hours read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "service.marked_absent": _("You were marked as absent from “%(title)s” on %(day)s: %(reason)s"),
    "service.hours_attested": _("Your hours of service for “%(title)s” on %(day)s have been attested."),
    "service.hours_corrected": _("Your hours of service for “%(title)s” on %(day)s were corrected: %(reason)s"),
    "service.year_sheet_ready": _(
        "The sheet of %(employer)s for the year %(year)s is ready: hours of service and rated projects."
    ),
    "service.sheet_ready": _(
        "The sheet of %(employer)s for %(quarter)s is ready: hours of service and rated projects."
    ),
}
