"""How notices about posts and shifts read."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "service.offered": _("A place is free for you: %(shift)s. Take it by %(until)s, or the next person is asked."),
    "service.offer_lapsed": _("The time to take your place has run out, and the next person is asked: %(shift)s."),
    "service.withdrawn_late": _("A member has withdrawn shortly before the start: %(shift)s. Reason: %(reason)s"),
    "service.shift_moved": _("A shift you signed up for has moved: %(before)s is now from %(starts)s until %(ends)s."),
    "service.shift_moved_clash": _(
        "A shift you signed up for has moved: %(before)s is now from %(starts)s until %(ends)s. You keep your place, "
        "but at that time you are signed up for %(other)s too; please withdraw from what you cannot keep."
    ),
    "service.shift_closed": _(
        "No more people are taken for %(shift)s. You stay on the waiting list in case it is opened again."
    ),
    "service.shift_cancelled": _("A shift you signed up for is cancelled: %(shift)s. Reason: %(reason)s"),
    "service.off_the_list": _(
        "Your registration has ended, so you no longer wait for a place, nor are you offered one: %(shift)s."
    ),
    "service.place_kept": _(
        "Your registration has ended, but your places are still yours: %(shift)s. If you cannot come, please withdraw."
    ),
    "service.kept_and_off_the_list": _(
        "Your registration has ended, but your places are still yours: %(shift)s. If you cannot come, please withdraw. "
        "You no longer wait for a place, nor are you offered one: %(left)s."
    ),
    "service.place_kept_by_leaver": _(
        "A member whose registration has ended keeps what they signed up for: %(shift)s. "
        "If they withdraw, the place is offered to the next."
    ),
    "service.place_changed": _("There is a new meeting place for %(shift)s: %(place)s"),
}
