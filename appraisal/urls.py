"""Routes of the appraisal."""

from django.urls import path, register_converter

from appraisal.months import MonthConverter
from appraisal.views import results, schemes

register_converter(MonthConverter, "month")

urlpatterns = [
    path("appraisal/", results.latest, name="appraisal"),
    path("appraisal/schemes/", schemes.versions, name="appraisal_schemes"),
    path("appraisal/schemes/new/", schemes.compose, name="appraisal_compose"),
    path("appraisal/schemes/share/", schemes.share, name="appraisal_share"),
    path("appraisal/schemes/<int:version>/activate/", schemes.activate, name="appraisal_activate"),
    path("appraisal/export/<month:month>/<str:kind>/", results.export, name="appraisal_export"),
    path("appraisal/<month:month>/", results.month, name="appraisal_month"),
    path("appraisal/<month:month>/<str:code>/", results.department, name="appraisal_department"),
    path("appraisal/<month:month>/<str:code>/<str:indicator>/", results.evidence, name="appraisal_evidence"),
]
