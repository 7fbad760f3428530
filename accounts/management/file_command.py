"""What the commands that take over a file have in common."""

from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.tabular import FileRefused


def opened(name: str) -> BinaryIO:
    """Return the file of that name, open for reading bytes. Raises CommandError when it cannot be read."""
    try:
        return open(name, "rb")
    except OSError as error:
        raise CommandError(_("“%(file)s” cannot be read: %(why)s.") % {"file": name, "why": error.strerror}) from error


def refused(refusal: FileRefused) -> CommandError:
    """Return the error that ends a command: what is wrong by line and column, and that nothing was written."""
    return CommandError("\n".join([str(refusal), *refusal.problems.sentences()]))


class FileCommand(BaseCommand):
    """Reads FILE.csv, prints what it changed; ends with 1 and changes nothing when the file is refused."""

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE.csv")

    def take(self, source: BinaryIO, options: dict):
        """Take over `source` and return a Report. Raises FileRefused."""
        raise NotImplementedError

    def handle(self, *args, **options) -> None:
        with opened(options["file"]) as source:
            try:
                report = self.take(source, options)
            except FileRefused as refusal:
                raise refused(refusal) from refusal
        for sentence in report.sentences():
            self.stdout.write(sentence)
