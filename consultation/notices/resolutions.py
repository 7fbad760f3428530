"""How notices about resolutions, and about what comes back to a forum, read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "resolution.published": _("%(forum)s has published resolution %(number)s: “%(title)s”."),
    "agenda.brought_back": _(
        "%(count)d task(s) not kept, declined or rated poorly are on the agenda of “%(meeting)s” again."
    ),
}
