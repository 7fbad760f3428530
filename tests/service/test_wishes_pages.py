"""Small wishes through their addresses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from service.actions.wish_claims import claim_wish, fulfil_wish
from service.actions.wish_thanks import thank
from service.actions.wishes import make_wish, publish_wish
from service.enums import ThanksState, WishState
from service.models import Wish

DAY = timedelta(days=1)
CONTACT = "3号楼2单元501"


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def made(team, **given) -> Wish:
    defaults = {
        "user": team.resident,
        "community": team.community,
        "title": "想要一副老花镜",
        "text": "老人看不清药品说明书。",
        "contact": CONTACT,
    }
    return make_wish(**{**defaults, **given})


def published(team, **given) -> Wish:
    wish = made(team, **given)
    return publish_wish(wish=wish, user=team.secretary, title=wish.title, text=wish.text)


def claimed(team) -> Wish:
    return claim_wish(wish=published(team), user=team.member, due_on=timezone.localdate() + 10 * DAY)


def do(client, wish, verb, **typed):
    return client.post(reverse("wish_verb", args=[wish.pk, verb]), {f"{verb}-{k}": v for k, v in typed.items()})


def soon(days=10) -> str:
    return f"{timezone.localdate() + days * DAY:%Y-%m-%d}"


TYPED = {"title": "想要一副老花镜", "text": "看不清。", "contact": CONTACT}

# --- the public ---------------------------------------------------------------------------------------------


def test_anybody_reads_words_and_nobody_reads_names(team, client, signed_in):
    wish = published(team)
    for user in (None, team.neighbour_member, team.cast.dispatcher, team.member, team.liaison):
        if user:
            signed_in(user)
        shown = client.get("/wishes/", {"community": team.community.pk}).content.decode()
        page = client.get(wish.get_absolute_url()).content.decode()
        assert "想要一副老花镜" in shown
        assert "老人看不清药品说明书。" in page
        assert CONTACT not in shown + page
        assert team.resident.name not in shown + page


def test_a_claimed_wish_names_no_claimant_to_others(team, client, signed_in):
    wish = claimed(team)
    fulfil_wish(wish=wish, user=team.member, outcome="送到五零一室。")
    for user in (None, team.other_member, team.resident):
        if user:
            signed_in(user)
        page = client.get(wish.get_absolute_url()).content.decode()
        assert team.member.name not in page
        assert ("送到五零一室" in page) == (user == team.resident)
    assert team.member.name in signed_in(team.secretary).get(wish.get_absolute_url()).content.decode()


def test_the_list_begins_with_one_s_own_community(team, client, signed_in):
    assert client.get("/wishes/").context["page"] is None
    for user in (team.member, team.secretary, team.liaison):
        assert signed_in(user).get("/wishes/").context["community"] == team.community
    assert signed_in(team.resident).get("/wishes/").context["community"] is None
    for community in ("", "x", "999999", "\x00"):
        assert client.get("/wishes/", {"community": community}).status_code == 200


def test_published_thanks_are_read_with_the_fulfilled(team, client):
    wish = fulfil_wish(wish=claimed(team), user=team.member, outcome="已送到。")
    thank(wish=wish, user=team.resident, thanks="非常感谢！")
    address = {"community": team.community.pk, "tab": "fulfilled"}
    assert "非常感谢" not in client.get("/wishes/", address).content.decode()
    assert "非常感谢" not in client.get(wish.get_absolute_url()).content.decode()
    Wish.objects.update(thanks_state=ThanksState.PUBLISHED)
    assert "非常感谢" in client.get("/wishes/", address).content.decode()
    assert "非常感谢" in client.get(wish.get_absolute_url()).content.decode()


def test_who_may_open_what_is_not_published(team, client, signed_in):
    wish = made(team)
    assert client.get(wish.get_absolute_url()).status_code == 404
    people = (team.resident, team.secretary, team.member, team.neighbour_secretary, team.liaison, team.cast.grid_worker)
    answers = [signed_in(user).get(wish.get_absolute_url()).status_code for user in people]
    assert answers == [200, 200, 404, 404, 404, 404]


# --- making one ---------------------------------------------------------------------------------------------


def test_a_resident_makes_a_wish_and_finds_it(team, signed_in):
    client = signed_in(team.resident)
    response = client.post("/wishes/new/", {"community": team.community.pk, **TYPED}, follow=True)
    assert "handed to the community" in response.content.decode()
    assert Wish.objects.get().resident == team.resident
    assert "想要一副老花镜" in client.get("/my/wishes/").content.decode()
    assert "想要一副老花镜" not in signed_in(team.member).get("/my/wishes/").content.decode()


def test_nobody_without_an_account_makes_one(client, team):
    for address in ("/wishes/new/", "/my/wishes/", "/service/wishes/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "长" * 5000), ("text", "\x00 "), ("contact", "长" * 500), ("community", "0"), ("community", "\x00")],
)
def test_bad_words_are_said_at_their_field_and_nothing_is_lost(team, signed_in, field, value):
    typed = {"community": team.community.pk, **TYPED, field: value}
    response = signed_in(team.resident).post("/wishes/new/", typed)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert ("看不清" in response.content.decode()) == (field != "text")
    assert not Wish.objects.exists()


def test_nobody_makes_more_than_five_wishes_a_day(team, signed_in):
    client = signed_in(team.resident)
    for number in range(6):
        response = client.post("/wishes/new/", {"community": team.community.pk, **TYPED, "title": f"第{number}个"})
    assert "many wishes within a day" in response.content.decode()
    assert "第5个" in response.content.decode()
    assert Wish.objects.count() == 5
    signed_in(team.member).post("/wishes/new/", {"community": team.community.pk, **TYPED})
    assert Wish.objects.count() == 6


# --- the community ------------------------------------------------------------------------------------------


def test_the_desk_has_what_waits_in_its_tab(team, signed_in):
    thanked, waiting = claimed(team), made(team)
    thank(wish=fulfil_wish(wish=thanked, user=team.member, outcome="好。"), user=team.resident, thanks="谢谢")
    client = signed_in(team.secretary)
    assert list(client.get("/service/wishes/").context["page"]) == [waiting]
    assert list(client.get("/service/wishes/?tab=thanks").context["page"]) == [thanked]
    assert client.get("/service/wishes/").context["counts"] == {"review": 1, "published": 0, "claimed": 0, "thanks": 1}
    assert list(signed_in(team.neighbour_secretary).get("/service/wishes/").context["page"]) == []
    for user in (team.member, team.resident, team.liaison, team.cast.grid_worker, team.cast.dispatcher):
        assert signed_in(user).get("/service/wishes/").status_code == 403


def test_the_review_starts_from_the_resident_s_words(team, signed_in):
    wish = made(team)
    client = signed_in(team.secretary)
    panel = client.get(wish.get_absolute_url()).context["panels"][0]
    assert panel.form.initial == {"title": wish.title, "text": wish.text}
    assert do(client, wish, "publish", title="", text="新的").status_code == 200
    assert do(client, wish, "publish", title="眼镜\x00", text="新的").status_code == 302
    wish.refresh_from_db()
    assert (wish.title, wish.text, wish.state) == ("眼镜", "新的", WishState.PUBLISHED)


def test_one_s_own_wish_is_reviewed_by_somebody_else(team, signed_in):
    wish = made(team, user=team.secretary)
    client = signed_in(team.secretary)
    assert [panel.verb for panel in client.get(wish.get_absolute_url()).context["panels"]] == ["withdraw"]
    assert do(client, wish, "publish", title="a", text="b").status_code == 403


def test_a_refusal_without_a_reason_is_said_in_its_panel(team, signed_in):
    wish = made(team)
    response = do(signed_in(team.secretary), wish, "refuse", reason="")
    assert response.status_code == 200
    assert [panel.verb for panel in response.context["panels"] if panel.form.errors] == ["refuse"]


def test_the_community_sees_the_contact_once_and_for_a_reason(team, signed_in):
    wish = published(team)
    address = reverse("wish_contact", args=[wish.pk])
    client = signed_in(team.secretary)
    page = client.get(wish.get_absolute_url()).content.decode()
    assert CONTACT not in page
    assert "***" in page
    refused = client.post(address, {"reveal-reason": " \x00"})
    assert "reason" in refused.context["reveal"].errors
    assert CONTACT not in refused.content.decode()
    assert CONTACT in client.post(address, {"reveal-reason": "上门核实"}).content.decode()
    assert CONTACT not in client.get(wish.get_absolute_url()).content.decode()
    for user in (team.member, team.resident, team.neighbour_secretary):
        assert signed_in(user).post(address, {"reveal-reason": "好奇"}).status_code == 403
    assert client.get(address).status_code == 405


# --- whoever claims -----------------------------------------------------------------------------------------


def test_the_claimant_sees_the_contact_afterwards(team, signed_in):
    wish = published(team)
    client = signed_in(team.member)
    assert do(client, wish, "claim", due_on=soon()).status_code == 302
    assert CONTACT in client.get(wish.get_absolute_url()).content.decode()
    assert CONTACT not in signed_in(team.other_member).get(wish.get_absolute_url()).content.decode()
    assert "想要一副老花镜" in signed_in(team.member).get("/my/wishes/?tab=claimed").content.decode()


def test_a_liaison_who_is_a_member_too_chooses(team, signed_in):
    appoint(user=team.member, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    wish = published(team)
    client = signed_in(team.member)
    assert "employer" in client.get(wish.get_absolute_url()).context["panels"][0].form.fields
    do(client, wish, "claim", due_on=soon(), employer=team.employer.pk)
    assert Wish.objects.get().claimed_for == team.employer


def test_a_liaison_claims_for_the_only_employer(team, signed_in):
    wish = published(team)
    client = signed_in(team.liaison)
    assert do(client, wish, "claim", due_on=soon()).status_code == 200
    assert do(client, wish, "claim", due_on=soon(), employer=team.other_employer.pk).status_code == 200
    assert do(client, wish, "claim", due_on=soon(), employer=team.employer.pk).status_code == 302


@pytest.mark.parametrize("day", ["2020-01-01", "0001-01-01", "9999-12-31", "", "x\x00", "61"])
def test_a_day_that_cannot_be_is_said_at_its_field(team, signed_in, day):
    wish = published(team)
    response = do(signed_in(team.member), wish, "claim", due_on=soon(61) if day == "61" else day)
    assert response.status_code == 200
    assert "due_on" in response.context["panels"][0].form.errors
    assert Wish.objects.get().state == WishState.PUBLISHED


def test_one_s_own_wish_is_refused_with_its_reason(team, signed_in):
    wish = published(team, user=team.member)
    client = signed_in(team.member)
    assert "claim" not in [panel.verb for panel in client.get(wish.get_absolute_url()).context["panels"]]
    assert "This is your own wish" in do(client, wish, "claim", due_on=soon()).content.decode()


def test_the_slower_one_is_told(team, signed_in):
    wish = claimed(team)
    assert (
        "Somebody else was quicker" in do(signed_in(team.other_member), wish, "claim", due_on=soon()).content.decode()
    )


def test_readers_who_may_not_write_are_refused(team, signed_in):
    wish = published(team)
    for user in (team.resident, team.neighbour_member, team.secretary, team.other_liaison):
        assert do(signed_in(user), wish, "claim", due_on=soon()).status_code == 403
    client = signed_in(team.other_member)
    for verb in ("publish", "refuse", "fulfil", "give_back", "withdraw", "thank", "publish_thanks", "refuse_thanks"):
        assert do(client, wish, verb).status_code == 403
    assert do(client, wish, "steal").status_code == 404
    assert do(client, made(team), "claim", due_on=soon()).status_code == 404
    assert client.get(reverse("wish_verb", args=[wish.pk, "claim"])).status_code == 405


def test_from_the_claim_to_the_thanks(team, signed_in):
    wish = claimed(team)
    assert do(signed_in(team.member), wish, "fulfil", outcome="已送到。").status_code == 302
    assert do(signed_in(team.resident), wish, "thank", thanks="谢谢！").status_code == 302
    assert do(signed_in(team.secretary), wish, "publish_thanks", thanks="谢谢！").status_code == 302
    wish.refresh_from_db()
    assert (wish.state, wish.thanks_state) == (WishState.FULFILLED, ThanksState.PUBLISHED)


def test_the_resident_withdraws(team, signed_in):
    wish = published(team)
    assert do(signed_in(team.resident), wish, "withdraw").status_code == 302
    assert signed_in(team.resident).get(wish.get_absolute_url()).status_code == 200
    assert signed_in(team.member).get(wish.get_absolute_url()).status_code == 404


# --- cost ---------------------------------------------------------------------------------------------------


def test_lists_cost_the_same_with_one_and_with_thirty(team, signed_in, django_assert_max_num_queries):
    published(team)
    visits = [
        (f"/wishes/?community={team.community.pk}", team.member),
        ("/service/wishes/?tab=published", team.secretary),
        ("/my/wishes/", team.resident),
    ]

    def counts() -> list[int]:
        found = []
        for address, user in visits:
            client = signed_in(user)
            with django_assert_max_num_queries(10) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = counts()
    for number in range(29):
        published(team, title=f"第{number}个心愿")
    assert counts() == before


def test_a_refusal_from_an_old_page_does_not_take_a_published_wish_down(team, signed_in):
    wish, client = made(team), signed_in(team.secretary)
    assert 'name="refuse-shown" value="submitted"' in client.get(wish.get_absolute_url()).content.decode()
    publish_wish(wish=wish, user=team.secretary, title=wish.title, text=wish.text)
    page = do(client, wish, "refuse", reason="写得不清楚", shown="submitted").content.decode()
    assert "Somebody has decided meanwhile" in page
    assert "写得不清楚</textarea>" in page
    assert 'name="refuse-shown" value="published"' in page
    wish.refresh_from_db()
    assert wish.state == WishState.PUBLISHED
    do(client, wish, "refuse", reason="写得不清楚", shown="published")
    wish.refresh_from_db()
    assert wish.state == WishState.REFUSED


def test_the_promised_day_is_not_the_day_of_fulfilment(team, signed_in):
    wish = claimed(team)
    fulfil_wish(wish=wish, user=team.member, outcome="已送到")
    found = signed_in(team.secretary).get(wish.get_absolute_url()).content.decode()
    assert "<dt>Promised for</dt>" in found
    assert "Fulfilled by" not in found
