"""How notices about matters read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "matter.raised": _("“%(title)s” has been raised at %(forum)s. Please accept or refuse it."),
    "matter.withdrawn": _("“%(title)s” at %(forum)s has been withdrawn by whoever raised it."),
    "matter.accepted": _("%(forum)s has accepted your matter “%(title)s”; it waits for a meeting."),
    "matter.refused": _("%(forum)s has refused your matter “%(title)s”: %(reason)s"),
    "matter.merged": _("%(forum)s discusses your matter “%(title)s” together with another: %(reason)s"),
    "matter.passed": _("%(forum)s has passed your matter “%(title)s” to %(to)s, which decides anew: %(reason)s"),
    "matter.tabled": _("Your matter “%(title)s” is on the agenda of a meeting of %(forum)s."),
    "matter.untabled": _("Your matter “%(title)s” was not dealt with; it waits for the next meeting of %(forum)s."),
    "matter.adopted": _("%(forum)s has adopted your matter “%(title)s”; the resolution is published."),
    "matter.not_adopted": _("%(forum)s has not adopted your matter “%(title)s”; the minutes are published."),
    "matter.minuted": _("%(forum)s has published what came of your matter “%(title)s”."),
    "matter.decided": _("%(forum)s has decided your matter “%(title)s”."),
}
