"""每月一题: what recurs in the cases of a street, and raising it."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.errors import NotAllowed, Refused
from cases.models import Case, Category
from consultation.actions.matters import accept_matter, raise_matter, withdraw_matter
from consultation.models import Matter
from consultation.queries.topics import current_month, months, topics_of
from service.months import before
from tests.test_permissions import answer_for


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def lodged(cast, month: date, category: Category, count: int, street=None) -> None:
    """Let `count` cases of `category` have been lodged in the first minutes of `month`."""
    first = timezone.make_aware(datetime(month.year, month.month, 1))
    for index in range(count):
        case = cast.lodge(category=category)
        Case.objects.filter(pk=case.pk).update(lodged_at=first + timedelta(minutes=index), street=street or cast.street)


@pytest.fixture
def month() -> date:
    return months(current_month())[1]


@pytest.fixture
def figures(team, month) -> date:
    """In the month 3 manholes of 4 cases, against 1 the month before and 1.3 on average; one case elsewhere."""
    cast = team.cast
    lodged(cast, month, cast.category, 3)
    lodged(cast, month, cast.photo_category, 1)
    lodged(cast, month, cast.category, 2, street=cast.neighbour_street)
    lodged(cast, before(month), cast.category, 1)
    lodged(cast, before(month), cast.photo_category, 2)
    lodged(cast, before(before(before(month))), cast.category, 3)
    lodged(cast, before(before(before(before(month)))), cast.category, 5)
    return month


def raised(team, month, **given) -> Matter:
    defaults = {
        "forum": team.street_forum,
        "user": team.cast.dispatcher,
        "unit": team.cast.street,
        "title": "井盖破损",
        "text": "上月多发。",
        "category": team.cast.category,
        "street": team.cast.street,
        "month": month,
    }
    return raise_matter(**{**defaults, **given})


def address(team, month, **given) -> str:
    query = {"street": team.cast.street.pk, "month": f"{month:%Y-%m}", **given}
    return f"{reverse('topics')}?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_the_categories_are_counted_with_share_and_change(team, figures):
    manholes, litter = topics_of(team.cast.street, figures)
    assert (manholes.category, manholes.cases, manholes.total, manholes.percent) == (team.cast.category, 3, 4, 75)
    assert (manholes.month_before.was, manholes.month_before.direction, manholes.month_before.by) == (1, "up", 2)
    assert (manholes.average.was, manholes.average.direction, manholes.average.by) == (1.3, "up", 1.7)
    assert (litter.cases, litter.month_before.direction, litter.month_before.by) == (1, "down", 1)
    assert (litter.average.was, litter.average.direction, litter.average.by) == (0.7, "up", 0.3)


def test_a_month_begins_and_ends_at_midnight_in_shanghai(team, month):
    cast = team.cast
    start = timezone.make_aware(datetime(month.year, month.month, 1))
    following = timezone.make_aware(datetime.combine(months(current_month())[0], datetime.min.time()))
    for moment in (start - timedelta(seconds=1), start, following - timedelta(seconds=1), following):
        case = cast.lodge()
        Case.objects.filter(pk=case.pk).update(lodged_at=moment)
    (topic,) = topics_of(cast.street, month)
    assert (topic.cases, topic.month_before.was) == (2, 1)


def test_the_page_shows_the_last_whole_month_in_words(team, figures, signed_in, django_assert_max_num_queries):
    client = signed_in(team.cast.dispatcher)
    client.get(reverse("topics"))
    raised(team, figures)
    with django_assert_max_num_queries(10):
        html = client.get(reverse("topics")).content.decode()
    for words in ("2 more", "(was 1)", "1 fewer", "1.7 more", "(was 1.3)", "75.0%", "Waiting for the convenor"):
        assert words in html


def test_an_official_raises_a_topic_and_is_led_back_by_its_matter(team, figures, signed_in):
    client = signed_in(team.cast.dispatcher)
    url = address(team, figures, category=team.cast.category.pk)
    assert f'category={team.cast.category.pk}"' in client.get(address(team, figures)).content.decode()
    form = client.get(url).context["form"]
    assert "3 of 4 requests" in form["text"].value()
    sent = {name: form[name].value() for name in ("title", "text", "token")}
    sent |= {"forum": team.street_forum.pk, "unit": team.cast.street.pk}
    response = client.post(url, sent)
    matter = Matter.objects.get()
    assert response["location"] == matter.get_absolute_url()
    assert (matter.category, matter.street, matter.month) == (team.cast.category, team.cast.street, figures)
    page = client.get(matter.get_absolute_url()).content.decode()
    assert f"{reverse('topics')}?street={team.cast.street.pk}&amp;month={figures:%Y-%m}" in page
    assert matter.get_absolute_url() in client.get(address(team, figures)).content.decode()


def test_a_second_try_shows_the_matter_that_is_there(team, figures, signed_in):
    first = raised(team, figures)
    sent = {"forum": team.street_forum.pk, "title": "再提", "text": "再提", "token": uuid4()}
    url = address(team, figures, category=team.cast.category.pk)
    client = signed_in(team.cast.leader)
    response = client.post(url, {**sent, "unit": team.cast.street.pk}, follow=True)
    assert response.redirect_chain[-1][0] == first.get_absolute_url()
    assert "has been raised at" in response.content.decode()
    # who may not open it yet is led back to the figures, which name forum and state
    client = signed_in(team.secretary)
    response = client.post(url, {**sent, "unit": team.cast.community.pk}, follow=True)
    assert response.redirect_chain[-1][0] == address(team, figures)
    assert "Waiting for the convenor" in response.content.decode()
    assert Matter.objects.count() == 1


def test_the_database_holds_a_topic_once_per_forum(team, figures):
    first = raised(team, figures)
    assert raised(team, figures) == first
    assert raised(team, figures, forum=team.forum) != first
    fields = {name: getattr(first, name) for name in ("forum", "category", "street", "month", "proposer", "raised_at")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.create(title="井盖", text="再提", **fields)
    withdraw_matter(matter=first, user=team.cast.dispatcher)
    assert raised(team, figures) != first


def test_a_convenor_raises_a_topic_for_the_unit_of_their_forums(team, figures, signed_in):
    client = signed_in(team.street_convenor)
    url = address(team, figures, category=team.cast.category.pk)
    assert client.get(url).context["form"].fields["unit"].choices == [(team.cast.street.pk, str(team.cast.street))]
    matter = raised(team, figures, user=team.street_convenor)
    assert accept_matter(matter=matter, user=team.street_convenor).unit == team.cast.street


def test_the_topics_are_for_officials_of_the_territory(team, client):
    expected = {
        None: "sign in",
        team.resident: 403,
        team.cast.grid_worker: 403,
        team.liaison: 403,
        team.cast.water_officer: 403,
        team.secretary: 200,
        team.convenor: 200,
        team.cast.dispatcher: 200,
        team.cast.command: 200,
        team.district_convenor: 200,
    }
    assert {person: answer_for(client, person, reverse("topics")) for person in expected} == expected


def test_nobody_chooses_a_street_that_is_not_theirs(team, figures, signed_in):
    client = signed_in(team.cast.neighbour)
    response = client.get(address(team, figures))
    assert response.context["street"] == team.cast.neighbour_street
    assert "Please choose from the list." in response.content.decode()
    with pytest.raises(NotAllowed):
        raised(team, figures, user=team.cast.neighbour, unit=team.cast.neighbour_street)
    with pytest.raises(Refused) as refusal:
        raised(team, figures, unit=None)
    assert refusal.value.field == "unit"


@pytest.mark.parametrize("query", ["month=2026-13", "month=abc", "street=abc", "month=0001-01", "street=%00"])
def test_what_cannot_be_chosen_is_said(team, signed_in, query):
    response = signed_in(team.cast.dispatcher).get(f"{reverse('topics')}?{query}")
    assert response.status_code == 200
    assert "Please choose from the list." in response.content.decode()


def test_a_category_that_did_not_recur_is_not_there(team, figures, signed_in):
    client = signed_in(team.cast.dispatcher)
    for key in (team.cast.urgent_category.pk, "abc", "99999999999999999999"):
        assert client.get(address(team, figures, category=key)).status_code == 404


def test_an_empty_month_says_so(team, signed_in):
    html = signed_in(team.cast.dispatcher).get(reverse("topics")).content.decode()
    assert "No request was lodged" in html
