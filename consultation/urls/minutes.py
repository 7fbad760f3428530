from django.urls import path

from consultation.views import minutes, minutes_public

urlpatterns = [
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:pk>/minutes/do/<slug:verb>/", minutes.verb, name="minutes_verb"),
    path("meetings/<int:pk>/record/", minutes_public.published, name="published_minutes"),
    path("meetings/<int:pk>/record.pdf", minutes_public.pdf, name="minutes_pdf"),
]
