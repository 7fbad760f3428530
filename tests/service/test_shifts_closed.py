"""Who waits for a place is told when a shift is closed."""

from records.models import Notice
from service.actions.shifts import close_shift
from service.actions.sign_ups import sign_up


def test_who_waits_is_told_and_who_has_a_place_is_not(team):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    sign_up(shift=shift, user=team.other_member, may_wait=True)
    close_shift(shift=shift, user=team.secretary)
    told = Notice.objects.filter(kind="service.shift_closed").values_list("recipient", flat=True)
    assert list(told) == [team.other_member.pk]
