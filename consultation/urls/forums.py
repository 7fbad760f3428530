"""Routes of forums: what anybody sees, and what their convenors keep."""

from django.urls import path

from consultation.views import calendars, forums, public

urlpatterns: list = [
    path("forums/", public.forums, name="forums"),
    path("forums/<int:pk>/", public.forum, name="forum"),
    path("forums/<int:pk>/calendar.ics", calendars.forum_feed, name="forum_calendar"),
    path("forums/<int:pk>/follow/", public.follow, name="forum_follow"),
    path("consultation/forums/", forums.kept, name="kept_forums"),
    path("consultation/forums/new/", forums.new, name="forum_new"),
    path("consultation/forums/<int:pk>/", forums.desk, name="forum_desk"),
    path("consultation/forums/<int:pk>/do/<slug:verb>/", forums.verb, name="forum_verb"),
]
