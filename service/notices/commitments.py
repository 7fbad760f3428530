"""How notices about what resolutions ask of units read: units and titles, no person."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "commitment.asked": _(
        "A resolution asks %(claimant)s for “%(title)s” by %(due)s. Please take it on, or decline it with a reason."
    ),
    "commitment.claimed": _("%(claimant)s has taken on “%(title)s”."),
    "commitment.declined": _("%(claimant)s has declined “%(title)s”: %(reason)s"),
    "commitment.unasked": _(
        "The resolution is made, but “%(title)s” can no longer be asked of %(claimant)s: %(reason)s "
        "It comes back to your forum."
    ),
    "commitment.progress": _("%(claimant)s reports progress on “%(title)s”."),
    "commitment.delivered": _("%(claimant)s has delivered “%(title)s” of a resolution. Please rate it."),
    "commitment.rated": _("“%(title)s”, which you delivered for a resolution, was rated %(mark)d of 5."),
}
