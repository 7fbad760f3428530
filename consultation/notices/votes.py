"""How notices about votes read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "consultation.vote_opened": _("%(forum)s votes on “%(item)s” now. You can vote by phone until the vote is closed."),
}
