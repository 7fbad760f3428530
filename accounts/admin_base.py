"""What the admin pages of all apps have in common: rules shown in the form, nothing with a history deleted,
every change told to the audit trail.
"""

from copy import copy
from typing import BinaryIO

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms.models import construct_instance
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.errors import Refused
from accounts.events import tell
from accounts.imports import Report
from accounts.models import User
from accounts.tabular import FileRefused, Problems

LARGEST_FILE = 5 * 1024 * 1024


class NeverDeleted:
    """Rows with a history are ended or set inactive, not deleted."""

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class ReadOnly(NeverDeleted):
    """Rows that are only looked at."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class Audited:
    """Tells of every row that is added, changed or deleted, in the transaction that does it."""

    @transaction.atomic
    def save_model(self, request, obj, form, change) -> None:
        self.write(request, obj, form, change)
        verb = f"{self.opts.model_name}.{'change' if change else 'add'}"
        tell(row=obj, verb=verb, actor=request.user, detail={"fields": sorted(form.changed_data)})

    def write(self, request, obj, form, change) -> None:
        """Save the row: as Django does, or by an action."""
        super().save_model(request, obj, form, change)

    @transaction.atomic
    def delete_model(self, request, obj) -> None:
        key = obj.pk
        self.delete(request, obj)
        obj.pk = key  # Django takes it from what is gone
        tell(row=obj, verb=f"{self.opts.model_name}.delete", actor=request.user)

    def delete(self, request, obj) -> None:
        """Delete the row: as Django does, or by an action."""
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset) -> None:
        for row in queryset:
            self.delete_model(request, row)


class RuledForm(forms.ModelForm):
    """Asks the rule of the action that will save the row, while the form can still show the answer."""

    actor: User | None = None
    """Who types; set by RulingAdmin."""

    def check_rule(self, row) -> None:
        """Raise Refused when `row`, as it is typed, may not be saved."""
        raise NotImplementedError

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            row = construct_instance(self, copy(self.instance), self._meta.fields, self._meta.exclude)
            try:
                self.check_rule(row)
            except Refused as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
        return cleaned


class RulingAdmin(admin.ModelAdmin):
    """Tells its RuledForm who types."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = request.user  # the class was made for this request
        return form


class UploadForm(forms.Form):
    """A CSV file of moderate size."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput({"accept": ".csv,text/csv"}))

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB; import it in parts."))
        return upload


class CarefulAdmin(admin.ModelAdmin):
    """Answers a list whose address holds a date that cannot be with the whole list and a sentence."""

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError) as error:
            messages.error(request, _("The list cannot be narrowed like this; here is all of it."))
            raise IncorrectLookupParameters from error


class HistoryAdmin(CarefulAdmin, SimpleHistoryAdmin):
    """Keeps what each row was before; a history of what is no key of a row is not found."""

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        self._check_key(object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None) -> HttpResponse:
        self._check_key(object_id)
        self._check_key(version_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _check_key(self, key: str) -> None:
        try:
            self.opts.pk.to_python(unquote(key))
        except ValidationError as error:
            raise Http404 from error


class ImportingAdmin(CarefulAdmin):
    """Adds a page, linked from the list, that imports a CSV file as the command of the same name does."""

    change_list_template = "admin/accounts/importable_change_list.html"
    import_title = ""
    import_columns = ""
    import_notes = ""

    def take(self, source: BinaryIO, actor: User) -> Report:
        """Take over the file that `actor` sent. Raises FileRefused."""
        raise NotImplementedError

    def get_urls(self) -> list:
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [path("import/", self.admin_site.admin_view(self.import_view), name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"may_import": self.may_import(request), **(extra_context or {})})

    def may_import(self, request: HttpRequest) -> bool:
        """Return whether the person may both add and change such rows."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; take it over, or list what is wrong with it by line and column."""
        if not self.may_import(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        problems = Problems()
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                report = self.take(upload.file, request.user)
            except FileRefused as refusal:
                problems = refusal.problems
            else:
                self._tell(request, report, upload.name)
                return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": self.import_title,
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "columns": self.import_columns,
            "notes": self.import_notes,
        }
        return TemplateResponse(request, "admin/accounts/import.html", context)

    def _tell(self, request: HttpRequest, report: Report, name: str) -> None:
        sentences = report.sentences()
        for sentence in sentences:
            messages.success(request, sentence)
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=name[:200],
            action_flag=CHANGE,
            change_message=" ".join(sentences),
        )
