from django.http import HttpResponse


def cases(request, *args, **kwargs):
    return HttpResponse(status=501)


def export(request, *args, **kwargs):
    return HttpResponse(status=501)
