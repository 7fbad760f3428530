"""What the fault tests do inside the portal's own process: `python -m tests.faults.scene COMMAND [NUMBER…]`.

prepare COUNT SECONDS   an empty database, the cast, and COUNT deadlines that fall due within SECONDS
channels PORT           one of the two people wants e-mail, and their unit has a group robot on that port
owe COUNT               COUNT deadlines that are due at once, and no others
told                    print what was told, as JSON
file                    print what the pages answer to a resident who files a request, as JSON
"""

import json
import os
import sys
import time
import uuid
from datetime import timedelta

import django

PLACE = {"district": "110", "street": "110001", "community": "110001001"}
TYPED = {
    "kind": "complaint",
    "text": "楼道里的灯坏了三天。",
    "address": "槐树街3号",
    "confidential": "withheld",
    "name": "王小明",
    "phone": "139 1234 5678",
}
LATE_LEVEL = 3
"""The level of a minute clock at the moment it is late; the next one comes half an hour later."""


def prepare(count: str, seconds: str) -> None:
    """Half of the deadlines are due at once, the others one after the other; two people answer for each."""
    from django.core.management import call_command

    from accounts.enums import Role
    from tests.cast import make_cast, person

    call_command("migrate", verbosity=0)
    cast = make_cast()
    person("water2", "第二值班员", cast.water, Role.DUTY_OFFICER)
    cast.lodge()
    owe(count, seconds)


def channels(port: str) -> None:
    """Let what is due leave the portal in two ways."""
    from accounts.models import Unit, User
    from records.models import UnitChannel
    from records.outgoing.preferences import ALL_KINDS, Chosen, choose

    chosen = Chosen(email="water2@example.cn", modes={ALL_KINDS: "immediate"})
    choose(user=User.objects.get(username="water2"), chosen=chosen)
    UnitChannel.objects.create(unit=Unit.objects.get(code="D01"), name="值班群", address=f"json://127.0.0.1:{port}/")


def owe(count: str, seconds: str = "0") -> None:
    """Replace all deadlines by COUNT that water owes for one case."""
    from django.utils import timezone

    from accounts.models import Unit
    from cases.models import Case
    from records.models import Deadline

    Deadline.objects.all().delete()
    case, water = Case.objects.earliest("pk"), Unit.objects.get(code="D01")
    now, total = timezone.now(), int(count)
    dues = [now + timedelta(seconds=int(seconds) * max(0, 2 * i - total) / total) for i in range(total)]
    Deadline.objects.bulk_create(
        Deadline(
            subject=case,
            kind="case.resolve",
            round=i,
            unit=water,
            counted_in="minutes",
            set_at=due - timedelta(hours=1),
            due_at=due,
            first_due_at=due,
            remind_at=due,
            reminded_until=due - timedelta(seconds=1),
        )
        for i, due in enumerate(dues, start=1)
    )


def told() -> None:
    """Count what the ledger says and what lies in inboxes: (deadline, level, person) and notices must agree."""
    from django.conf import settings
    from django.db.models import Count, F

    from records.models import Deadline, Delivery, Notice, Reminder

    claims = Reminder.objects.values_list("deadline", "revision", "level", "recipient")
    notices = Notice.objects.filter(kind__startswith="deadline.")
    found = {
        "deadlines": Deadline.objects.count(),
        "handled": Deadline.objects.filter(reminded_until__gte=F("due_at")).count(),
        "reminders": len(claims),
        "told": len(set(claims)),
        "levels": sorted(set(Reminder.objects.values_list("level", flat=True))),
        "notices": sorted(notices.values("recipient").annotate(n=Count("pk")).values_list("n", flat=True)),
        "keys": notices.values("key").distinct().count(),
        "to_people": Delivery.objects.filter(state="sent", recipient__isnull=False).count(),
        "to_channels": Delivery.objects.filter(state="sent", unit_channel__isnull=False).count(),
        "not_sent": Delivery.objects.exclude(state="sent").count(),
        "mail": _mail(settings.EMAIL_FILE_PATH),
    }
    json.dump(found, sys.stdout)


def _mail(folder) -> int:
    """Return how many e-mails the file backend has written: each begins with its content type."""
    return sum(path.read_text(encoding="utf-8").count("\nSubject: ") for path in folder.glob("*.log"))


def file() -> None:
    """Open pages, sign in and file a request, as a browser would; measure the slowest answer."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Unit
    from cases.models import Case, Category
    from tests.cast import PASSWORD

    client, slowest, statuses = Client(SERVER_NAME="localhost"), 0.0, {}
    before = Case.objects.count()
    place = {name: Unit.objects.get(code=code).pk for name, code in PLACE.items()}
    typed = TYPED | place | {"token": str(uuid.uuid4()), "category": Category.objects.get(code="manhole").pk}
    steps = [
        ("home", None),
        ("account_login", {"login": "resident", "password": PASSWORD}),
        ("my_cases", None),
        ("notices", None),
        ("lodge", typed),
    ]
    for name, data in steps:
        began = time.monotonic()
        url = reverse(name)
        statuses[name] = (client.get(url) if data is None else client.post(url, data)).status_code
        slowest = max(slowest, time.monotonic() - began)
    json.dump({"statuses": statuses, "slowest": slowest, "filed": Case.objects.count() - before}, sys.stdout)


def main() -> None:
    django.setup()
    command, *numbers = sys.argv[1:]
    {"prepare": prepare, "channels": channels, "owe": owe, "told": told, "file": file}[command](*numbers)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
