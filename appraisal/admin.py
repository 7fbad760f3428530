"""Schemes in the admin, to read: they are composed and brought into force on their own pages, by two people."""

from django.contrib import admin

from appraisal.models import Indicator, Scheme


class ReadOnly:
    """No form of the admin writes: the rules are in the actions."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class IndicatorInline(ReadOnly, admin.TabularInline):
    model = Indicator


@admin.register(Scheme)
class SchemeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["version", "name", "state", "effective_from", "share", "composed_by", "activated_by"]
    inlines = [IndicatorInline]
