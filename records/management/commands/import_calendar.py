"""manage.py import_calendar FILE.csv"""

from accounts.imports import Report
from accounts.management.file_command import FileCommand
from records.imports import import_calendar


class Command(FileCommand):
    help = (
        "Import days off and make-up workdays from a CSV file: day,is_working,note. "
        "All or nothing; see docs/operating.md."
    )

    def take(self, source, options) -> Report:
        return import_calendar(source=source)
