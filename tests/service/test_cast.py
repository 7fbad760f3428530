"""The people of service are there."""

from service.queries.scope import communities_of, employers_of, registration_of


def test_everyone_has_the_part_that_tests_count_on(team):
    assert registration_of(team.member).employer == team.employer
    assert registration_of(team.resident) is None
    assert communities_of(team.secretary) == {team.community.pk}
    assert employers_of(team.liaison) == {team.employer.pk}
    assert team.shift().free == 2
