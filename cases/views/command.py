from django.http import HttpResponse


def overview(request, *args, **kwargs):
    return HttpResponse(status=501)


def disputes(request, *args, **kwargs):
    return HttpResponse(status=501)


def exclusions(request, *args, **kwargs):
    return HttpResponse(status=501)


def decide_exclusion(request, *args, **kwargs):
    return HttpResponse(status=501)
