from django.db import migrations

from records.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_initial"), ("records", "0002_append_only")]

    operations = [
        append_only("consultation_matterstep"),
        append_only("consultation_speakingnote"),
        append_only("consultation_ballot"),
        append_only("consultation_minutesedit"),
    ]
