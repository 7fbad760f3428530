from django.http import HttpResponse


def case(request, *args, **kwargs):
    return HttpResponse(status=501)


def contact(request, *args, **kwargs):
    return HttpResponse(status=501)


def verb(request, *args, **kwargs):
    return HttpResponse(status=501)
