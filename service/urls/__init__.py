"""Routes of the service app."""

from service.urls import calls, hours, lists, posts, registrations, wishes

urlpatterns = [
    *registrations.urlpatterns,
    *lists.urlpatterns,
    *posts.urlpatterns,
    *hours.urlpatterns,
    *calls.urlpatterns,
    *wishes.urlpatterns,
]
