"""Routes of what resolutions ask of units."""

from django.urls import path

from service.views import commitments as views

urlpatterns: list = [
    path("commitments/", views.commitments, name="commitments"),
    path("commitments/<int:pk>/", views.commitment, name="commitment"),
    path("commitments/<int:pk>/do/<slug:verb>/", views.verb, name="commitment_verb"),
]
