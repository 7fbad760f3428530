"""Fills an empty portal with a believable month of Pinggu: units, people, categories, and replayed cases.

Cases are not written into tables; each is played through the same actions that pages call, at the times of
the script, so that histories, deadlines, notices and figures are those the portal itself would have made.
"""

import csv
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from accounts.models import Unit, User
from cases.actions import close_silent
from cases.enums import State
from cases.models import Building, Case, Category
from portal.demo.accounts import PASSWORD
from portal.demo.consultation import load_consultation
from portal.demo.replay import Replay
from portal.demo.service import load_service
from records.models import Notice

HERE = Path(__file__).parent
FRESH = timedelta(days=1)
OFFICE_TIME = 15


def is_loaded() -> bool:
    """Return whether the demo data are in the database."""
    return User.objects.filter(username="resident").exists() and Unit.objects.filter(code="110117").exists()


@transaction.atomic
def load(stdout, now: datetime | None = None) -> int:
    """Load the demo data as if the present were `now`; return the number of cases. All or nothing.

    Progress is drawn on standard error, `stdout` gets what the imports report.
    """
    now = now or timezone.now()
    call_command("import_units", HERE / "units.csv", stdout=stdout)
    call_command("import_people", HERE / "people.csv", stdout=stdout)
    User.objects.update(password=make_password(PASSWORD))
    _load_categories()
    _load_buildings()
    scripts = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]
    replay = Replay()
    office = _last_office_time(now)
    for script in tqdm(sorted(scripts, key=lambda row: -row["days_ago"]), unit="case", leave=False):
        age = timedelta(days=script["days_ago"])
        replay.play(script, lodged_at=(now if age < FRESH else office) - age)
    for case in Case.objects.filter(state=State.RESOLVED, next_due_at__lt=now):
        close_silent(case=case, now=case.next_due_at)
    load_service(now)
    load_consultation(now)
    Notice.objects.filter(created_at__lt=now - FRESH).update(read_at=now - FRESH)
    return len(scripts)


def _last_office_time(now: datetime) -> datetime:
    """Return the last afternoon hour before `now`: scripts are written around it, so that days look like days."""
    local = timezone.localtime(now)
    office = local.replace(hour=OFFICE_TIME, minute=0, second=0, microsecond=0)
    return office if office <= local else office - timedelta(days=1)


def _load_categories() -> None:
    rows = tomllib.loads((HERE / "categories.toml").read_text(encoding="utf-8"))["category"]
    units = {unit.code: unit for unit in Unit.objects.filter(kind="department")}
    made: dict[str, Category] = {}
    for position, row in enumerate(rows):
        made[row["code"]] = Category.objects.create(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            parent=made.get(row.get("parent", "")),
            department=units.get(row.get("department", "")),
            urgency=row.get("urgency", "normal"),
            photos_required=row.get("photos_required", False),
            position=position,
        )


def _load_buildings() -> None:
    grids = {unit.code: unit for unit in Unit.objects.filter(kind="grid")}
    with (HERE / "buildings.csv").open(encoding="utf-8") as file:
        Building.objects.bulk_create(
            Building(code=row["code"], name=row["name"], address=row["address"], grid=grids[row["grid_code"]])
            for row in csv.DictReader(file)
        )
