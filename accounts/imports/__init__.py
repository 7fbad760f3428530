"""Units and people from files: all or nothing, every mistake named by line and column, twice is as once."""

from accounts.imports.people import import_people
from accounts.imports.report import Report
from accounts.imports.units import import_units

__all__ = ["Report", "import_people", "import_units"]
