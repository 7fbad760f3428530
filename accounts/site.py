"""The admin, entered by whoever holds a post that administers."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import administers


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
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def has_permission(self, request) -> bool:
        return administers(request.user)

    def autocomplete_view(self, request):
        return Suggestions.as_view(admin_site=self)(request)
