"""Routes of the records: what is owed, the inbox, and the one authorised way to a photo."""

from django.urls import path

from records import views
from records.terms import views as terms

urlpatterns = [
    path("my/deadlines/", views.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/", terms.deadline, name="deadline"),
    path("deadlines/<int:pk>/do/<str:verb>/", terms.verb, name="deadline_verb"),
    path("pauses/", terms.pauses, name="pauses"),
    path("extensions/", terms.extensions, name="extensions"),
    path("my/reminders/", views.reminder_preferences, name="reminder_preferences"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="notices_read"),
    path("attachments/<uuid:pk>/", views.attachment, name="attachment"),
]
