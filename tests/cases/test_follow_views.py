"""Residents follow their request by number and secret code, rate the answer, add information, withdraw."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from cases import actions
from cases.enums import State
from cases.models import Case, Movement, Rating
from records.actions import keep_photo
from records.models import Attachment
from tests.cases.test_public_views import photo

RATING = {"rate-solved": "yes", "rate-satisfaction": "4", "rate-reasons": ["fast"], "rate-comment": "不错"}


def do(client, case, verb, data, **options):
    return client.post(reverse("follow_verb", args=[case.number, case.secret, verb]), data, **options)


class TestDoor:
    def test_number_and_code_lead_to_the_request(self, cast, client):
        case = cast.lodge()
        secret = f" {case.secret[:6].lower()}-{case.secret[6:].lower()} "
        response = client.post("/follow/", {"number": f" {case.number} ", "secret": secret})
        assert response["Location"] == case.get_public_url()

    @pytest.mark.parametrize("secret", ["WRONGWRONG22", "\x00", "😀", "x" * 20])
    def test_a_wrong_code_is_a_sentence_and_the_number_is_kept(self, secret, cast, client):
        case = cast.lodge()
        response = client.post("/follow/", {"number": case.number, "secret": secret})
        assert response.context["form"].errors
        assert case.number in response.content.decode()

    def test_the_code_of_another_request_is_wrong(self, cast, client):
        one, other = cast.lodge(), cast.lodge()
        assert client.get(reverse("follow_case", args=[one.number, other.secret])).status_code == 404
        assert client.post("/follow/", {"number": one.number, "secret": other.secret}).status_code == 200

    def test_after_ten_wrong_guesses_even_the_right_code_waits(self, cast, client):
        case = cast.lodge()
        for _n in range(10):
            client.post("/follow/", {"number": case.number, "secret": "WRONGWRONG22"})
        right = {"number": case.number, "secret": case.secret}
        assert client.post("/follow/", right).status_code == 200
        assert client.post("/follow/", right, REMOTE_ADDR="192.0.2.7").status_code == 200
        cache.clear()
        assert client.post("/follow/", right).status_code == 302

    def test_an_address_that_guesses_numbers_waits_too_and_others_do_not(self, cast, client):
        case = cast.lodge()
        for n in range(10):
            client.post("/follow/", {"number": f"20260101-{n:07d}", "secret": "WRONGWRONG22"})
        right = {"number": case.number, "secret": case.secret}
        assert client.post("/follow/", right).status_code == 200
        assert client.post("/follow/", right, REMOTE_ADDR="192.0.2.7").status_code == 302


class TestTimeline:
    def test_it_says_in_plain_words_what_happened_and_no_internal_reason(self, cast, client):
        case = cast.whistled()
        html = client.get(case.get_public_url()).content.decode()
        assert html.count("<time") >= 4
        assert "长青街道" in html
        assert "平安区水务局" in html
        assert "网格无法解决" not in html
        assert "到场处置" not in html

    def test_every_public_entry_has_a_sentence_of_its_own(self, cast):
        from cases import wording

        case = cast.whistled()
        turnout = case.turnouts.get()
        actions.accept_turnout(turnout=turnout, user=cast.water_officer)
        actions.arrive(turnout=turnout, user=cast.water_officer)
        actions.report(turnout=turnout, user=cast.water_officer, text="已抽排")
        actions.release(turnout=turnout, user=cast.dispatcher, on_time=5, cooperation=5, result=5)
        actions.resolve(case=case, user=cast.dispatcher, text="已修好")
        actions.rate(case=case, rater=None, solved=False, satisfaction=1)
        actions.resolve(case=case, user=cast.dispatcher, text="又修好了")
        actions.rate(case=case, rater=None, solved=True, satisfaction=5)
        public = list(Movement.objects.filter(case=case, is_public=True))
        assert {row.verb for row in public} - {"lodge"} <= set(wording.HAPPENED)
        assert len({wording.sentence_of(row) for row in public}) >= 8

    def test_a_report_of_a_department_is_for_the_street(self, cast, client):
        case = cast.whistled()
        turnout = case.turnouts.get()
        actions.accept_turnout(turnout=turnout, user=cast.water_officer)
        actions.arrive(turnout=turnout, user=cast.water_officer)
        actions.report(turnout=turnout, user=cast.water_officer, text="内部说明")
        assert "内部说明" not in client.get(case.get_public_url()).content.decode()

    def test_a_merged_request_names_the_other_and_does_not_open_it(self, cast, client):
        into, case = cast.on_street(), cast.on_street()
        actions.merge(case=case, into=into, user=cast.dispatcher, reason="甲乙重报")
        html = client.get(case.get_public_url()).content.decode()
        assert into.number in html
        assert into.secret not in html
        assert "甲乙重报" not in html

    def test_the_answer_is_kept_out_of_caches_and_referrers(self, cast, client):
        response = client.get(cast.lodge().get_public_url())
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]

    def test_twelve_queries_are_enough(self, cast, client, django_assert_max_num_queries):
        case = cast.whistled()
        client.get(case.get_public_url())
        with django_assert_max_num_queries(12):
            client.get(case.get_public_url())

    @pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
    def test_a_finished_request_offers_nothing_to_do(self, state, cast, client):
        case = cast.lodge()
        Case.objects.filter(pk=case.pk).update(state=state)
        assert "/rate/" not in client.get(case.get_public_url()).content.decode()


class TestRate:
    def test_solved_closes_it(self, cast, client):
        case = cast.resolved()
        response = do(client, case, "rate", RATING, follow=True)
        rating = Rating.objects.get()
        assert (rating.solved, rating.satisfaction, rating.reasons, rating.comment) == (True, 4, ["fast"], "不错")
        case.refresh_from_db()
        assert case.state == State.CLOSED
        assert list(response.context["messages"])

    def test_not_solved_opens_it_again_once(self, cast, client):
        case = cast.resolved()
        do(client, case, "rate", {**RATING, "rate-solved": "no"})
        case.refresh_from_db()
        assert (case.state, case.reopened) == (State.ACCEPTED, 1)

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"rate-solved": "yes"},
            {**RATING, "rate-satisfaction": "6"},
            {**RATING, "rate-satisfaction": "x"},
            {**RATING, "rate-reasons": ["nonsense"]},
            {**RATING, "rate-comment": "长" * 501},
        ],
    )
    def test_what_is_missing_is_said_on_the_page(self, data, cast, client):
        case = cast.resolved()
        response = do(client, case, "rate", data)
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()
        assert not Rating.objects.exists()

    def test_twice_is_a_sentence(self, cast, client):
        case = cast.resolved()
        do(client, case, "rate", RATING)
        response = do(client, case, "rate", RATING, follow=True)
        assert [message.level_tag for message in response.context["messages"]][-1] == "error"
        assert Rating.objects.count() == 1

    def test_whoever_works_on_it_may_not(self, cast, signed_in):
        case = cast.resolved()
        assert do(signed_in(cast.grid_worker), case, "rate", RATING).status_code == 403
        assert not Rating.objects.exists()


class TestAddInformation:
    def test_text_and_photos_join_the_timeline(self, cast, client):
        case = cast.lodge()
        token = str(uuid.uuid4())
        data = {"add_information-text": "旁边还有一个", "add_information-token": token}
        do(client, case, "add_information", {**data, "add_information-photos": [photo()]})
        html = client.get(case.get_public_url()).content.decode()
        assert "旁边还有一个" in html
        assert str(Attachment.objects.get().pk) in html

    def test_a_bad_photo_keeps_the_text_and_the_good_photo(self, cast, client):
        case = cast.lodge()
        bad = photo("bad.jpg")
        bad.file.truncate(60)
        token = str(uuid.uuid4())
        data = {"add_information-text": "旁边还有一个", "add_information-token": token}
        response = do(client, case, "add_information", {**data, "add_information-photos": [photo(), bad]})
        html = response.content.decode()
        assert "bad.jpg" in html
        assert "旁边还有一个" in html
        assert not Movement.objects.filter(verb="add_information").exists()
        do(client, case, "add_information", data)
        assert Attachment.objects.get().object_id == Movement.objects.get(verb="add_information").pk

    @pytest.mark.parametrize("text", ["", "  ", "\x00", "长" * 2001])
    def test_no_text_or_too_much(self, text, cast, client):
        case = cast.lodge()
        assert do(client, case, "add_information", {"add_information-text": text}).status_code == 200
        assert not Movement.objects.filter(verb="add_information").exists()

    def test_a_closed_request_takes_no_more(self, cast, client):
        case = cast.resolved()
        response = do(client, case, "add_information", {"add_information-text": "还有"}, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]


class TestWithdraw:
    def test_with_a_reason(self, cast, client):
        case = cast.lodge()
        do(client, case, "withdraw", {"withdraw-reason": "自己修好了"})
        case.refresh_from_db()
        assert case.state == State.WITHDRAWN

    def test_not_without(self, cast, client):
        case = cast.lodge()
        assert "error-summary" in do(client, case, "withdraw", {"withdraw-reason": " "}).content.decode()
        case.refresh_from_db()
        assert case.state == State.LODGED

    @pytest.mark.parametrize("verb", ["accept", "resolve", "nonsense", "\x00"])
    def test_other_verbs_are_not_the_residents(self, verb, cast, client):
        assert do(client, cast.lodge(), verb, {}).status_code == 404

    def test_nobody_acts_without_the_secret(self, cast, client):
        case = cast.lodge()
        url = reverse("follow_verb", args=[case.number, "WRONGWRONG22", "withdraw"])
        assert client.post(url, {"withdraw-reason": "x"}).status_code == 404

    def test_nothing_is_done_by_a_link(self, cast, client):
        case = cast.lodge()
        assert client.get(reverse("follow_verb", args=[case.number, case.secret, "withdraw"])).status_code == 405


class TestPhoto:
    def _attached(self, subject) -> Attachment:
        kept = keep_photo(upload=photo(), draft_token=uuid.uuid4(), uploaded_by=None)
        kept.subject = subject
        kept.save()
        return kept

    def _get(self, client, case, attachment):
        return client.get(reverse("follow_photo", args=[case.number, case.secret, attachment.pk]))

    def test_those_of_the_request_and_of_public_entries_open(self, cast, client):
        case = cast.resolved()
        for subject in (case, case.movements.get(verb="resolve")):
            response = self._get(client, case, self._attached(subject))
            assert response["Content-Type"] == "image/jpeg"
            assert response["Cache-Control"] == "private, no-store"
            assert b"".join(response.streaming_content).startswith(b"\xff\xd8")

    def test_others_do_not(self, cast, client):
        case, foreign = cast.whistled(), cast.lodge()
        actions.accept_turnout(turnout=case.turnouts.get(), user=cast.water_officer)
        actions.arrive(turnout=case.turnouts.get(), user=cast.water_officer)
        actions.report(turnout=case.turnouts.get(), user=cast.water_officer, text="内部")
        internal = case.movements.get(verb="report")
        draft = keep_photo(upload=photo(), draft_token=uuid.uuid4(), uploaded_by=None)
        for attachment in (self._attached(foreign), self._attached(internal), draft):
            assert self._get(client, case, attachment).status_code == 404

    def test_a_lost_file_is_404(self, cast, client):
        case = cast.lodge()
        attachment = self._attached(case)
        attachment.file.delete(save=False)
        attachment.file.name = "gone.jpg"
        attachment.save()
        assert self._get(client, case, attachment).status_code == 404
