"""How notices about forums read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "forum.convenor": _("You are the convenor of “%(forum)s” now; what is due there is yours."),
    "forum.seated": _("You are a member of “%(forum)s” now."),
    "forum.unseated": _("You are no longer a member of “%(forum)s”."),
}
