"""Routes of calls for helpers."""

from django.urls import path

from service.views import calls

urlpatterns: list = [
    path("service/calls/", calls.helper_calls, name="helper_calls"),
    path("service/calls/new/", calls.helper_call_new, name="helper_call_new"),
    path("my/calls/", calls.my_calls, name="my_calls"),
    path("calls/<int:pk>/", calls.helper_call, name="helper_call"),
    path("calls/<int:pk>/<slug:verb>/", calls.helper_call_verb, name="helper_call_verb"),
    path("calls/<int:pk>/helpers/<int:answer>/<slug:verb>/", calls.helper_verb, name="helper_verb"),
]
