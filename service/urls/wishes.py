"""Routes of wishes and households."""

from django.urls import path

from service.views import households, wishes

urlpatterns: list = [
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/new/", wishes.wish_new, name="wish_new"),
    path("wishes/<int:pk>/", wishes.wish, name="wish"),
    path("wishes/<int:pk>/contact/", wishes.wish_contact, name="wish_contact"),
    path("wishes/<int:pk>/<slug:verb>/", wishes.wish_verb, name="wish_verb"),
    path("my/wishes/", wishes.my_wishes, name="my_wishes"),
    path("service/wishes/", wishes.wish_reviews, name="wish_reviews"),
    path("service/households/", households.households, name="households"),
    path("service/households/new/", households.household_new, name="household_new"),
    path("my/households/", households.my_households, name="my_households"),
    path("households/<int:pk>/", households.household, name="household"),
    path("households/<int:pk>/<slug:verb>/", households.household_verb, name="household_verb"),
]
