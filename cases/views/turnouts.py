from django.http import HttpResponse


def desk(request, *args, **kwargs):
    return HttpResponse(status=501)


def turnout(request, *args, **kwargs):
    return HttpResponse(status=501)


def verb(request, *args, **kwargs):
    return HttpResponse(status=501)
