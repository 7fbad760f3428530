"""How notices about minutes read: titles and reasons, no person."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "minutes.to_confirm": _("Please read and confirm the minutes of “%(meeting)s” (%(forum)s)."),
    "minutes.sent_back": _("The minutes of “%(meeting)s” (%(forum)s) were sent back: %(reason)s"),
    "minutes.confirmed": _("The minutes of “%(meeting)s” (%(forum)s) are confirmed. Please publish them."),
    "minutes.published": _("The minutes of “%(meeting)s” (%(forum)s) are published."),
}
