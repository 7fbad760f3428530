"""What an import did."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass
class Tally:
    """How many rows of one kind were new, changed, or there already."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return _("%(created)d new, %(changed)d changed, %(unchanged)d as they were") % vars(self)


@dataclass
class Report:
    """The tallies, each by its title."""

    tallies: dict[str, Tally]

    def sentences(self) -> list[str]:
        """Return one sentence per tally, and another when the file changed nothing."""
        lines = [_("%(title)s: %(tally)s.") % {"title": title, "tally": tally} for title, tally in self.tallies.items()]
        if not any(tally.created or tally.changed for tally in self.tallies.values()):
            lines.append(_("Everything was there already: 0 changes."))
        return lines
