"""How the notices of this app read; the parameters are codes, names of units, and what officials typed as reasons."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "case.arrived": _("Case %(number)s is on the desk of %(unit)s."),
    "case.escalated": _("Case %(number)s was sent up to %(unit)s: %(reason)s"),
    "case.refused": _("%(from)s refused case %(number)s: %(reason)s"),
    "case.accepted": _("%(unit)s has accepted your request %(number)s."),
    "case.progress": _("There is news of your request %(number)s: %(text)s"),
    "case.resolved": _("Your request %(number)s has been answered. Was it solved? Please tell us."),
    "case.closed": _("Your request %(number)s is closed."),
    "case.merged": _("Your request %(number)s is followed up together with request %(into)s."),
    "case.reopened": _("The resident says case %(number)s is not solved; it is open again."),
    "case.information": _("The resident has added information to case %(number)s."),
    "case.withdrawn": _("The resident has withdrawn case %(number)s."),
    "case.supported_resolved": _("Request %(number)s, which you supported, has been answered."),
    "turnout.called": _("%(street)s has blown the whistle about case %(number)s: %(task)s"),
    "turnout.disputed": _("%(department)s disputes the whistle about case %(number)s: %(reason)s"),
    "turnout.excused": _("Command excuses %(department)s from case %(number)s."),
    "turnout.called_again": _("Command rejects the dispute: %(department)s stays called to case %(number)s."),
    "turnout.arrived": _("%(department)s is on the spot for case %(number)s."),
    "turnout.reported": _("%(department)s has reported on case %(number)s; please look and release."),
    "turnout.sent_back": _("%(street)s has sent back your report on case %(number)s: %(reason)s"),
    "turnout.released": _("%(street)s has released %(department)s from case %(number)s."),
    "turnout.withdrawn": _("%(street)s has taken back the whistle about case %(number)s."),
    "exclusion.asked": _("%(unit)s asks to exclude case %(number)s from the rates."),
    "exclusion.approved": _("Case %(number)s is excluded from the rates."),
    "exclusion.rejected": _("Case %(number)s is not excluded from the rates."),
    "contact.revealed": _("%(unit)s looked at your contact details of request %(number)s: %(reason)s"),
}
