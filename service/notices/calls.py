"""How notices about calls for helpers read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "call.blown": _("%(unit)s calls for helpers: %(title)s. Please be at %(place)s by %(by)s, and answer yes or no."),
    "call.full": _("Enough helpers are coming for “%(title)s”: %(count)s."),
    "call.released": _("%(unit)s has released you from “%(title)s”. Thank you; your time has been attested."),
    "call.released_only": _("%(unit)s has released you from “%(title)s”. Thank you; no time was attested."),
    "call.excused": _("“%(title)s” is done; you need not come any more. Thank you for saying yes. %(unit)s"),
    "call.off": _("%(unit)s has called off “%(title)s”: %(reason)s"),
    "call.ended": _("The time of “%(title)s” is over; %(count)s on the spot wait to be released."),
}
