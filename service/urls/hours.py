"""Routes of hours: the day itself, what is attested, certificates and sheets."""

from django.urls import path

from service.views import attendance, certificates, check_in, hours, reports

urlpatterns: list = [
    path("shifts/<int:pk>/code/", check_in.code, name="shift_code"),
    path("shifts/<int:pk>/check-in/", check_in.check_in, name="check_in"),
    path("shifts/<int:pk>/check-out/", check_in.check_out, name="check_out"),
    path("shifts/<int:pk>/attendance/", attendance.attendance, name="attendance"),
    path("shifts/<int:pk>/attendance/<slug:verb>/", attendance.verb, name="attendance_verb"),
    path("hours/<int:pk>/correct/", hours.correct, name="correct_hours"),
    path("my/hours/", hours.my_hours, name="my_hours"),
    path("my/certificates/", certificates.certificates, name="certificates"),
    path("my/certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<slug:code>/", certificates.verify_certificate, name="verify_certificate"),
    path("employer/hours/", reports.employer_sheets, name="employer_sheets"),
    path("employer/<int:pk>/hours/", reports.employer_hours, name="employer_hours"),
    path("employer/<int:pk>/hours/export/", reports.export, name="employer_hours_export"),
]
