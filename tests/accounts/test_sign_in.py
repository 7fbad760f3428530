"""Signing in and up through the pages."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.queries import administers
from tests.cast import PASSWORD


@pytest.mark.parametrize("login", ["dispatcher", "19900009999", "+86 199 0000 9999"])
def test_sign_in_by_username_or_mobile_number(cast, client, login):
    User.objects.filter(pk=cast.dispatcher.pk).update(phone="+8619900009999")
    response = client.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(cast.dispatcher.pk)


def test_an_official_needs_no_mobile_number(cast, client):
    client.post(reverse("account_login"), {"login": "dispatcher", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(cast.dispatcher.pk)


@pytest.mark.parametrize(("login", "password"), [("dispatcher", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_sign_in_says_so_and_keeps_the_name(cast, client, login, password):
    response = client.post(reverse("account_login"), {"login": login, "password": password})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "_auth_user_id" not in client.session


def test_a_deactivated_person_cannot_sign_in(cast, client):
    User.objects.filter(pk=cast.dispatcher.pk).update(is_active=False)
    client.post(reverse("account_login"), {"login": "dispatcher", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_resident_signs_up_with_a_mobile_number(db, client):
    data = {
        "username": "newcomer",
        "name": "新居民",
        "phone": "199 0000 7777",
        "password1": "quite-long-words-9",
        "password2": "quite-long-words-9",
    }
    response = client.post(reverse("account_signup"), data)
    assert response.status_code == 302
    user = User.objects.get(username="newcomer")
    assert (user.name, user.phone) == ("新居民", "+8619900007777")
    assert not administers(user)


def test_demo_sign_ins_are_not_shown_outside_the_demo(cast, client):
    assert "demo-pinggu" not in client.get(reverse("account_login")).content.decode()


def test_signing_out_takes_a_post(cast, signed_in):
    client = signed_in(cast.dispatcher)
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
