"""The page on which a person chooses how to be reminded outside the portal."""

from datetime import time

import pytest
from django.urls import reverse

from records.models import QuietHours, ReminderPreference

URL = "/my/reminders/"
TYPED = {"ways": "immediate", "email": "grid@example.cn", "begins": "22:00", "ends": "07:00", "digest_at": "08:30"}


@pytest.fixture
def page(cast, signed_in):
    return signed_in(cast.grid_worker)


def error(response, field: str) -> str:
    """Return the sentence at `field`; nothing was kept."""
    assert response.status_code == 200
    assert not ReminderPreference.objects.exists()
    return str(response.context["form"].errors[field][0])


def test_the_choice_is_kept_and_shown_again(cast, page):
    response = page.post(URL, {**TYPED, "kind-case.resolve": "digest", "kind-case.accept": "inbox"}, follow=True)
    assert "Your choice" in response.content.decode() or "已保存" in response.content.decode()
    rows = ReminderPreference.objects.filter(user=cast.grid_worker).values_list("kind", "email", "mode")
    assert set(rows) == {
        ("", True, "immediate"),
        ("case.resolve", True, "digest"),
        ("case.accept", False, "immediate"),
    }
    hours = QuietHours.objects.get(user=cast.grid_worker)
    assert (hours.begins, hours.ends, hours.digest_at) == (time(22), time(7), time(8, 30))
    form = page.get(URL).context["form"]
    shown = {name: form[name].value() for name in ["ways", "email", "kind-case.resolve", "kind-case.accept"]}
    assert shown == {
        "ways": "immediate",
        "email": "grid@example.cn",
        "kind-case.resolve": "digest",
        "kind-case.accept": "inbox",
    }


def test_a_second_choice_replaces_the_first(cast, page):
    page.post(URL, {**TYPED, "kind-case.resolve": "digest"})
    page.post(URL, {"ways": "inbox", "digest_at": "08:00"})
    assert list(ReminderPreference.objects.values_list("kind", "email")) == [("", False)]
    assert QuietHours.objects.get().begins is None


def test_somebody_elses_choice_stays(cast, page, signed_in):
    page.post(URL, TYPED)
    signed_in(cast.secretary).post(URL, {"ways": "inbox", "digest_at": "08:00"})
    assert ReminderPreference.objects.get(user=cast.grid_worker).email


def test_without_a_choice_nothing_leaves_the_portal(page):
    form = page.get(URL).context["form"]
    assert (form["ways"].value(), form["begins"].value()) == ("inbox", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": ""}, "email"),
        ({"ways": "inbox", "kind-case.resolve": "digest", "email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.cn\nBcc: c@d.cn"}, "email"),
        ({"email": "\x00@b.cn"}, "email"),
        ({"email": f"{'a' * 300}@b.cn"}, "email"),
        ({"begins": "22:00", "ends": "22:00"}, "ends"),
        ({"begins": ""}, "begins"),
        ({"ends": ""}, "ends"),
        ({"begins": "25:99"}, "begins"),
        ({"begins": "\x01late"}, "begins"),
        ({"digest_at": ""}, "digest_at"),
        ({"ways": "pigeon"}, "ways"),
        ({"kind-case.resolve": "<script>"}, "kind-case.resolve"),
    ],
)
def test_what_makes_no_sense_is_answered_at_its_field(page, given, field):
    assert error(page.post(URL, TYPED | given), field)


def test_what_was_typed_stays_when_something_else_is_wrong(page):
    response = page.post(URL, TYPED | {"ends": "22:00"})
    assert response.context["form"]["email"].value() == "grid@example.cn"


def test_an_empty_post_is_answered(page):
    assert error(page.post(URL, {}), "ways")


def test_an_official_finds_the_page_in_the_account_menu(cast, signed_in):
    assert URL in signed_in(cast.secretary).get(reverse("notices")).content.decode()
    assert URL not in signed_in(cast.resident).get(reverse("notices")).content.decode()


def test_few_queries(page, django_assert_max_num_queries):
    page.post(URL, {**TYPED, "kind-case.resolve": "digest"})
    with django_assert_max_num_queries(12):
        page.get(URL)
