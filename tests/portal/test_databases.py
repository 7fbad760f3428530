"""Database addresses: what they say is kept, and only the two engines that we know are taken."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from portal.databases import with_options


def options(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    return with_options(Env().dj_db_url("DATABASE_URL"))["OPTIONS"]


def test_the_address_keeps_what_it_asks_for(monkeypatch):
    assert options(monkeypatch, "postgres://u:p@h/n?sslmode=require") == {"pool": True, "sslmode": "require"}


def test_the_address_wins_over_the_defaults(monkeypatch):
    given = options(monkeypatch, "sqlite:////tmp/x.sqlite3?timeout=5")
    assert (given["timeout"], given["transaction_mode"]) == (5, "IMMEDIATE")


@pytest.mark.parametrize("scheme", ["mysql", "oracle", "postgis", "spatialite"])
def test_another_engine_is_refused(monkeypatch, scheme):
    with pytest.raises(ImproperlyConfigured, match="postgres://"):
        options(monkeypatch, f"{scheme}://u:p@h/n")


def test_every_command_refuses_another_engine(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql://u:p@h/n"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "DATABASE_URL names django.db.backends.mysql" in run.stderr
