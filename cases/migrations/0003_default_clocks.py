"""The clocks that a new portal starts with; the administrator changes them in the admin.

Sources: Qingdao (110-style: 1, 10 and 30 minutes; 2 h, 24 h, 7 and 15 days), Pinggu (30 minutes to arrive).
The others are ours.
"""

from django.db import migrations

CLOCKS = [
    ("case.accept", "emergency", 1, "minutes"),
    ("case.accept", "urgent", 30, "minutes"),
    ("case.accept", "normal", 4, "hours"),
    ("case.accept", "long", 1, "working_days"),
    ("case.on_spot", "emergency", 10, "minutes"),
    ("case.measures", "emergency", 30, "minutes"),
    ("case.resolve", "emergency", 2, "hours"),
    ("case.resolve", "urgent", 24, "hours"),
    ("case.resolve", "normal", 7, "working_days"),
    ("case.resolve", "long", 15, "working_days"),
    ("case.rework", "emergency", 2, "hours"),
    ("case.rework", "urgent", 24, "hours"),
    ("case.rework", "normal", 3, "working_days"),
    ("case.rework", "long", 7, "working_days"),
    ("case.decide_exclusion", "", 3, "working_days"),
    ("case.rate", "", 7, "working_days"),
    ("turnout.accept", "emergency", 5, "minutes"),
    ("turnout.accept", "joint", 2, "hours"),
    ("turnout.accept", "key_work", 1, "working_days"),
    ("turnout.arrive", "emergency", 30, "minutes"),
    ("turnout.arrive", "joint", 24, "hours"),
    ("turnout.arrive", "key_work", 2, "working_days"),
    ("turnout.report", "emergency", 4, "hours"),
    ("turnout.report", "joint", 3, "working_days"),
    ("turnout.report", "key_work", 7, "working_days"),
    ("turnout.release", "", 2, "working_days"),
    ("turnout.decide_dispute", "", 4, "hours"),
]


def add(apps, schema_editor):
    clock = apps.get_model("cases", "ClockSetting")
    clock.objects.bulk_create(
        clock(step=step, scope=scope, amount=amount, unit=unit) for step, scope, amount, unit in CLOCKS
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
