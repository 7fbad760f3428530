"""How notices about meetings read."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "consultation.invited": _(
        "%(forum)s invites you: %(meeting)s, %(place)s. Please say by %(until)s whether you are coming."
    ),
    "consultation.meeting_called": _("%(forum)s has called a meeting: %(meeting)s, %(place)s."),
    "consultation.meeting_postponed": _("A meeting of %(forum)s is postponed: %(meeting)s. Reason: %(reason)s"),
    "consultation.meeting_cancelled": _("A meeting of %(forum)s is cancelled: %(meeting)s. Reason: %(reason)s"),
    "consultation.substitute_sent": _(
        "%(person)s sends you in their place to a meeting of %(forum)s: %(meeting)s, %(place)s."
    ),
    "consultation.substitute_released": _(
        "%(person)s does not need you any more as a substitute at a meeting of %(forum)s: %(meeting)s."
    ),
}
