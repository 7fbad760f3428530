"""What the admin pages of all apps have in common: rules shown in the form, nothing with a history deleted."""

from copy import copy
from typing import BinaryIO

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.imports import Report
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


class RuledForm(forms.ModelForm):
    """Asks the rule of the action that will save the row, while the form can still show the answer."""

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


class UploadForm(forms.Form):
    """A CSV file of moderate size."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput({"accept": ".csv,text/csv"}))

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB; import it in parts."))
        return upload


class ImportingAdmin(admin.ModelAdmin):
    """Adds a page, linked from the list, that imports a CSV file as the command of the same name does."""

    change_list_template = "admin/accounts/importable_change_list.html"
    import_title = ""
    import_columns = ""
    import_notes = ""

    def take(self, source: BinaryIO) -> Report:
        """Take over the file. Raises FileRefused."""
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
                report = self.take(upload.file)
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
