"""How notices about registrations read; none names a member."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "registration.submitted": _("A member asks to register with %(community)s. Please confirm or refuse."),
    "registration.confirmed": _("Your registration with %(community)s has been confirmed."),
    "registration.refused": _("%(community)s has refused your registration: %(reason)s"),
    "registration.expired": _("Your registration with %(community)s has run out. You can register again at any time."),
    "registration.left": _("Members who left %(community)s on %(day)s: %(count)s."),
    "employer.submitted": _("%(employer)s asks to register with %(community)s. Please read the agreement and decide."),
    "employer.confirmed": _("%(community)s has signed the agreement: %(employer)s is registered."),
    "employer.refused": _("%(community)s has refused the registration of %(employer)s: %(reason)s"),
    "employer.left": _("%(employer)s has moved: it is no longer registered with %(community)s."),
    "employer.expired": _("The agreement of %(employer)s with %(community)s has ended. It can be renewed."),
}
