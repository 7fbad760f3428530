"""Run the portal on this machine: web, background work and the clock, under one supervisor."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.checks import only_local
from portal.console import bilingual
from portal.serving import Address, FirstPage, held, programs, refuse_taken
from portal.supervisor import Supervisor

SLOW_START = 60  # seconds


class Command(BaseCommand):
    help = gettext("Run the portal: web, background work and the clock in one command.")

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help=gettext("the address to listen on"))
        parser.add_argument("--port", default=8000, type=int, help=gettext("the port to listen on"))

    def handle(self, *, host, port, **options):
        self.started = time.monotonic()
        os.umask(0o077)  # residents' data: for the portal's own account only
        _never_fail_on_characters()
        address = Address(host, port)
        try:
            with held(settings.DATA_DIR, address):
                refuse_taken(address)
                self.prepare()
                connections.close_all()
                code = self.supervise(address)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        if code:
            raise SystemExit(code)

    def prepare(self) -> None:
        """Check that the database is ready, without changing it.

        Raises:
            CommandError: there are migrations to be applied.
        """
        if pending_migrations():
            raise CommandError(bilingual(_("The database is not up to date; run first: manage.py migrate")))

    def supervise(self, address: Address) -> int:
        """Run the programs until they are asked to stop, and return the exit code."""
        supervisor = Supervisor(programs(address), logs=settings.DATA_DIR / "logs", say=self.say)
        code = supervisor.run(on_tick=self._announcement(address))
        supervisor.say(bilingual(_("The portal has stopped.")))
        return code

    def _announcement(self, address: Address) -> Callable[[], None]:
        """Return what looks for the first page at every round, and says once how it is."""
        page, said = FirstPage(address), set()

        def say_once(what: str, line: str) -> None:
            if what not in said:
                said.add(what)
                self.say(line)

        def tick() -> None:
            if "ready" in said:
                return
            if page.answered():
                said.add("ready")
                self.announce(address)
            elif page.status:
                log = settings.DATA_DIR / "logs" / "web.log"
                failing = bilingual(
                    _("The first page shows an error (%(status)s); see %(log)s"), status=page.status, log=log
                )
                say_once("failing", failing)
            elif time.monotonic() - self.started > SLOW_START:
                logs = settings.DATA_DIR / "logs"
                say_once("slow", bilingual(_("The first page has not answered yet; see %(logs)s"), logs=logs))

        return tick

    def announce(self, address: Address) -> None:
        """Say that the first page has answered, where, and how to stop."""
        seconds = f"{time.monotonic() - self.started:.1f}"
        self.say("")
        ready = bilingual(_("The portal is ready (%(seconds)s seconds):"), seconds=seconds)
        self.say(f"{ready}  {address.url}")
        self.say(bilingual(_("Data and logs:")) + f"  {settings.DATA_DIR}")
        self.say(bilingual(_("To stop: Ctrl-C")))
        if address.host not in ("127.0.0.1", "localhost", "::1") and only_local(settings.ALLOWED_HOSTS):
            self.say(bilingual(_("Other machines are refused until ALLOWED_HOSTS names this one.")))

    def say(self, line: str) -> None:
        """Print one line at once; a terminal that is gone disturbs nothing."""
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def pending_migrations() -> list:
    """Return the migrations that are not applied yet."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _never_fail_on_characters() -> None:
    """Show a question mark for what an old terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
