"""All routes: each app's own, the sign-in of allauth, the admin."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("health/", views.health, name="health"),
    path("preferences/", views.preferences, name="preferences"),
    path("language/", include("django.conf.urls.i18n")),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("", include("cases.urls")),
    path("", include("service.urls")),
    path("", include("consultation.urls")),
    path("", include("records.urls")),
    path("", include("appraisal.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
