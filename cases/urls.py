"""Routes of the cases, one block per desk."""

from django.urls import path

from cases.views import command, desk, follow, handling, lists, public, signs, turnouts

urlpatterns = [
    # residents, signed in or not
    path("lodge/", public.lodge, name="lodge"),
    path("lodge/places/", public.places, name="lodge_places"),
    path("lodge/done/<str:number>/<str:secret>/", public.lodged, name="lodged"),
    path("b/<str:code>/", public.building, name="building"),
    path("b/<str:code>/support/<str:number>/", public.support, name="support"),
    path("follow/", follow.follow, name="follow"),
    path("follow/<str:number>/<str:secret>/", follow.follow_case, name="follow_case"),
    path("follow/<str:number>/<str:secret>/photo/<uuid:pk>/", follow.photo, name="follow_photo"),
    path("follow/<str:number>/<str:secret>/<str:verb>/", follow.follow_verb, name="follow_verb"),
    path("my/cases/", public.my_cases, name="my_cases"),
    # grid, street, command: the desk, the lists, one case
    path("desk/", desk.desk, name="desk"),
    path("phone-desk/", desk.phone_desk, name="phone_desk"),
    path("patrol/", desk.patrol, name="patrol"),
    path("desk/lodged/<str:number>/", desk.lodged, name="desk_lodged"),
    path("cases/", lists.cases, name="cases"),
    path("cases/export/", lists.export, name="cases_export"),
    path("cases/<str:number>/", handling.case, name="case"),
    path("cases/<str:number>/contact/", handling.contact, name="case_contact"),
    path("cases/<str:number>/do/<str:verb>/", handling.verb, name="case_verb"),
    # departments
    path("turnouts/", turnouts.desk, name="turnouts"),
    path("turnouts/<int:pk>/", turnouts.turnout, name="turnout"),
    path("turnouts/<int:pk>/do/<str:verb>/", turnouts.verb, name="turnout_verb"),
    # command
    path("command/", command.overview, name="command"),
    path("command/live/", command.live, name="command_live"),
    path("command/deadlines/<int:pk>/", command.unit_deadlines, name="unit_deadlines"),
    path("command/disputes/", command.disputes, name="disputes"),
    path("command/exclusions/", command.exclusions, name="exclusions"),
    path("command/exclusions/<int:pk>/", command.decide_exclusion, name="decide_exclusion"),
    # QR codes on buildings
    path("signs/", signs.signs, name="signs"),
    path("signs/<str:code>/", signs.sign, name="sign"),
]
