from django.http import HttpResponse


def desk(request, *args, **kwargs):
    return HttpResponse(status=501)


def phone_desk(request, *args, **kwargs):
    return HttpResponse(status=501)


def patrol(request, *args, **kwargs):
    return HttpResponse(status=501)


def lodged(request, *args, **kwargs):
    return HttpResponse(status=501)
