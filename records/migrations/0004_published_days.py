"""The days off and make-up workdays that the State Council published for 2024, 2025 and 2026."""

from datetime import date

from django.db import migrations

DAYS = """
2024-01-01 off 元旦
2024-02-04 work 调休上班
2024-02-12 off 春节
2024-02-13 off 春节（补假）
2024-02-14 off 春节（补假）
2024-02-15 off 与2月4日调休
2024-02-16 off 与2月18日调休
2024-02-18 work 调休上班
2024-04-04 off 清明节
2024-04-05 off 与4月7日调休
2024-04-07 work 调休上班
2024-04-28 work 调休上班
2024-05-01 off 劳动节
2024-05-02 off 与4月28日调休
2024-05-03 off 与5月11日调休
2024-05-11 work 调休上班
2024-06-10 off 端午节
2024-09-14 work 调休上班
2024-09-16 off 与9月14日调休
2024-09-17 off 中秋节
2024-09-29 work 调休上班
2024-10-01 off 国庆节
2024-10-02 off 国庆节
2024-10-03 off 国庆节
2024-10-04 off 与9月29日调休
2024-10-07 off 与10月12日调休
2024-10-12 work 调休上班
2025-01-01 off 元旦
2025-01-26 work 调休上班
2025-01-28 off 农历除夕
2025-01-29 off 春节
2025-01-30 off 春节
2025-01-31 off 春节
2025-02-03 off 与1月26日调休
2025-02-04 off 与2月8日调休
2025-02-08 work 调休上班
2025-04-04 off 清明节
2025-04-27 work 调休上班
2025-05-01 off 劳动节
2025-05-02 off 劳动节
2025-05-05 off 与4月27日调休
2025-06-02 off 端午节（补假）
2025-09-28 work 调休上班
2025-10-01 off 国庆节
2025-10-02 off 国庆节
2025-10-03 off 国庆节
2025-10-06 off 中秋节
2025-10-07 off 与9月28日调休
2025-10-08 off 与10月11日调休
2025-10-11 work 调休上班
2026-01-01 off 元旦
2026-01-02 off 与1月4日调休
2026-01-04 work 调休上班
2026-02-14 work 调休上班
2026-02-16 off 农历除夕
2026-02-17 off 春节
2026-02-18 off 春节
2026-02-19 off 春节
2026-02-20 off 与2月14日调休
2026-02-23 off 与2月28日调休
2026-02-28 work 调休上班
2026-04-06 off 清明节（补假）
2026-05-01 off 劳动节
2026-05-04 off 劳动节（补假）
2026-05-05 off 与5月9日调休
2026-05-09 work 调休上班
2026-06-19 off 端午节
2026-09-20 work 调休上班
2026-09-25 off 中秋节
2026-10-01 off 国庆节
2026-10-02 off 国庆节
2026-10-05 off 国庆节（补假）
2026-10-06 off 与9月20日调休
2026-10-07 off 与10月10日调休
2026-10-10 work 调休上班
"""


def add(apps, schema_editor):
    """Add the days; one that the administrator had entered before stays as it is."""
    model = apps.get_model("records", "CalendarDay")
    rows = (line.split() for line in DAYS.split("\n") if line)
    model.objects.bulk_create(
        [model(day=date.fromisoformat(day), is_working=kind == "work", note=note) for day, kind, note in rows],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0003_default_levels")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
