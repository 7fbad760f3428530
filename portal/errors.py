"""Pages for requests that no view answers."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import came_from, page_above

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form was too old, with a way back to its page."""
    return render(request, "403_csrf.html", {"back": came_from(request)}, status=403)


def only_sent_to(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing to read at this address, with a way to the page above it."""
    return render(request, "405.html", {"back": page_above(request.path_info)}, status=405)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was not understood, or that it was too much at once."""
    if isinstance(exception, TOO_MUCH):
        return not_taken(
            _("That was too much at once"),
            _("Please go back, shorten the text or choose fewer photos (up to 6), and send it again."),
        )
    return not_taken(_("The request was not understood"), _("Please go back and try again."))


def foreign_encoding() -> HttpResponse:
    """Say that only UTF-8 can be read."""
    return not_taken(
        _("The request was not understood"),
        _("It was not sent as UTF-8, the only encoding that can be read here. Please send it again as UTF-8."),
    )


def not_taken(title: str, sentence: str) -> HttpResponse:
    """Return a page with status 400, made without the request, whose body may not be read again."""
    return render(None, "400.html", {"title": title, "sentence": sentence}, status=400)
