"""Measure `manage.py import_cases` on a fresh database: one file of requests, once.

Prints one line of a Markdown table: what, measured, allowed. Ends with 1 when the figure is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUESTS = ROOT.parent / "shared" / "data" / "requests_nyc311_2011.csv"
MAPPING = ROOT / "cases" / "mappings" / "nyc311.toml"
ALLOWED = 10


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=REQUESTS, help="default: the 999 requests of New York")
    parser.add_argument("--mapping", type=Path, default=MAPPING, help="default: the one of New York")
    return parser.parse_args()


def manage(data: Path, *words: str | Path) -> str:
    """Run a management command on the data folder and return what it printed. Raises CalledProcessError."""
    command = [sys.executable, ROOT / "manage.py", *words]
    environment = {**os.environ, "DATA_DIR": str(data)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Migrate, import, print the line; return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="import-cases-") as folder:
        data = Path(folder)
        manage(data, "migrate", "--verbosity", "0")
        began = time.perf_counter()
        summary = manage(data, "import_cases", options.file, "--mapping", options.mapping, "--verbosity", "0")
        seconds = time.perf_counter() - began
    print(summary, file=sys.stderr)
    print(f"| import of {options.file.name} into SQLite | {seconds:.1f} s | < {ALLOWED} s |")
    return 0 if seconds < ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
