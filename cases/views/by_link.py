"""Pages whose address holds a secret: whoever has the address may read them, nobody else may come to know it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from accounts.access import anyone, seeing
from cases.models import Case
from cases.queries import by_secret
from records.text import plain


def by_link(view: Callable[[HttpRequest, Case], HttpResponse]) -> Callable:
    """Give `view` the case of the number and the secret in the address; a wrong pair is answered with 404.

    The answer is kept out of caches and search engines. The referrer stays within the portal: with
    "no-referrer" browsers send `Origin: null`, and no form of the page would pass the CSRF check.
    """

    @wraps(view)
    def guarded(request: HttpRequest, number: str, secret: str, **kwargs) -> HttpResponse:
        cases = by_secret(plain(number), plain(secret))
        details = cases.select_related(
            "category", "holder", "district", "street", "community", "grid", "building", "merged_into"
        )
        response = view(request, seeing(details), **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return anyone(guarded)
