"""Routes of meetings, their agenda, papers and invitations."""

from django.urls import path

from consultation.views import agenda, meetings, my_meetings, papers

urlpatterns: list = [
    path("my-meetings/", my_meetings.my_meetings, name="my_meetings"),
    path("consultation/meetings/", meetings.meetings, name="meetings"),
    path("consultation/forums/<int:pk>/meetings/new/", meetings.new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/do/<slug:verb>/", meetings.verb, name="meeting_verb"),
    path("meetings/<int:pk>/calendar.ics", my_meetings.meeting_calendar, name="meeting_calendar"),
    path("meetings/<int:pk>/agenda/", agenda.agenda, name="agenda"),
    path("agenda/<int:pk>/", agenda.item, name="agenda_item"),
    path("agenda/<int:pk>/do/<slug:verb>/", agenda.verb, name="agenda_verb"),
    path("papers/<uuid:pk>/", papers.paper, name="paper"),
]
