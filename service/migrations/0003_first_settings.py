"""Skills, kinds of service and clocks that a new portal starts with; the administrator changes them in the admin."""

from django.db import migrations

SKILLS = [
    ("first-aid", "急救", "First aid"),
    ("medical", "医疗护理", "Medical care"),
    ("legal", "法律", "Law"),
    ("counselling", "心理疏导", "Counselling"),
    ("teaching", "教学辅导", "Teaching"),
    ("electrical", "水电维修", "Electrical and plumbing"),
    ("it", "信息技术", "Information technology"),
    ("driving", "驾驶", "Driving"),
    ("sign-language", "手语", "Sign language"),
    ("writing", "文字宣传", "Writing"),
]
ACTIVITIES = [
    ("elderly", "为老服务", "For the elderly"),
    ("children", "青少年服务", "For children"),
    ("environment", "环境清洁", "Clean surroundings"),
    ("traffic", "文明引导", "Guiding traffic"),
    ("patrol", "平安巡逻", "Safety patrol"),
    ("policy", "政策宣讲", "Explaining policies"),
    ("repair", "便民维修", "Small repairs"),
    ("emergency", "应急支援", "Emergency support"),
    ("culture", "文体活动", "Culture and sport"),
]
CLOCKS = [
    ("service.confirm_member", 3, "working_days"),
    ("service.confirm_employer", 5, "working_days"),
    ("service.release_helpers", 1, "working_days"),
    ("service.renew", 20, "working_days"),
    ("service.rate_item", 7, "working_days"),
    ("service.answer_offer", 12, "hours"),
    ("service.attest_hours", 3, "working_days"),
    ("service.review_wish", 2, "working_days"),
    ("service.review_thanks", 3, "working_days"),
]


def add(apps, schema_editor):
    for name, rows in (("Skill", SKILLS), ("Activity", ACTIVITIES)):
        model = apps.get_model("service", name)
        model.objects.bulk_create(
            model(code=code, name=chinese, name_en=english, position=position)
            for position, (code, chinese, english) in enumerate(rows)
        )
    clock = apps.get_model("service", "ServiceClock")
    clock.objects.bulk_create(clock(step=step, amount=amount, unit=unit) for step, amount, unit in CLOCKS)


class Migration(migrations.Migration):
    dependencies = [("service", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
