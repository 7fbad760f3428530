from django.db import migrations

from records.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("records", "0002_append_only")]

    operations = [append_only("cases_movement"), append_only("cases_rating")]
