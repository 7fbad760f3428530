"""manage.py import_units FILE.csv"""

from accounts.imports import Report, import_units
from accounts.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Import the tree of units from a CSV file: code,name,kind,parent_code. All or nothing; see docs/importing.md."
    )

    def take(self, source, options) -> Report:
        return import_units(source=source)
