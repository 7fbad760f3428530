"""People, units and posts."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.mixins import GuardianUserMixin
from guardian.models import UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from accounts.enums import Role, UnitKind
from accounts.phones import masked


class UserManager(BaseUserManager):
    """Makes people. Entering the admin is no field: it follows from posts."""

    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """Return a new person; without a password they cannot sign in by one. Raises IntegrityError if taken."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        """Return a new person who may do everything in the admin: for the first set-up only."""
        return self.create_user(username, password, is_superuser=True, **fields)


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    """A person, who signs in by username or mobile number. What they may do follows from their posts."""

    username = models.CharField(_("username"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("mobile number"), max_length=20, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick to take every permission away at once.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def masked_phone(self) -> str:
        return masked(self.phone) if self.phone else ""


class Unit(models.Model):
    """Any body that can hold work. `path` is the codes from the root, each ended by a slash."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(max_length=300, unique=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        indexes = [models.Index(fields=["kind", "parent", "code"], name="unit_kind_parent")]
        constraints = [
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_not_own_parent"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
        ]
        permissions = [
            ("view_case", "See the cases of the unit"),
            ("handle_case", "Accept, answer and escalate the unit's cases"),
            ("dispatch_case", "Assign, whistle, release and merge the street's cases"),
            ("attend_turnout", "Answer the whistles of the department"),
            ("command_case", "Take lifted cases and decide disputes and exclusions"),
            ("lead_case", "Coordinate the cases of the leading group"),
            ("lodge_for_caller", "Lodge a case for a caller"),
            ("patrol", "Report what a patrol sees"),
            ("reveal_contact", "Show a resident's name, telephone and address"),
            ("view_appraisal", "See the appraisal"),
            ("manage_appraisal", "Compose appraisal schemes"),
            ("manage_service", "Run the community's registrations, lists, posts, calls and wishes"),
            ("liaise", "Act for the employer in its community"),
            ("represent_unit", "Speak for the unit in consultation and keep what it owes of resolutions"),
            ("convene", "Keep the unit's forums and run their meetings"),
            ("view_audit", "Read the audit trail"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person's role in a unit from `start` to `end`, both days included; no `end` means for now."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=32, choices=Role)
    start = models.DateField(_("from"), default=timezone.localdate)
    end = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["unit", "role", "user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="post_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(end__isnull=True), name="post_held_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"

    def overlaps(self, other: "Post") -> bool:
        """Return whether there is a day on which both posts are held."""
        return self.start <= (other.end or date.max) and other.start <= (self.end or date.max)


class UnitGrant(UserObjectPermissionBase):
    """django-guardian's grant of one permission on one unit, with real keys so that nothing is left behind."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
