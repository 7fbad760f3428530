"""Routes of posts, shifts and sign-ups."""

from django.urls import path

from service.views import calendar, posts, shifts, sign_ups

urlpatterns: list = [
    path("service/posts/", posts.posts, name="service_posts"),
    path("service/posts/new/", posts.new, name="service_post_new"),
    path("service/posts/<int:pk>/", posts.post, name="service_post"),
    path("service/posts/<int:pk>/<slug:verb>/", posts.verb, name="service_post_verb"),
    path("shifts/<int:pk>/", shifts.shift, name="shift"),
    path("shifts/<int:pk>/calendar.ics", calendar.shift_file, name="shift_calendar"),
    path("shifts/<int:pk>/do/<slug:verb>/", shifts.verb, name="shift_verb"),
    path("serve/", sign_ups.find, name="find_service"),
    path("serve/calendar/", sign_ups.calendar, name="service_calendar"),
    path("serve/calendar/<str:token>.ics", calendar.feed, name="service_feed"),
    path("my/service/", sign_ups.mine, name="my_service"),
    path("my/service/calendar/", calendar.renew, name="service_feed_renew"),
]
