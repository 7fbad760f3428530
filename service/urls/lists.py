"""Routes of the three lists, and of what anybody may see."""

from django.urls import path

from service.views import lists as views
from service.views import public

urlpatterns: list = [
    path("service/lists/", views.my_lists, name="my_lists"),
    path("service/<int:pk>/lists/", views.lists, name="lists"),
    path("service/<int:pk>/lists/<slug:kind>/", views.one_list, name="one_list"),
    path("service/<int:pk>/lists/<slug:kind>/new/", views.new, name="list_item_new"),
    path("lists/<int:pk>/", views.item, name="list_item"),
    path("lists/<int:pk>/<slug:verb>/", views.verb, name="list_item_verb"),
    path("communities/", public.communities, name="communities"),
    path("communities/<int:pk>/", public.community, name="community_service"),
]
