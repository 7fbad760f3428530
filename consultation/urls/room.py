from django.urls import path

from consultation.views import room, room_check_in, votes

urlpatterns = [
    path("meetings/<int:pk>/room/", room.room, name="room"),
    path("meetings/<int:pk>/room/live/", room.room_live, name="room_live"),
    path("meetings/<int:pk>/room/do/<slug:verb>/", room.verb, name="room_verb"),
    path("meetings/<int:pk>/code/", room_check_in.meeting_code, name="meeting_code"),
    path("meetings/<int:pk>/check-in/", room_check_in.meeting_check_in, name="meeting_check_in"),
    path("votes/<int:pk>/", votes.vote, name="vote"),
    path("votes/<int:pk>/cast/", votes.vote_cast, name="vote_cast"),
]
