"""manage.py import_cases FILE.csv [--mapping MAPPING.toml] [--skip-bad]"""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.errors import Refused
from accounts.management.file_command import opened, refused
from accounts.tabular import FileRefused
from cases.imports import Summary, import_cases, load_mapping, portal_mapping


class Command(BaseCommand):
    help = "Import requests from a CSV file, all or nothing; see docs/importing.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument(
            "--mapping", metavar="MAPPING.toml", type=Path, help="how to read another system's export, e.g. nyc311.toml"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="import the sound rows and list the others, instead of nothing"
        )

    def handle(self, *args, **options) -> None:
        try:
            summary = self._take(options)
        except FileRefused as refusal:
            raise refused(refusal) from refusal
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for sentence in summary.problems.sentences():
            self.stderr.write(sentence)
        for sentence in summary.sentences():
            self.stdout.write(sentence)

    def _take(self, options: dict) -> Summary:
        mapping = load_mapping(options["mapping"]) if options["mapping"] else portal_mapping()
        with opened(options["file"]) as source:
            size = os.fstat(source.fileno()).st_size
            with tqdm(total=size, unit="B", unit_scale=True, disable=options["verbosity"] == 0) as bar:
                return import_cases(source=source, mapping=mapping, skip_bad=options["skip_bad"], advance=bar.update)
