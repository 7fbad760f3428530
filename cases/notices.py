"""How the notices of this app read; the parameters are codes, names of units, and what officials typed as reasons."""

from django.utils.translation import gettext_lazy as _

from cases.enums import Verb
from cases.models import Movement

STEP_NOTICES = {
    Verb.ACCEPT: "case.accepted",
    Verb.TAKE: "case.accepted",
    Verb.ATTEND: "case.attended",
    Verb.REPORT_PROGRESS: "case.progress",
    Verb.RESOLVE: "case.resolved",
    Verb.ESCALATE: "case.passed_up",
    Verb.ASSIGN: "case.given",
    Verb.BLOW_WHISTLE: "case.whistled",
    Verb.MERGE: "case.merged",
    Verb.CLOSE_SILENT: "case.closed",
    Verb.ACCEPT_TURNOUT: "case.coming",
    Verb.ARRIVE: "case.there",
    Verb.RELEASE: "case.released",
    Verb.WITHDRAW_TURNOUT: "case.not_coming",
    Verb.APPROVE_EXTENSION: "case.extended",
    Verb.PAUSE: "case.paused",
    Verb.RESUME: "case.running",
    Verb.TABLE: "case.tabled",
    Verb.RESOLUTION: "case.resolution",
}
"""What the resident is told of each public step; what they do themselves is not among them."""


def words_of(movement: Movement) -> dict[str, str]:
    """Return the words that a notice of `movement` may need."""
    return {
        "unit": movement.unit.name if movement.unit else "",
        "to": movement.to_unit.name if movement.to_unit else "",
        "department": movement.turnout.department.name if movement.turnout else "",
        "departments": "、".join(movement.data.get("departments", [])),
        "into": movement.data.get("into", ""),
        "forum": movement.data.get("forum", ""),
        "title": movement.data.get("title", ""),
        "text": movement.text[:80],
    }


TEXTS = {
    "case.accepted": _("%(unit)s has accepted your request %(number)s."),
    "case.attended": _("%(unit)s is on the spot for your request %(number)s."),
    "case.progress": _("There is news of your request %(number)s: %(text)s"),
    "case.resolved": _("Your request %(number)s has been answered. Was it solved? Please tell us."),
    "case.closed": _("Your request %(number)s is closed."),
    "case.merged": _("Your request %(number)s is followed up together with request %(into)s."),
    "case.passed_up": _("%(unit)s passed your request %(number)s up to %(to)s."),
    "case.given": _("%(unit)s gave your request %(number)s to %(to)s."),
    "case.whistled": _("%(unit)s has called %(departments)s to the spot about your request %(number)s."),
    "case.coming": _("%(unit)s is on the way for your request %(number)s."),
    "case.there": _("%(unit)s has arrived on the spot for your request %(number)s."),
    "case.released": _("The work of %(department)s for your request %(number)s is done."),
    "case.not_coming": _("%(department)s need not come any more for your request %(number)s."),
    "case.extended": _("There is a new time by which your request %(number)s is to be answered."),
    "case.paused": _("The clock of your request %(number)s stands still for now; its page says why."),
    "case.running": _("The clock of your request %(number)s runs on."),
    "case.tabled": _("Your request %(number)s has been raised for discussion at %(forum)s."),
    "case.resolution": _("%(forum)s has resolved on the matter of your request %(number)s: “%(title)s”."),
    "case.rate": _("Please rate the answer to your request %(number)s: was it solved? You can until %(until)s."),
    "case.arrived": _("Case %(number)s is on the desk of %(unit)s."),
    "case.escalated": _("Case %(number)s was sent up to %(unit)s: %(reason)s"),
    "case.refused": _("%(from)s refused case %(number)s: %(reason)s"),
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
