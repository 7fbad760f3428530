"""Units, people and posts in the admin. Rights come from posts (accounts.roles); writes go through the actions."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import check_post, check_unit, deactivate, keep_post, place_unit, reactivate
from accounts.admin_base import Audited, HistoryAdmin, ImportingAdmin, NeverDeleted, ReadOnly, RuledForm, RulingAdmin
from accounts.errors import Refused
from accounts.events import tell
from accounts.imports import Report, import_people, import_units
from accounts.models import Post, Unit, User
from accounts.phones import normalise

admin.site.unregister(Group)  # rights follow from posts; a group would be a second door


class UnitForm(RuledForm):
    def check_rule(self, row: Unit) -> None:
        check_unit(unit=row, old_path=self.instance.path or None)


@admin.register(Unit)
class UnitAdmin(Audited, NeverDeleted, ImportingAdmin, HistoryAdmin):
    """The tree. Code and kind are what other tables and files refer to: they do not change."""

    form = UnitForm
    list_display = ["code", "name", "kind", "parent", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]
    fields = ["code", "name", "kind", "parent", "is_active"]
    import_title = _("Import units")
    import_columns = "code,name,kind,parent_code"
    import_notes = _("Parents may stand after their children. Units that are not in the file stay as they are.")

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return ["code", "kind"] if obj else []

    def write(self, request, obj, form, change) -> None:
        place_unit(unit=obj)

    def take(self, source, actor) -> Report:
        return import_units(source=source, actor=actor)


class NormalisedPhone(forms.Form):
    """Keeps the number in the one spelling of the database."""

    def clean_phone(self) -> str | None:
        number = self.cleaned_data["phone"]
        return normalise(number) if number else None


class PersonCreationForm(NormalisedPhone, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone"]


class PersonForm(NormalisedPhone, UserChangeForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone", "email", "password", "is_active"]


class PostsOfPerson(ReadOnly, admin.TabularInline):
    """What the person holds and held; posts are given and ended on their own page."""

    model = Post
    fields = ["unit", "role", "start", "end"]
    ordering = ["-start"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit")


@admin.register(User)
class PersonAdmin(Audited, NeverDeleted, ImportingAdmin, UserAdmin):
    """People. There is nothing to tick for rights: they follow from posts."""

    form = PersonForm
    add_form_template = "admin/accounts/person_add.html"
    add_form = PersonCreationForm
    list_display = ["username", "name", "masked_phone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username", "name", "phone"]
    filter_horizontal = []
    readonly_fields = ["date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        (_("Person"), {"fields": ["name", "phone", "email"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "name", "phone", "usable_password", "password1", "password2"],
            },
        )
    ]
    inlines = [PostsOfPerson]
    actions = ["deactivate_people"]
    import_title = _("Import people and their posts")
    import_columns = "username,name,phone,role,unit_code[,start,end]"
    import_notes = _(
        "One row per post; a resident has the role “resident” and no unit. New people get no password: set one "
        "on their page, or use the command import_people with --password-file."
    )

    def get_inlines(self, request, obj) -> list:
        return self.inlines if obj else []

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        own = ["is_active"] if obj == request.user else []  # nobody locks the door behind themselves
        return [*self.readonly_fields, *own]

    def has_change_permission(self, request, obj=None) -> bool:
        """A superuser is changed by superusers only: else a new password for one would give everything."""
        beyond = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not beyond and super().has_change_permission(request, obj)

    def write(self, request, obj, form, change) -> None:
        super().write(request, obj, form, change)
        if "is_active" in form.changed_data:
            (reactivate if obj.is_active else deactivate)(user=obj, actor=request.user)

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):
        """As Django's, and tell of the password that was set or taken away."""
        person = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        if person and not User.objects.filter(pk=person.pk, password=person.password).exists():
            tell(row=person, verb="user.password", actor=request.user)
        return response

    @admin.display(description=_("mobile number"), ordering="phone")
    def masked_phone(self, person: User) -> str:
        return person.masked_phone

    @admin.action(
        description=_("Deactivate the chosen people: everything is taken from them at once"), permissions=["change"]
    )
    @transaction.atomic
    def deactivate_people(self, request, queryset) -> None:
        people = [
            person
            for person in queryset.filter(is_active=True).exclude(pk=request.user.pk)
            if self.has_change_permission(request, person)
        ]
        for person in people:
            deactivate(user=person, actor=request.user)
            self.log_change(request, person, gettext("Deactivated."))
        self.message_user(
            request, gettext("%(count)d people were deactivated.") % {"count": len(people)}, messages.SUCCESS
        )

    def take(self, source, actor) -> Report:
        return import_people(source=source, actor=actor)


class PostForm(RuledForm):
    def check_rule(self, row: Post) -> None:
        check_post(post=row, actor=self.actor)


@admin.register(Post)
class PostAdmin(NeverDeleted, RulingAdmin, HistoryAdmin):
    """Posts are given and ended, by somebody else than their holder; who, where and as what does not change."""

    form = PostForm
    list_display = ["user", "role", "unit", "start", "end"]
    list_filter = ["role", ("end", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "unit"]
    search_fields = ["user__username", "user__name", "unit__code", "unit__name"]
    autocomplete_fields = ["user", "unit"]
    fields = ["user", "unit", "role", "start", "end"]
    actions = ["end_today"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return ["user", "unit", "role"] if obj else []

    def save_model(self, request, obj, form, change) -> None:
        keep_post(post=obj, actor=request.user)

    @admin.action(description=_("End the chosen posts today"), permissions=["change"])
    def end_today(self, request, queryset) -> None:
        today, ended = timezone.localdate(), 0
        for post in queryset.filter(Q(end__isnull=True) | Q(end__gt=today)).select_related("user", "unit"):
            post.end = today
            try:
                keep_post(post=post, actor=request.user)
            except Refused as refusal:
                self.message_user(request, f"{post.user}, {post}: {refusal}", messages.ERROR)
                continue
            self.log_change(request, post, gettext("Ended."))
            ended += 1
        self.message_user(request, gettext("%(count)d posts end today.") % {"count": ended}, messages.SUCCESS)
