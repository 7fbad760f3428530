"""Routes of the service app."""

from service.urls import calls, commitments, hours, lists, posts, registrations, wishes

urlpatterns = [
    *registrations.urlpatterns,
    *lists.urlpatterns,
    *commitments.urlpatterns,
    *posts.urlpatterns,
    *hours.urlpatterns,
    *calls.urlpatterns,
    *wishes.urlpatterns,
]
