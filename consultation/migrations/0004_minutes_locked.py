"""Confirmed minutes are locked: their text, who confirmed them and what they belong to; no section is added.

Publishing still writes: once it has, what was published is locked as well.
"""

from django.db import migrations

from records.triggers import frozen_when, shut_when

OF_OLD = "EXISTS (SELECT 1 FROM consultation_minutes m WHERE m.id = OLD.minutes_id AND m.{column} IS NOT NULL)"
OF_NEW = "EXISTS (SELECT 1 FROM consultation_minutes m WHERE m.id = NEW.minutes_id AND m.{column} IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("consultation", "0003_first_clocks")]

    operations = [
        frozen_when(
            "consultation_minutes",
            columns=(
                "meeting_id",
                "opening",
                "revision",
                "drafted_by_id",
                "drafted_at",
                "confirmed_by_id",
                "confirmed_at",
            ),
            when="OLD.confirmed_at IS NOT NULL",
        ),
        frozen_when(
            "consultation_minutes",
            columns=("public_opening", "published_by_id", "published_at"),
            when="OLD.published_at IS NOT NULL",
            name="public",
        ),
        frozen_when(
            "consultation_minutessection",
            columns=("minutes_id", "item_id", "text"),
            when=OF_OLD.format(column="confirmed_at"),
        ),
        frozen_when(
            "consultation_minutessection",
            columns=("public_text",),
            when=OF_OLD.format(column="published_at"),
            name="public",
        ),
        shut_when("consultation_minutessection", when=OF_NEW.format(column="confirmed_at")),
    ]
