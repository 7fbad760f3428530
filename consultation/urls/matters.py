"""Routes of matters and topics."""

from django.urls import path

from consultation.views import matters, tabling

urlpatterns: list = [
    path("matters/", matters.my_matters, name="my_matters"),
    path("matters/new/", matters.matter_new, name="matter_new"),
    path("matters/<int:pk>/", matters.matter, name="matter"),
    path("matters/<int:pk>/do/<slug:verb>/", matters.matter_verb, name="matter_verb"),
    path("consultation/matters/", matters.matter_desk, name="matter_desk"),
    path("consultation/topics/", tabling.topics, name="topics"),
    path("cases/<slug:number>/table/", tabling.table_case, name="table_case"),
]
