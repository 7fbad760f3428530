"""The scheme that a new portal begins with: streets 40, residents 60, in force for every month so far."""

from datetime import date

from django.db import migrations
from django.utils import timezone

WEIGHTS = [
    ("turnout_marks", "streets", 40),
    ("response", "residents", 20),
    ("resolution", "residents", 20),
    ("satisfaction", "residents", 20),
]


def compose(apps, schema_editor):
    now = timezone.now()
    scheme = apps.get_model("appraisal", "Scheme").objects.create(
        name="基础考核方案", version=1, state="draft", street_weight=40, total_weight=100, composed_at=now
    )
    indicators = apps.get_model("appraisal", "Indicator").objects
    for code, source, weight in WEIGHTS:
        indicators.create(scheme=scheme, code=code, source=source, weight=weight)
    scheme.state, scheme.effective_from, scheme.activated_at = "active", date(2000, 1, 1), now
    scheme.save()


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0002_rules")]

    operations = [migrations.RunPython(compose, migrations.RunPython.noop)]
