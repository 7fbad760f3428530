"""Routes of the records: the inbox, and the one authorised way to a photo."""

from django.urls import path

from records import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="notices_read"),
    path("attachments/<uuid:pk>/", views.attachment, name="attachment"),
]
