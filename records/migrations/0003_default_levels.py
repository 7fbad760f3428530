"""The plan of reminders that a new portal starts with; the administrator changes it in the admin."""

from django.db import migrations

LEVELS = [
    # family, order, anchor, amount, unit, circle
    ("short", 1, "share", 50, "percent", "duty"),
    ("short", 2, "before", 15, "minutes", "duty"),
    ("short", 3, "late", 0, "minutes", "duty"),
    ("short", 4, "late", 30, "minutes", "head"),
    ("short", 5, "late", 2, "hours", "above"),
    ("short", 6, "late", 24, "hours", "leader"),
    ("days", 1, "before", 1, "working_days", "duty"),
    ("days", 2, "before", 2, "working_hours", "duty"),
    ("days", 3, "late", 0, "working_hours", "duty"),
    ("days", 4, "late", 1, "working_days", "head"),
    ("days", 5, "late", 2, "working_days", "above"),
    ("days", 6, "late", 5, "working_days", "leader"),
]


def add(apps, schema_editor):
    level = apps.get_model("records", "ReminderLevel")
    names = ("family", "order", "anchor", "amount", "unit", "circle")
    level.objects.bulk_create(level(**dict(zip(names, row, strict=True))) for row in LEVELS)


class Migration(migrations.Migration):
    dependencies = [("records", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
