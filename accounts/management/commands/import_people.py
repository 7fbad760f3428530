"""manage.py import_people FILE.csv [--password-file OUT.csv]"""

import csv
import os
from functools import partial

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.imports import Report, import_people
from accounts.management.file_command import FileCommand

ONLY_OWNER = 0o600


class Command(FileCommand):
    help = (
        "Import people and their posts from a CSV file: username,name,phone,role,unit_code[,start,end], "
        "one row per post. All or nothing; see docs/importing.md."
    )

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--password-file",
            metavar="OUT.csv",
            help="give new people a first password each and write them into this new file, readable by you only",
        )

    def take(self, source, options) -> Report:
        target = options["password_file"]
        return import_people(source=source, keep_passwords=partial(self._keep, target) if target else None)

    def _keep(self, target: str, passwords: dict[str, str]) -> None:
        try:
            number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
        except OSError as error:
            raise CommandError(
                _("The passwords cannot be written to “%(file)s”: %(why)s.") % {"file": target, "why": error.strerror}
            ) from error
        with os.fdopen(number, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["username", "password"])
            writer.writerows(passwords.items())
