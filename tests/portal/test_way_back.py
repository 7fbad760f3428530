"""Who is signed out, sends an old form or opens an address that only takes forms finds the way back to the page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages import check_page
from tests.test_permissions import PATHS, PEOPLE, READS, address, scene  # noqa: F401 - a fixture

HERE = "http://testserver"
VERB = "/shifts/1/do/withdraw/"


def next_of(response) -> str:
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    return parse_qs(urlsplit(response.url).query)["next"][0]


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"{HERE}/my/service/?tab=past", "/my/service/?tab=past"),
        (f"{HERE}/shifts/1/do/sign_up/", "/shifts/1/"),  # the form had been refused before
        (f"{HERE}/calls/1/helpers/2/release/", "/calls/1/"),
        ("https://elsewhere.example/shifts/1/", "/"),
        (f"{HERE}//elsewhere.example/", "/elsewhere.example/"),
        ("", "/"),
    ],
)
def test_who_is_signed_out_comes_back_to_the_page_of_the_form(client, db, referer, back):
    headers = {"referer": referer} if referer else {}
    assert next_of(client.post(VERB, headers=headers)) == back
    assert next_of(client.post("/patrol/", headers=headers)) == back


def test_who_opens_a_page_signed_out_comes_back_to_it(client, db):
    asked = client.get("/my/service/?tab=past", headers={"referer": f"{HERE}/serve/"})
    assert next_of(asked) == "/my/service/?tab=past"


def test_signing_in_after_a_form_leads_to_its_page(cast, client):
    asked = client.post(VERB, headers={"referer": f"{HERE}/my/service/"})
    cast.member.set_password("Kapok-2026")
    cast.member.save()
    response = client.post(asked.url, {"login": cast.member.username, "password": "Kapok-2026"}, follow=True)
    assert response.redirect_chain[-1][0] == "/my/service/"
    assert response.status_code == 200


@pytest.mark.parametrize(("referer", "back"), [(f"{HERE}/my/service/", "/my/service/"), ("", "/")])
def test_an_old_form_leads_to_its_page(db, referer, back):
    headers = {"referer": referer} if referer else {}
    response = Client(enforce_csrf_checks=True).post(VERB, headers=headers)
    assert response.status_code == 403
    assert f'class="button button-secondary" href="{back}"' in response.content.decode()


@pytest.mark.parametrize("name", [name for name, row in READS.items() if 405 in row])
def test_an_address_that_only_takes_forms_has_a_page_that_leads_to_one(cast, client, signed_in, scene, name):  # noqa: F811
    letter = READS[name][405][-1]
    person = signed_in(getattr(cast, PEOPLE[letter]))
    response = person.get(address(name, PATHS[name], scene))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    page = response.content.decode()
    check_page(page)
    back = page.split('class="button button-secondary" href="')[1].split('"')[0]
    assert person.get(back, follow=True).status_code != 405


def test_what_is_sent_to_a_page_that_is_only_read_gets_no_page(client, db):
    assert client.post("/health/").content == b""
