"""Schemes in the admin, to read: they are composed and brought into force on their own pages, by two people."""

from django.contrib import admin

from accounts.admin_base import CarefulAdmin, ReadOnly
from appraisal.models import Indicator, Scheme


class IndicatorInline(ReadOnly, admin.TabularInline):
    model = Indicator


@admin.register(Scheme)
class SchemeAdmin(ReadOnly, CarefulAdmin):
    list_display = ["version", "name", "state", "effective_from", "share", "composed_by", "activated_by"]
    inlines = [IndicatorInline]
