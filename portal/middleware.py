"""What stands between every request and its view: the encoding of what is sent, refusals that no form caught.

And a page for who opens an address that can only be sent to.
"""

import codecs

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect

from accounts.access import came_from
from accounts.errors import NotAllowed, Refused
from portal.errors import foreign_encoding, only_sent_to


class EncodingMiddleware:
    """Refuses a form that declares another encoding than UTF-8; of other requests the declaration is ignored.

    It stands before whatever reads request.POST: Django raises there, and again when the answer is made.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.encoding is not None:
            if request.method == "POST" and codecs.lookup(request.encoding).name != "utf-8":
                return foreign_encoding()
            request.encoding = "utf-8"
        return self.get_response(request)


class RefusalMiddleware:
    """Turns NotAllowed into 403, any other Refused into a message on the page the person came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NotAllowed):
            raise PermissionDenied(str(exception)) from exception
        if not isinstance(exception, Refused):
            return None
        messages.error(request, str(exception))
        return redirect(came_from(request))


class OnlySentToMiddleware:
    """Gives a page to who opens an address that takes only forms, as an old bookmark or a reload does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed):
            return response
        page = only_sent_to(request)
        page["Allow"] = response["Allow"]
        return page
