"""The clocks that a new portal starts with; the administrator changes them in the admin."""

from django.db import migrations

CLOCKS = [
    ("consultation.decide_matter", 5, "working_days"),
    ("consultation.reply", 2, "working_days"),
    ("consultation.draft_minutes", 3, "working_days"),
    ("consultation.confirm_minutes", 2, "working_days"),
    ("consultation.publish_minutes", 3, "working_days"),
]


def add(apps, schema_editor):
    clock = apps.get_model("consultation", "ConsultationClock")
    clock.objects.bulk_create(clock(step=step, amount=amount, unit=unit) for step, amount, unit in CLOCKS)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
