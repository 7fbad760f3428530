"""Posters for buildings."""

import pytest
import segno

from accounts.actions import place_unit
from accounts.models import Unit
from cases.models import Building


def test_the_list_holds_the_buildings_of_the_own_territory(cast, signed_in):
    Building.objects.create(code="LA01", name="柳岸1号楼", grid=cast.neighbour_grid)
    Building.objects.create(code="HS99", name="已拆除的楼", grid=cast.grid, is_active=False)
    for who in (cast.grid_worker, cast.secretary, cast.dispatcher, cast.leader):
        html = signed_in(who).get("/signs/").content.decode()
        assert "/signs/HS01/" in html
        assert "LA01" not in html
        assert "HS99" not in html


def test_the_poster_leads_to_the_building_by_a_full_address(cast, signed_in):
    html = signed_in(cast.dispatcher).get("/signs/HS01/").content.decode()
    assert "http://testserver/b/HS01/" in html
    assert "<svg" in html.split('class="poster-qr"')[1].split("</div>")[0]
    assert "槐树3号楼" in html


def test_the_code_is_drawn_from_that_address(cast, signed_in):
    html = signed_in(cast.dispatcher).get("/signs/HS01/").content.decode()
    drawn = segno.make("http://testserver/b/HS01/", error="q").svg_inline(omitsize=True, border=0)
    assert drawn in html


@pytest.mark.parametrize("who", ["neighbour", "outsider"])
def test_another_street_gets_404(cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    assert client.get("/signs/HS01/").status_code == 404
    assert "HS01" not in client.get("/signs/").content.decode()


@pytest.mark.parametrize("who", ["resident", "water_officer", "command", "auditor"])
@pytest.mark.parametrize("address", ["/signs/", "/signs/HS01/"])
def test_others_have_no_signs(cast, signed_in, who, address):
    assert signed_in(getattr(cast, who)).get(address).status_code == 403


@pytest.mark.parametrize("code", ["NOPE", "hs01", "%00", "<script>", "槐树"])
def test_an_unknown_code_is_404(cast, signed_in, code):
    assert signed_in(cast.dispatcher).get(f"/signs/{code}/").status_code == 404


def test_a_street_chooses_the_community(cast, signed_in):
    other = place_unit(unit=Unit(code="110001002", name="银杏社区", kind="community", parent=cast.street))
    grid = place_unit(unit=Unit(code="11000100201", name="银杏第一网格", kind="grid", parent=other))
    Building.objects.create(code="YX01", name="银杏1号楼", grid=grid)
    client = signed_in(cast.dispatcher)
    first = client.get("/signs/").content.decode()
    assert "/signs/HS01/" in first
    assert "/signs/YX01/" not in first
    second = client.get(f"/signs/?community={other.pk}").content.decode()
    assert "/signs/YX01/" in second
    assert "/signs/HS01/" not in second


@pytest.mark.parametrize("community", ["", "junk", "%00", "0", "9" * 30, "<script>"])
def test_a_community_that_is_not_the_own_shows_the_first(cast, signed_in, community):
    response = signed_in(cast.dispatcher).get(f"/signs/?community={community}")
    assert response.status_code == 200
    assert "/signs/HS01/" in response.content.decode()


def test_without_a_building_the_page_says_so(cast, signed_in):
    Building.objects.all().delete()
    assert 'class="empty"' in signed_in(cast.dispatcher).get("/signs/").content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_asks_at_most_eight_times(cast, signed_in, django_assert_max_num_queries, size):
    Building.objects.bulk_create(
        Building(code=f"HT{number:02}", name=f"槐树{number}号楼", grid=cast.grid) for number in range(size)
    )
    client = signed_in(cast.dispatcher)
    with django_assert_max_num_queries(8):
        client.get("/signs/")
