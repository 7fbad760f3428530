"""Routes of resolutions."""

from django.urls import path

from consultation.views import resolutions as views

urlpatterns: list = [
    path("resolutions/<int:pk>/", views.resolution, name="resolution"),
]
