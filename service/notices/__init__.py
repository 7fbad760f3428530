"""How the notices of this app read, by what they are about."""

from service.notices import calls, commitments, hours, lists, posts, registrations, wishes

TEXTS = {
    **registrations.TEXTS,
    **lists.TEXTS,
    **commitments.TEXTS,
    **posts.TEXTS,
    **hours.TEXTS,
    **calls.TEXTS,
    **wishes.TEXTS,
}
