"""From which resolution a commitment comes, for the pages of the app below."""

from consultation.queries.resolutions import resolutions_visible_to
from records.registry import Subject
from service.models import ListItem


def resolution_behind(item: ListItem, user) -> Subject | None:
    """Return the resolution that asks for `item`, where `user` may read it."""
    found = resolutions_visible_to(user).filter(tasks__commitment=item).first()
    return found and Subject(f"{found.forum} {found.number} {found.title}", found.get_absolute_url())
