"""Progress is append-only, and taking on what a resolution asks has a clock from the start."""

from django.db import migrations

from records.triggers import append_only


def add(apps, schema_editor):
    clock = apps.get_model("service", "ServiceClock")
    clock.objects.create(step="service.claim_commitment", amount=3, unit="working_days")


class Migration(migrations.Migration):
    dependencies = [("service", "0005_commitments")]

    operations = [append_only("service_itemprogress"), migrations.RunPython(add, migrations.RunPython.noop)]
