"""Residents lodge by the web and by the code at a building."""

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from PIL import Image

from cases import queries
from cases.actions import Place
from cases.enums import Channel, State
from cases.models import Building, Case, Supporter
from records.models import Attachment


def photo(name="photo.jpg", size=(40, 30), form="JPEG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def typed(cast) -> dict:
    """What a resident types into the form."""
    return {
        "token": str(uuid.uuid4()),
        "kind": "complaint",
        "category": str(cast.category.pk),
        "text": "井盖坏了",
        "district": str(cast.district.pk),
        "street": str(cast.street.pk),
        "community": str(cast.community.pk),
        "address": "槐树街3号",
        "confidential": "withheld",
        "name": "王小明",
        "phone": "139 1234 5678",
    }


class TestHome:
    def test_a_stranger_finds_both_doors(self, cast, client):
        html = client.get("/").content.decode()
        assert 'href="/lodge/"' in html
        assert 'href="/follow/"' in html

    def test_a_resident_finds_their_open_cases_only(self, cast, signed_in):
        mine = cast.lodge()
        finished = cast.lodge()
        Case.objects.filter(pk=finished.pk).update(state=State.WITHDRAWN)
        foreign = cast.lodge(lodger=cast.auditor)
        html = signed_in(cast.resident).get("/").content.decode()
        assert mine.number in html
        assert finished.number not in html
        assert foreign.number not in html


class TestLodge:
    def test_what_was_typed_becomes_a_case(self, typed, cast, client):
        response = client.post("/lodge/", typed)
        case = Case.objects.get()
        assert response["Location"] == reverse("lodged", args=[case.number, case.secret])
        assert (case.channel, case.kind, case.category) == (Channel.WEB, "complaint", cast.category)
        assert (case.holder, case.lodger, case.confidential) == (cast.grid, None, True)
        assert (case.contact.name, case.contact.phone) == ("王小明", "+8613912345678")
        assert case.contact.address == "槐树街3号"

    def test_a_signed_in_resident_has_name_and_phone_filled_in_and_owns_the_case(self, typed, cast, signed_in):
        cast.resident.phone = "+8619900001234"
        cast.resident.save()
        client = signed_in(cast.resident)
        html = client.get("/lodge/").content.decode()
        assert 'value="王小明"' in html
        assert 'value="19900001234"' in html
        client.post("/lodge/", typed)
        assert Case.objects.get().lodger == cast.resident

    def test_twelve_queries_are_enough(self, typed, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            client.post("/lodge/", typed)
        assert Case.objects.count() == 1

    def test_the_same_form_sent_twice_is_one_case(self, typed, client):
        first = client.post("/lodge/", typed)
        second = client.post("/lodge/", typed)
        assert Case.objects.count() == 1
        assert first["Location"] == second["Location"]

    @pytest.mark.parametrize("kind", ["enquiry", "suggestion", "praise"])
    def test_some_kinds_need_no_contact(self, kind, typed, client):
        client.post("/lodge/", {**typed, "kind": kind, "name": "", "phone": ""})
        assert Case.objects.get().contact.phone == ""

    @pytest.mark.parametrize("kind", ["help", "complaint", "report"])
    @pytest.mark.parametrize("field", ["name", "phone"])
    def test_the_others_do(self, kind, field, typed, client):
        response = client.post("/lodge/", {**typed, "kind": kind, field: ""})
        assert list(response.context["form"].errors) == [field]
        assert not Case.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("kind", ""),
            ("kind", "nonsense"),
            ("category", "999999"),
            ("category", "9" * 30),
            ("text", ""),
            ("text", "很" * 2001),
            ("text", " \n\t "),
            ("street", ""),
            ("street", "x"),
            ("street", "9" * 19),
            ("street", "9" * 40),
            ("street", "-1"),
            ("community", "²"),
            ("address", "长" * 201),
            ("name", "长" * 61),
            ("phone", "call me"),
            ("phone", "1"),
            ("confidential", "perhaps"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_kept(self, field, value, typed, client):
        response = client.post("/lodge/", {**typed, field: value})
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        html = response.content.decode()
        kept = {"text": "井盖坏了", "name": "王小明", "address": "槐树街3号"}
        assert all(text in html for name, text in kept.items() if name != field)
        assert typed["token"] in html
        assert not Case.objects.exists()

    def test_a_place_of_another_street_is_refused(self, typed, cast, client):
        response = client.post("/lodge/", {**typed, "community": cast.neighbour_community.pk})
        assert list(response.context["form"].errors) == ["community"]
        response = client.post("/lodge/", {**typed, "district": cast.other_district.pk})
        assert list(response.context["form"].errors) == ["street"]

    def test_a_department_is_no_place(self, typed, cast, client):
        response = client.post("/lodge/", {**typed, "street": cast.water.pk, "community": ""})
        assert list(response.context["form"].errors) == ["street"]

    def test_without_a_community_the_street_receives_it(self, typed, cast, client):
        client.post("/lodge/", {**typed, "community": ""})
        assert Case.objects.get().holder == cast.street

    def test_emoji_script_and_control_characters_do_no_harm(self, typed, client):
        text = "😀<script>alert(1)</script>\x00\x1b\x0b\r\n完"
        nasty = {**typed, "text": text, "name": text[:20], "address": text}
        response = client.post("/lodge/", {**nasty, "phone": ""})
        assert "<script>alert" not in response.content.decode()
        client.post("/lodge/", nasty)
        case = Case.objects.get()
        assert case.text == "😀<script>alert(1)</script>\n完"
        page = client.get(case.get_public_url()).content.decode()
        assert "<script>alert" not in page

    def test_lines_count_as_the_browser_counts_them(self, typed, client):
        client.post("/lodge/", {**typed, "text": "很\r\n" * 999 + "完"})
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("token", ["", "x", "1234", "'; drop table"])
    def test_a_broken_token_is_replaced(self, token, typed, client):
        client.post("/lodge/", {**typed, "token": token})
        assert Case.objects.get().submission_token is not None

    def test_narrowing_keeps_what_was_typed_and_names_no_error(self, typed, cast, client):
        response = client.post("/lodge/", {**typed, "narrow": "1", "community": "", "name": "", "photos": [photo()]})
        html = response.content.decode()
        assert not response.context["form"].errors
        assert "槐树社区" in html
        assert "柳岸社区" not in html
        assert "井盖坏了" in html
        assert Attachment.objects.get().object_id is None
        assert not Case.objects.exists()

    def test_one_district_is_not_asked_for(self, typed, cast, client):
        type(cast.district).objects.filter(path__startswith="120/").update(is_active=False)
        assert 'name="district"' not in client.get("/lodge/").content.decode()
        client.post("/lodge/", {name: value for name, value in typed.items() if name != "district"})
        assert Case.objects.get().street == cast.street


class TestPlaces:
    def test_a_district_gives_its_streets(self, cast, client):
        html = client.get("/lodge/places/", {"district": cast.district.pk}).content.decode()
        assert "长青街道" in html
        assert "松林街道" not in html
        assert html.count('hx-swap-oob="true"') == 2

    def test_a_street_gives_its_communities(self, cast, client):
        html = client.get("/lodge/places/", {"street": cast.street.pk}).content.decode()
        assert "槐树社区" in html
        assert "柳岸社区" not in html
        assert 'name="street"' not in html

    @pytest.mark.parametrize("junk", ["", "x", "0", "9" * 50, "\x00", "-3"])
    def test_junk_gives_empty_lists(self, junk, cast, client):
        response = client.get("/lodge/places/", {"street": junk, "district": junk})
        assert response.status_code == 200
        assert "社区</option>" not in response.content.decode()


class TestPhotos:
    def test_photos_belong_to_the_case(self, typed, client):
        client.post("/lodge/", {**typed, "photos": [photo("a.jpg"), photo("b.png", form="PNG")]})
        assert Attachment.objects.filter(object_id=Case.objects.get().pk).count() == 2

    def test_they_survive_an_error_elsewhere(self, typed, client):
        response = client.post("/lodge/", {**typed, "text": "", "photos": [photo()]})
        assert len(response.context["form"].kept) == 1
        assert "40 × 30" in response.content.decode()
        client.post("/lodge/", typed)
        assert Attachment.objects.get().object_id == Case.objects.get().pk

    def test_every_bad_file_has_its_own_sentence_and_the_good_one_stays(self, typed, client):
        files = [
            photo("good.jpg"),
            SimpleUploadedFile("photo.jpg", b"%PDF-1.4 not a photo", "image/jpeg"),
            SimpleUploadedFile("drawing.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg"),
            SimpleUploadedFile("damaged.jpg", photo().read()[:200], "image/jpeg"),
            SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
        ]
        response = client.post("/lodge/", {**typed, "photos": files})
        errors = response.context["form"].errors
        assert list(errors) == ["photos"]
        assert [
            name in sentence
            for name, sentence in zip(
                ["photo.jpg", "drawing.jpg", "damaged.jpg", "empty.jpg"], errors["photos"], strict=True
            )
        ] == [True] * 4
        assert len(response.context["form"].kept) == 1
        assert "井盖坏了" in response.content.decode()
        assert not Case.objects.exists()

    def test_forty_megabytes_are_refused_by_name_and_not_kept_anywhere(self, typed, client):
        large = SimpleUploadedFile("large.jpg", b"\xff\xd8\xff" + bytes(40 * 1024 * 1024), "image/jpeg")
        response = client.post("/lodge/", {**typed, "photos": [large, photo()]})
        (sentence,) = response.context["form"].errors["photos"]
        assert "large.jpg" in sentence
        assert "40 MB" in sentence
        assert len(response.context["form"].kept) == 1

    def test_the_seventh_is_left_out_also_when_they_come_in_two_parts(self, typed, client):
        client.post("/lodge/", {**typed, "text": "", "photos": [photo() for _n in range(4)]})
        files = [photo(f"{n}.jpg") for n in range(3)]
        response = client.post("/lodge/", {**typed, "photos": files})
        (sentence,) = response.context["form"].errors["photos"]
        assert "2.jpg" in sentence
        assert len(response.context["form"].kept) == 6

    def test_twenty_files_are_answered_in_the_form(self, typed, client):
        response = client.post("/lodge/", {**typed, "photos": [photo() for _n in range(20)]})
        assert len(response.context["form"].errors["photos"]) == 14


class TestLodged:
    def test_number_code_link_and_due_time(self, cast, client):
        case = cast.lodge()
        response = client.get(reverse("lodged", args=[case.number, case.secret]))
        html = response.content.decode()
        assert case.number in html
        assert f"http://testserver{case.get_public_url()}" in html
        assert "<svg" in html.split("ticket-qr")[1]
        assert date_format(localtime(queries.answer_deadline(case).due_at), "DATETIME_FORMAT") in html
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]

    @pytest.mark.parametrize("secret", ["WRONGWRONG22", "x", "\x00"])
    def test_a_wrong_secret_is_404(self, secret, cast, client):
        assert client.get(reverse("lodged", args=[cast.lodge().number, secret])).status_code == 404


class TestBuilding:
    def test_what_is_open_there_is_shown_by_category_only(self, cast, client):
        case = cast.lodge(place=Place(cast.grid, cast.building))
        hidden = cast.lodge(place=Place(cast.grid, cast.building), category=cast.urgent_category, confidential=True)
        html = client.get("/b/HS01/").content.decode()
        reported = html.split('id="new"')[0]
        assert "井盖破损" in reported
        assert case.text not in html
        assert hidden.number not in html

    def test_the_code_may_be_typed_small(self, cast, client):
        assert client.get("/b/hs01/").status_code == 200

    @pytest.mark.parametrize("code", ["NOPE", "\x00", "%", "x" * 300])
    def test_an_unknown_code_leads_on(self, code, cast, client):
        response = client.get(reverse("building", args=[code]))
        assert response.status_code == 404
        assert 'href="/lodge/"' in response.content.decode()

    def test_so_does_one_that_is_no_longer_used(self, cast, client):
        Building.objects.update(is_active=False)
        assert client.get("/b/HS01/").status_code == 404

    def test_a_request_has_its_place(self, typed, cast, client):
        for name in ("district", "street", "community"):
            del typed[name]
        client.post("/b/HS01/", typed)
        case = Case.objects.get()
        assert (case.building, case.grid, case.channel) == (cast.building, cast.grid, Channel.QR)

    def test_errors_come_back_with_the_building(self, typed, cast, client):
        response = client.post("/b/HS01/", {**typed, "text": ""})
        assert list(response.context["form"].errors) == ["text"]
        assert "槐树3号楼" in response.content.decode()

    def test_me_too_counts_once_per_session_and_per_account(self, cast, client):
        case = cast.lodge(place=Place(cast.grid, cast.building))
        url = reverse("support", args=["HS01", case.number])
        client.post(url)
        client.post(url)
        case.refresh_from_db()
        assert case.supporters == 1
        client.force_login(cast.auditor, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.post(url)
        client.post(url)
        assert Supporter.objects.filter(case=case).count() == 2

    def test_me_too_for_a_finished_or_unknown_request_is_a_sentence(self, cast, client):
        response = client.post(reverse("support", args=["HS01", "20200101-0000001"]), follow=True)
        assert response.status_code == 200
        assert list(response.context["messages"])

    def test_me_too_is_no_link(self, cast, client):
        assert client.get(reverse("support", args=["HS01", "1"])).status_code == 405


class TestMyCases:
    def test_only_ones_own_in_two_tabs(self, cast, signed_in):
        mine, finished, foreign = cast.lodge(), cast.lodge(), cast.lodge(lodger=cast.auditor)
        Case.objects.filter(pk=finished.pk).update(state=State.WITHDRAWN)
        client = signed_in(cast.resident)
        html = client.get("/my/cases/").content.decode()
        assert mine.get_public_url() in html
        assert finished.number not in html
        assert foreign.number not in html
        html = client.get("/my/cases/?show=done").content.decode()
        assert finished.number in html
        assert mine.number not in html

    def test_an_empty_list_says_so(self, cast, signed_in):
        assert 'class="empty"' in signed_in(cast.resident).get("/my/cases/?show=nonsense").content.decode()

    def test_a_junk_cursor_is_400(self, cast, signed_in, caplog):
        with caplog.at_level("CRITICAL", "django.security"):
            assert signed_in(cast.resident).get("/my/cases/?cursor=junk").status_code == 400

    def test_as_many_queries_for_one_as_for_thirty(self, cast, signed_in, django_assert_max_num_queries):
        client = signed_in(cast.resident)
        for _n in range(30):
            cast.lodge()
        with django_assert_max_num_queries(8):
            response = client.get("/my/cases/")
        assert len(response.context["page"]) == 25
        assert response.context["page"].older

    def test_a_stranger_signs_in_first(self, client, db):
        assert client.get("/my/cases/").status_code == 302
