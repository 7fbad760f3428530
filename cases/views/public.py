from django.http import HttpResponse


def lodge(request, *args, **kwargs):
    return HttpResponse(status=501)


def places(request, *args, **kwargs):
    return HttpResponse(status=501)


def lodged(request, *args, **kwargs):
    return HttpResponse(status=501)


def building(request, *args, **kwargs):
    return HttpResponse(status=501)


def support(request, *args, **kwargs):
    return HttpResponse(status=501)


def follow(request, *args, **kwargs):
    return HttpResponse(status=501)


def follow_case(request, *args, **kwargs):
    return HttpResponse(status=501)


def photo(request, *args, **kwargs):
    return HttpResponse(status=501)


def follow_verb(request, *args, **kwargs):
    return HttpResponse(status=501)


def my_cases(request, *args, **kwargs):
    return HttpResponse(status=501)
