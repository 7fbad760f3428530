"""What stands between every request and its view: the encoding of what is sent, refusals that no form caught."""

import codecs

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.errors import NotAllowed, Refused
from portal.errors import foreign_encoding


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
        back = request.headers.get("referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = "/"
        return redirect(back)
