"""Verify the audit chain, against a digest that was noted elsewhere if there is one."""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from records.queries import chain_state, holds_digest

NAMED = 20  # broken entries, before the rest is only counted


class Command(BaseCommand):
    help = _("Verify the audit trail: print the number of entries and the last digest, and name what is broken.")

    def add_arguments(self, parser):
        parser.add_argument("--expect", metavar="DIGEST", help=_("a digest noted earlier, which must still be there"))

    def handle(self, *, expect, **options):
        state = chain_state()
        self.stdout.write(
            _("%(entries)s entries, last digest %(last)s") % {"entries": state.entries, "last": state.last}
        )
        problems = []
        if state.broken:
            named = ", ".join(map(str, state.broken[:NAMED]))
            problems.append(
                _("The chain is broken at %(count)s entries: %(ids)s") % {"count": len(state.broken), "ids": named}
            )
        if expect and not holds_digest(expect.strip().lower()):
            problems.append(_("The entry with the expected digest is missing: the trail was cut off or rewritten."))
        if problems:
            raise CommandError("\n".join(problems))
