"""Requests from another system's export: a mapping says how to read it, every row is accounted for."""

from cases.imports.loading import load_mapping, portal_mapping
from cases.imports.mapping import Mapping
from cases.imports.run import Summary, import_cases

__all__ = ["Mapping", "Summary", "import_cases", "load_mapping", "portal_mapping"]
