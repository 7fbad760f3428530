"""The admin, entered by whoever holds a post that administers."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _

from accounts.queries import administers


class PortalAdminSite(AdminSite):
    """Django's admin; who may enter follows from posts, and one signs in at the portal's own page."""

    site_header = site_title = _("Community Governance Portal")
    index_title = _("Administration")

    def login(self, request, extra_context=None):
        return secure_admin_login(super().login)(request, extra_context)

    def has_permission(self, request) -> bool:
        return administers(request.user)
