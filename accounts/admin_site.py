"""The admin, entered by whoever holds a post that administers, in the place of Django's own.

Django reads this module before any model is loaded; what needs models is imported where it is used.
"""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.PortalAdminSite"


class Suggestions(AutocompleteJsonView):
    """Suggests people and units by name, and tells those of one name apart by username or code."""

    def serialize_result(self, obj, to_field_name):
        known_as = getattr(obj, "username", None) or obj.code
        return {**super().serialize_result(obj, to_field_name), "text": f"{obj} ({known_as})"}


class PortalAdminSite(AdminSite):
    """Django's admin; who may enter follows from posts, and one signs in at the portal's own page."""

    site_header = site_title = _("Community Governance Portal")
    index_title = _("Administration")

    def login(self, request, extra_context=None):
        from django.contrib.auth.views import redirect_to_login  # noqa: PLC0415

        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def has_permission(self, request) -> bool:
        from accounts.queries import administers  # noqa: PLC0415

        return administers(request.user)

    def autocomplete_view(self, request):
        return Suggestions.as_view(admin_site=self)(request)
