"""Routes of registrations."""

from django.urls import path

from service.views import employers
from service.views import registrations as views

urlpatterns: list = [
    path("my/registration/", views.my_registration, name="my_registration"),
    path("my/registration/places/", views.places, name="registration_places"),
    path("service/registrations/", views.registrations, name="registrations"),
    path("registrations/<int:pk>/", views.registration, name="member_registration"),
    path("registrations/<int:pk>/<slug:verb>/", views.verb, name="registration_verb"),
    path("service/employers/", employers.employers, name="employers"),
    path("employer-registrations/new/", employers.new, name="employer_registration_new"),
    path("employer-registrations/<int:pk>/", employers.employer, name="employer_registration"),
    path("employer-registrations/<int:pk>/<slug:verb>/", employers.verb, name="employer_registration_verb"),
]
