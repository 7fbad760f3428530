"""How notices about the three lists read: units and titles, no person."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "item.claimed": _("“%(title)s” has been claimed: %(claimant)s does it for %(asker)s."),
    "item.matched": _("“%(title)s” is a project now: %(claimant)s does it for %(asker)s."),
    "item.given_back": _("“%(title)s” is open again, the claim of %(claimant)s was undone: %(reason)s"),
    "item.delivered": _("%(claimant)s has delivered “%(title)s”. Please rate it."),
    "item.rated": _("%(asker)s has rated “%(title)s”."),
}
