"""The addresses of this app, by what they are about."""

from consultation.urls import forums, matters, meetings, minutes, resolutions, room

urlpatterns = [
    *forums.urlpatterns,
    *matters.urlpatterns,
    *meetings.urlpatterns,
    *room.urlpatterns,
    *minutes.urlpatterns,
    *resolutions.urlpatterns,
]
