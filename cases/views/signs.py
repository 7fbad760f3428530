from django.http import HttpResponse


def signs(request, *args, **kwargs):
    return HttpResponse(status=501)


def sign(request, *args, **kwargs):
    return HttpResponse(status=501)
