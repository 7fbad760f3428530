"""Pages for requests that fail before a view is reached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form was too old, with a way to try again."""
    return render(request, "403_csrf.html", status=403)
