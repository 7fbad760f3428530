"""The residents' forms by themselves: what a subclass of the phone desk or a patrol can count on."""

import uuid

import pytest
from django.utils.datastructures import MultiValueDict

from cases.actions import Place
from cases.forms.photos import PhotoFormMixin
from cases.forms.resident import BuildingLodgeForm, LodgeForm
from records.models import Attachment
from records.text import plain
from tests.cases.test_public_views import photo


@pytest.fixture
def typed(cast) -> dict:
    return {
        "token": str(uuid.uuid4()),
        "kind": "help",
        "category": cast.category.pk,
        "text": "井盖坏了",
        "district": cast.district.pk,
        "street": cast.street.pk,
        "community": cast.community.pk,
        "confidential": "known",
        "name": "王小明",
        "phone": "010-6996 1234",
    }


class TestLodgeForm:
    def test_what_was_typed_is_what_the_action_takes(self, typed, cast):
        form = LodgeForm(typed)
        assert form.is_valid(), form.errors
        given = form.given()
        assert given.pop("submission_token") == uuid.UUID(typed["token"])
        assert given == {
            "kind": "help",
            "category": cast.category,
            "text": "井盖坏了",
            "name": "王小明",
            "phone": "+861069961234",
            "address": "",
            "confidential": False,
            "place": Place(cast.community),
        }

    def test_a_building_is_its_place(self, typed, cast):
        form = BuildingLodgeForm(typed, building=cast.building)
        assert form.is_valid(), form.errors
        assert form.given()["place"] == Place(cast.grid, cast.building)

    def test_categories_are_grouped_and_only_those_in_use_are_offered(self, cast):
        cast.photo_category.is_active = False
        cast.photo_category.save()
        html = str(LodgeForm()["category"])
        assert html.count("<optgroup") == 1
        assert f'value="{cast.category.pk}"' in html
        assert f'value="{cast.photo_category.pk}"' not in html

    def test_a_category_of_the_first_level_is_refused(self, typed, cast):
        assert list(LodgeForm({**typed, "category": cast.category.parent.pk}).errors) == ["category"]

    def test_a_form_that_is_sent_needs_few_queries(self, typed, django_assert_num_queries):
        with django_assert_num_queries(2):
            assert LodgeForm(typed).is_valid()

    def test_a_unit_out_of_use_is_refused(self, typed, cast):
        type(cast.community).objects.filter(pk=cast.community.pk).update(is_active=False)
        assert list(LodgeForm(typed).errors) == ["community"]


class TestPhotos:
    class Form(PhotoFormMixin):
        pass

    def _sent(self, token: str, *files, prefix=None):
        name = f"{prefix}-" if prefix else ""
        return self.Form({f"{name}token": token}, MultiValueDict({f"{name}photos": list(files)}), prefix=prefix)

    def test_each_new_form_has_a_token_of_its_own(self, db):
        one, other = self.Form(), self.Form()
        assert uuid.UUID(str(one["token"].value())) != uuid.UUID(str(other["token"].value()))
        assert one.keep_photos(None) is None
        assert one.kept == []

    def test_what_is_kept_waits_under_the_token(self, db):
        token = str(uuid.uuid4())
        form = self._sent(token, photo(), prefix="resolve")
        assert form.keep_photos(None) == uuid.UUID(token)
        assert form.is_valid()
        assert [kept.pk for kept in form.kept] == [Attachment.objects.get().pk]

    def test_a_form_without_photos_asks_the_database_nothing(self, db, django_assert_num_queries):
        form = self._sent(str(uuid.uuid4()))
        with django_assert_num_queries(0):
            form.keep_photos(None)
            assert form.is_valid()

    def test_photos_under_another_token_are_not_shown(self, db):
        self._sent(str(uuid.uuid4()), photo()).keep_photos(None)
        assert self._sent(str(uuid.uuid4())).kept == []

    def test_photos_come_last_unless_the_form_says_otherwise(self):
        class Ordered(PhotoFormMixin):
            field_order = ["photos", "token"]

        assert list(self.Form().fields)[-1] == "photos"
        assert next(iter(Ordered().fields)) == "photos"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("a\x00b\x1bc\x7fd\x85e\ud800f\ufffe", "abcdef"),
        ("tab\tand 😀 ½ 𠮷", "tab\tand 😀 ½ 𠮷"),
    ],
)
def test_plain_text(typed, kept):
    assert plain(typed) == kept
