"""A view says who may enter by one of these decorators; a view without one fails a test."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRefresh

from accounts.queries import grants_of


def anyone(view: Callable) -> Callable:
    """Let everybody in: the page is public, or what it shows is narrowed by a secret in its address."""
    view.access = "anyone"
    return view


def _after_sign_in(view: Callable) -> Callable:
    """Ask whoever has not signed in to do so; a page that refreshes a part of itself is loaded again to be asked.

    What was sent is lost then; whoever signs in comes back to the page on which it was typed.
    """
    guarded = login_required(view)

    @wraps(view)
    def entrance(request, *args, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            return HttpResponseClientRefresh()
        if request.method == "POST" and not request.user.is_authenticated:
            return redirect_to_login(came_from(request))
        return guarded(request, *args, **kwargs)

    return entrance


def signed_in(view: Callable) -> Callable:
    """Let in whoever has signed in: the page shows only what is the person's own."""
    guarded = _after_sign_in(view)
    guarded.access = "signed_in"
    return guarded


def holding(*permissions: str) -> Callable[[Callable], Callable]:
    """Let in whoever holds one of `permissions` on any unit; what they see is narrowed by a scoped query.

    Others get 403: that such a desk exists is no secret.
    """

    def decorate(view: Callable) -> Callable:
        @_after_sign_in
        @wraps(view)
        def guarded(request, *args, **kwargs):
            grants = grants_of(request.user)
            if not any(grants.holds(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = permissions
        return guarded

    return decorate


def came_from(request: HttpRequest) -> str:
    """Return the address on this site of the page that sent `request`; the first page where that is not known.

    A form that was refused is shown at the address of its verb, which can only be sent to: then the page above it.
    """
    referer = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    path = "/" + parts.path.lstrip("/")  # two slashes would begin the name of another site
    if _is_verb(path):
        return page_above(path)
    return f"{path}?{parts.query}" if parts.query else path


def page_above(path: str) -> str:
    """Return the nearest address above `path` that leads to a page."""
    while len(path) > 1:
        path = path[: path.rstrip("/").rfind("/") + 1]
        if _is_verb(path) is False:
            return path
    return "/"


def _is_verb(path: str) -> bool | None:
    """Return whether `path` is one of the addresses that end in a verb; None where it leads nowhere."""
    try:
        return "verb" in resolve(path).kwargs
    except Resolver404:
        return None


def seeing(queryset, **lookup):
    """Return the one row of a scoped `queryset`; a stranger gets 404, as if it did not exist.

    So does a NUL in an address: PostgreSQL would refuse the query.
    """
    if any("\x00" in value for value in lookup.values() if isinstance(value, str)):
        raise Http404
    row = queryset.filter(**lookup).first()
    if row is None:
        raise Http404
    return row
