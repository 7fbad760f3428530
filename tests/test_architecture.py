"""The imports run one way, every route has a permission decision, every change of a model has a migration."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
OTHERS = ("admin/", "language/", "account/")
"""Routes of Django and allauth, which decide by themselves."""


def routes(resolver=None, prefix="") -> list[tuple[str, URLPattern]]:
    """Return every route as (path, pattern)."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found.extend(routes(entry, path))
        else:
            found.append((path, entry))
    return found


OWN_ROUTES = [(path, entry) for path, entry in routes() if not path.startswith(OTHERS)]


def test_imports_run_one_way():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("path", "entry"), OWN_ROUTES, ids=[path or "/" for path, _entry in OWN_ROUTES])
def test_every_route_has_a_permission_decision(path, entry):
    assert hasattr(entry.callback, "access"), f"{path}: use a decorator of accounts.access"


def test_every_route_has_a_name_of_its_own():
    names = [entry.name for _path, entry in OWN_ROUTES]
    assert all(names)
    assert len(names) == len(set(names))


def test_no_model_changed_without_a_migration(db):
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())
