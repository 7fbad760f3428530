"""Set up and run the demo: an embedded portal with a month of invented data and one sign-in per role."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Tags
from django.core.management import CommandError, call_command
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.console import bilingual, cells, padded
from portal.management.commands import serve
from portal.serving import Address

COLUMNS = ("role", "name", "unit", "username", "password")


class Command(serve.Command):
    help = gettext("Set up and run the demo: the portal with invented data and one sign-in per role.")
    requires_system_checks = [Tags.security]  # the others are of the code, and each start should be quick

    def prepare(self) -> None:
        """Make or update the database, and load the demo data when it is not there yet.

        Raises:
            CommandError: the database holds people who are not of the demo; passwords everybody knows
                have no business there.
        """
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if serve.pending_migrations():
            self.say(bilingual(_("Making the database…")))
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        loader = import_module("portal.demo.loader")  # heavy, and needed once
        if loader.is_loaded():
            return
        if get_user_model().objects.exists():
            raise CommandError(bilingual(_("This database holds real people; choose another DATA_DIR for the demo.")))
        self.say(bilingual(_("Loading the demo data…")))
        loader.load(self.stdout)

    def announce(self, address: Address) -> None:
        """Say where the portal is, and how each role signs in."""
        super().announce(address)
        accounts = [[str(account[column]) for column in COLUMNS] for account in _demo_accounts()]
        if not accounts:
            return
        widths = [max(map(cells, column)) for column in zip(*accounts, strict=True)]
        self.say("")
        self.say(bilingual(_("To sign in (role, name, unit, user name, password):")))
        for account in accounts:
            line = "  ".join(padded(text, width) for text, width in zip(account, widths, strict=True))
            self.say("  " + line.rstrip())
        self.say("")


def _demo_accounts() -> list[dict]:
    return import_module("portal.demo.accounts").listed()
