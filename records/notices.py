"""How the notices of the records read."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "deadline.before": _("Due soon: %(step)s – %(subject)s (%(unit)s)"),
    "deadline.late": _("Overdue: %(step)s – %(subject)s (%(unit)s)"),
    "deadline.without_people": _(
        "Nobody in %(unit)s could be reminded of what it owes; a unit above stands in. Please fill a post there."
    ),
    "extension.asked": _("%(unit)s asks for time until %(until)s: %(step)s – %(subject)s. Please decide: %(reason)s"),
    "extension.approved": _("Extended until %(until)s: %(step)s – %(subject)s. %(reason)s"),
    "pause.ended": _("The pause has lasted as long as one may; due at %(until)s: %(step)s – %(subject)s"),
    "extension.rejected": _("Not extended: %(step)s – %(subject)s. %(reason)s"),
}
