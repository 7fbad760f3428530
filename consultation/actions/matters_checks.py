"""What is asked before a matter is raised at a forum, or passed to it."""

from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from cases import queries as cases
from cases.enums import State
from cases.models import Case
from consultation.models import Forum, Matter
from consultation.queries.matters import matters_of_case, may_raise_at, units_to_raise_for
from consultation.queries.topics import streets_of


def check_unit(user: User, unit: Unit | None, *, required: bool) -> None:
    """Raise Refused unless `user` speaks for `unit`; without one, it is the person's own name, if not `required`."""
    if unit is None:
        if required:
            raise Refused(_("Please choose the unit for which you raise it."), field="unit")
    elif not units_to_raise_for(user).filter(pk=unit.pk).exists():
        raise Refused(_("You do not speak for this unit."), field="unit")


def check_proposer(user: User, forum: Forum, unit: Unit | None) -> None:
    """Raise Refused unless the locked `forum` takes a matter of `user`, who speaks for `unit` if one is given."""
    check_open(forum)
    if not may_raise_at(user, forum, unit):
        raise Refused(
            _("Only members of “%(forum)s” may raise matters there. Please ask one of them.") % {"forum": forum},
            field="forum",
        )


def check_open(forum: Forum, *, field: str = "forum") -> None:
    """Raise Refused when `forum` is given up."""
    if not forum.is_active:
        raise Refused(_("“%(forum)s” has been given up. Please choose another forum.") % {"forum": forum}, field=field)


def check_case(user: User, case: Case, forum: Forum) -> None:
    """Raise NotAllowed unless `user` sees `case` by post; Refused when it is over or at the locked `forum` already."""
    if not cases.visible_to(user).filter(pk=case.pk).exists():
        raise NotAllowed
    if case.state in (State.MERGED, State.WITHDRAWN):
        raise Refused(_("This case was merged or withdrawn. Raise the one with which it goes on."))
    check_case_not_there(case, forum)


def check_case_not_there(case: Case, forum: Forum, *, field: str = "forum", but: Matter | None = None) -> None:
    """Raise Refused when a matter of `case`, another one than `but`, is at the locked `forum`."""
    there = matters_of_case(case).filter(forum=forum)
    if there.exclude(pk=but.pk if but else None).exists():
        raise Refused(_("This case has been raised at “%(forum)s” already.") % {"forum": forum}, field=field)


def check_topic(user: User, street: Unit) -> None:
    """Raise NotAllowed unless the topics of `street` are for `user`."""
    if not streets_of(user).filter(pk=street.pk).exists():
        raise NotAllowed
