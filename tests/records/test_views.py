"""The inbox belongs to one person; a photo opens for whoever may see what it belongs to."""

import uuid

import pytest
from django.urls import reverse

from cases import actions
from records.actions import keep_photo, notify
from records.models import Attachment, Notice
from tests.cases.test_public_views import photo


class TestNotices:
    def test_only_ones_own(self, cast, signed_in):
        case = cast.resolved()
        html = signed_in(cast.resident).get("/notices/").content.decode()
        assert case.get_public_url() in html
        assert case.number not in signed_in(cast.auditor).get("/notices/").content.decode()

    def test_reading_marks_ones_own_only(self, cast, signed_in):
        notify(recipients=[cast.resident, cast.auditor], kind="case.closed", parameters={"number": "1"})
        signed_in(cast.resident).post("/notices/read/")
        assert [notice.recipient for notice in Notice.objects.filter(read_at__isnull=True)] == [cast.auditor]

    def test_reading_is_no_link(self, cast, signed_in):
        assert signed_in(cast.resident).get("/notices/read/").status_code == 405

    def test_an_unread_notice_says_so_until_it_is_read(self, cast, signed_in):
        notify(recipients=[cast.resident], kind="case.closed", parameters={"number": "1"})
        client = signed_in(cast.resident)
        assert "/notices/read/" in client.get("/notices/").content.decode()
        client.post("/notices/read/")
        assert "/notices/read/" not in client.get("/notices/").content.decode()

    def test_an_empty_inbox_says_so(self, cast, signed_in):
        assert 'class="empty"' in signed_in(cast.resident).get("/notices/").content.decode()

    def test_what_a_notice_quotes_is_text(self, cast, signed_in):
        parameters = {"number": "1", "text": "<script>alert(1)</script>"}
        notify(recipients=[cast.resident], kind="case.progress", parameters=parameters)
        assert "<script>alert" not in signed_in(cast.resident).get("/notices/").content.decode()

    def test_as_many_queries_for_one_as_for_thirty(self, cast, signed_in, django_assert_max_num_queries):
        for _n in range(30):
            notify(recipients=[cast.resident], kind="case.closed", parameters={"number": "1"})
        client = signed_in(cast.resident)
        with django_assert_max_num_queries(8):
            response = client.get("/notices/")
        assert len(response.context["page"]) == 25
        assert client.get(f"/notices/?cursor={response.context['page'].older}").status_code == 200

    def test_a_stranger_signs_in_first(self, client, db):
        assert client.get("/notices/").status_code == 302


class TestAttachment:
    @pytest.fixture
    def attached(self, cast) -> Attachment:
        """A photo of a request that the resident lodged in the cast's grid."""
        token = uuid.uuid4()
        kept = keep_photo(upload=photo(), draft_token=token, uploaded_by=cast.resident)
        cast.lodge(submission_token=token)
        return kept

    @pytest.mark.parametrize("person", ["resident", "grid_worker", "secretary", "dispatcher", "command"])
    def test_whoever_may_see_the_case_may_see_it(self, person, attached, cast, signed_in):
        response = signed_in(getattr(cast, person)).get(reverse("attachment", args=[attached.pk]))
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response.streaming_content).startswith(b"\xff\xd8")

    @pytest.mark.parametrize("person", ["neighbour", "water_officer", "outsider", "outside_command"])
    def test_others_get_404(self, person, attached, cast, signed_in):
        assert signed_in(getattr(cast, person)).get(reverse("attachment", args=[attached.pk])).status_code == 404

    def test_a_stranger_signs_in_first(self, attached, client):
        assert client.get(reverse("attachment", args=[attached.pk])).status_code == 302

    def test_a_draft_opens_for_nobody(self, cast, signed_in):
        draft = keep_photo(upload=photo(), draft_token=uuid.uuid4(), uploaded_by=cast.resident)
        assert signed_in(cast.resident).get(reverse("attachment", args=[draft.pk])).status_code == 404

    def test_a_resident_does_not_open_what_is_internal(self, cast, signed_in):
        case = cast.whistled()
        turnout = case.turnouts.get()
        actions.accept_turnout(turnout=turnout, user=cast.water_officer)
        actions.arrive(turnout=turnout, user=cast.water_officer)
        token = uuid.uuid4()
        kept = keep_photo(upload=photo(), draft_token=token, uploaded_by=cast.water_officer)
        actions.report(turnout=turnout, user=cast.water_officer, text="内部", photos=token)
        url = reverse("attachment", args=[kept.pk])
        assert signed_in(cast.resident).get(url).status_code == 404
        assert signed_in(cast.dispatcher).get(url).status_code == 200

    def test_a_lost_file_is_404(self, attached, cast, signed_in):
        attached.file.storage.delete(attached.file.name)
        assert signed_in(cast.resident).get(reverse("attachment", args=[attached.pk])).status_code == 404
