"""Pages for requests that fail before a view is reached."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form was too old, with a way to try again."""
    return render(request, "403_csrf.html", status=403)


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
