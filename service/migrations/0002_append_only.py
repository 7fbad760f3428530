from django.db import migrations

from records.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("service", "0001_initial"), ("records", "0002_append_only")]

    operations = [
        append_only("service_hourentry"),
        append_only("service_certificate"),
        append_only("service_visit"),
    ]
