"""Strict reading of the environment: every setting an operator may change, in one place."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key
from environs import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR: Path = env.path("DATA_DIR", BASE_DIR / "var").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def secret_key() -> str:
    """Return SECRET_KEY, or one that is made once and kept, readable by its owner only, in DATA_DIR."""
    if given := env.str("SECRET_KEY", ""):
        return given
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key(), encoding="utf-8")
    return kept.read_text(encoding="utf-8")
