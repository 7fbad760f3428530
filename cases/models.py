"""Cases with their history, whistles with their turnouts, ratings, and what the administrator sets."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.phones import masked
from cases.enums import (
    OPEN_STATES,
    OPEN_TURNOUT_STATES,
    Channel,
    ExclusionCode,
    Kind,
    Level,
    State,
    Step,
    TurnoutState,
    Urgency,
    Verb,
    WhistleKind,
)
from records.enums import ClockUnit

SCOPES = [
    ("", _("all")),
    *Urgency.choices,
    *((kind, label) for kind, label in WhistleKind.choices if kind not in Urgency.values),
]
SECRET_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_secret() -> str:
    """Return 12 characters without look-alikes, 60 bits: short enough to be read out over the telephone."""
    return "".join(secrets.choice(SECRET_ALPHABET) for _i in range(12))


def new_number(now: datetime) -> str:
    """Return a public number: the day and seven random digits, which tell nothing of how many there are."""
    return f"{now:%Y%m%d}-{secrets.randbelow(10**7):07d}"


class Category(models.Model):
    """What a case is about, on two levels. The second level routes, sets the clock and asks for photos."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None},
        verbose_name=_("parent"),
    )
    department = models.ForeignKey(
        "accounts.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": "department"},
        related_name="+",
        verbose_name=_("default department"),
        help_text=_("Proposed when a whistle is blown about a case of this category."),
    )
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency, default=Urgency.NORMAL)
    photos_required = models.BooleanField(_("photos required as evidence"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name if (get_language() or "").startswith("zh") else self.name_en


class ClockSetting(models.Model):
    """How long a step may take, per urgency (cases) or kind of whistle (turnouts). Changed, never removed."""

    step = models.CharField(_("step"), max_length=40, choices=Step)
    scope = models.CharField(
        _("applies to"),
        max_length=12,
        blank=True,
        choices=SCOPES,
    )
    amount = models.PositiveSmallIntegerField(_("amount"), validators=[MinValueValidator(1), MaxValueValidator(999)])
    unit = models.CharField(_("unit"), max_length=12, choices=ClockUnit)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["step", "scope"]
        constraints = [
            models.UniqueConstraint(fields=["step", "scope"], name="clock_once_per_scope"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="clock_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.amount} {self.get_unit_display()}"


class Building(models.Model):
    """A building with the short code on its door, which fills in the place of a request."""

    code = models.CharField(
        _("short code"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{4,12}$", _("Capital letters and digits, four or more."))],
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    address = models.CharField(_("address"), max_length=200, blank=True)
    grid = models.ForeignKey(
        "accounts.Unit",
        on_delete=models.PROTECT,
        limit_choices_to={"kind": "grid"},
        related_name="buildings",
        verbose_name=_("grid"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


def _unit_key(verbose_name, **options):
    return models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=verbose_name, **options
    )


class Case(models.Model):
    """A resident's request, from lodging to rating.

    `holder` is the unit on whose desk it lies; `district` … `grid` are where the trouble is and decide who
    may see it. `due_at` is the case's own clock and never moves; `next_due_at` is the first thing owed.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    secret = models.CharField(max_length=12, default=new_secret, editable=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cases", verbose_name=_("category"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency)
    text = models.TextField(_("description"), max_length=2000)
    search_text = models.TextField(editable=False, default="")
    confidential = models.BooleanField(
        _("name withheld"),
        default=False,
        help_text=_("The resident asks that the unit complained about does not learn who complained."),
    )

    district = _unit_key(_("district"))
    street = _unit_key(_("street"))
    community = _unit_key(_("community"), null=True)
    grid = _unit_key(_("grid"), null=True)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("building")
    )

    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.GRID)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.LODGED)
    holder = _unit_key(_("with"))
    entries = models.PositiveSmallIntegerField(default=1, help_text=_("how many levels it has entered"))
    escalated_at = models.DateTimeField(null=True, help_text=_("when it first went up to the street"))
    bounces = models.PositiveSmallIntegerField(_("bounces"), default=0)
    open_turnouts = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(_("reopened"), default=0)
    supporters = models.PositiveIntegerField(_("supporters"), default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    lodger = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases")
    submission_token = models.UUIDField(null=True, unique=True, editable=False)
    external_id = models.CharField(_("number elsewhere"), max_length=60, null=True, unique=True)

    lodged_at = models.DateTimeField(_("lodged"))
    due_at = models.DateTimeField(_("due"))
    next_due_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True, help_text=_("first accepted by anyone"))
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    solved = models.BooleanField(_("solved"), null=True, help_text=_("the resident's last answer"))
    excluded_at = models.DateTimeField(_("excluded"), null=True)

    deadlines = GenericRelation("records.Deadline")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-lodged_at", "-id"]
        indexes = [
            models.Index(
                fields=["holder", "next_due_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="case_desk",
            ),
            models.Index(fields=["district", "-lodged_at", "-id"], name="case_of_district"),
            models.Index(fields=["street", "-lodged_at", "-id"], name="case_of_street"),
            models.Index(fields=["community", "-lodged_at", "-id"], name="case_of_community"),
            models.Index(fields=["grid", "-lodged_at", "-id"], name="case_of_grid"),
            models.Index(fields=["lodger", "-lodged_at", "-id"], name="case_of_lodger"),
            models.Index(
                fields=["district", "level", "state", "street"],
                condition=Q(state__in=OPEN_STATES),
                name="case_open_overview",
            ),
            models.Index(fields=["next_due_at"], condition=Q(state=State.RESOLVED), name="case_awaiting_rating"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_STATES) | Q(next_due_at__isnull=False), name="case_open_is_on_a_desk"
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
                name="case_merged_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.RESOLVED, State.CLOSED]) | Q(open_turnouts=0),
                name="case_resolved_without_turnout",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    def get_public_url(self) -> str:
        return reverse("follow_case", args=[self.number, self.secret])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def last_due_at(self) -> datetime:
        """The clock that stands when nothing else is owed; desks are ordered by time, so there is always one."""
        return self.due_at

    @property
    def summary(self) -> str:
        """The first 60 characters of the description on one line."""
        line = " ".join(self.text.split())
        return line if len(line) <= 60 else f"{line[:59]}…"

    @property
    def place(self):
        """The smallest unit that is known to hold the place."""
        return self.grid or self.community or self.street


class Contact(models.Model):
    """Who asked, and where exactly. Masked by default; shown only through cases.actions.reveal_contact."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.CharField(_("where exactly"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        return f"{self.name[:1]}{'*' * max(len(self.name) - 1, 1)}" if self.name else ""

    @property
    def masked_phone(self) -> str:
        return masked(self.phone)

    @property
    def masked_address(self) -> str:
        return "***" if self.address else ""


class Whistle(models.Model):
    """A street's call to one or more departments about a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="whistles")
    street = _unit_key(_("street"))
    kind = models.CharField(_("kind of whistle"), max_length=12, choices=WhistleKind)
    place = models.CharField(_("place"), max_length=200)
    blown_at = models.DateTimeField(_("blown"))
    blown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("nobody of this portal where the whistle was imported"),
    )

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        ordering = ["blown_at", "id"]
        indexes = [models.Index(fields=["street", "blown_at"], name="whistle_of_street")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.get_kind_display()}"


def _mark(label):
    return models.PositiveSmallIntegerField(label, null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])


class Turnout(models.Model):
    """One department's answer to one whistle; it ends when the street releases it with three marks of 1–5."""

    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="turnouts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="turnouts")
    street = _unit_key(_("street"))
    department = _unit_key(_("department"))
    task = models.CharField(_("what is asked"), max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=TurnoutState, default=TurnoutState.CALLED)
    called_at = models.DateTimeField(_("called"))
    next_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    arrive_due_at = models.DateTimeField(_("to arrive by"))
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    reported_at = models.DateTimeField(_("reported"), null=True)
    report = models.TextField(_("report"), max_length=2000, blank=True)
    disputed_at = models.DateTimeField(_("disputed"), null=True)
    dispute_reason = models.CharField(_("reason of the dispute"), max_length=500, blank=True)
    released_at = models.DateTimeField(_("released"), null=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)
    on_time = _mark(_("on time"))
    cooperation = _mark(_("co-operation"))
    result = _mark(_("result"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    deadlines = GenericRelation("records.Deadline")

    class Meta:
        verbose_name = _("turnout")
        verbose_name_plural = _("turnouts")
        ordering = ["called_at", "id"]
        indexes = [
            models.Index(
                fields=["department", "next_due_at", "id"],
                condition=Q(state__in=OPEN_TURNOUT_STATES),
                name="turnout_desk",
            ),
            models.Index(fields=["department", "-called_at", "-id"], name="turnout_of_department"),
            models.Index(fields=["street", "called_at"], name="turnout_of_street"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "department"],
                condition=Q(state__in=OPEN_TURNOUT_STATES),
                name="turnout_open_once",
            ),
            models.CheckConstraint(condition=Q(state__in=TurnoutState.values), name="turnout_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_TURNOUT_STATES) | Q(next_due_at__isnull=False),
                name="turnout_open_is_on_a_desk",
            ),
            models.CheckConstraint(
                condition=~Q(state=TurnoutState.RELEASED)
                | Q(
                    released_at__isnull=False,
                    on_time__range=(1, 5),
                    cooperation__range=(1, 5),
                    result__range=(1, 5),
                ),
                name="turnout_released_with_marks",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(arrived_at__gte=F("called_at")),
                name="turnout_arrives_after_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.department}"

    def get_absolute_url(self) -> str:
        return reverse("turnout", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_TURNOUT_STATES

    @property
    def last_due_at(self) -> datetime:
        """As on a case: here the time to arrive by."""
        return self.arrive_due_at

    @property
    def arrived_late(self) -> bool:
        return self.arrived_at is not None and self.arrived_at > self.arrive_due_at


class Movement(models.Model):
    """One entry of a case's history. Never changed or deleted: the database refuses both by a trigger.

    `text` may be shown to the resident when `is_public`; `reason` is for the units only.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="movements")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20, choices=Verb)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    unit = _unit_key(_("unit"), null=True)
    to_unit = _unit_key(_("to"), null=True)
    turnout = models.ForeignKey(Turnout, on_delete=models.PROTECT, null=True, related_name="movements")
    is_public = models.BooleanField(default=False)
    token = models.UUIDField(null=True, help_text=_("of the form, so that it is carried out once"))
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at", "id"], name="movement_of_case")]
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="movement_once_per_form")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"


class Rating(models.Model):
    """The resident's two answers about one round of a case. Silence leaves no row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    solved = models.BooleanField(_("was it solved?"))
    satisfaction = models.PositiveSmallIntegerField(
        _("were you satisfied?"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reasons = models.JSONField(_("reasons"), default=list)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    is_verified = models.BooleanField(
        default=True, help_text=_("Given by the one who asked; an unverified one counts in no appraisal.")
    )
    rated_at = models.DateTimeField()
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["case", "round"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="rating_once_per_round"),
            models.CheckConstraint(condition=Q(satisfaction__range=(1, 5)), name="rating_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round}"


class Exclusion(models.Model):
    """A request to leave a case out of the rates (剔除), decided by another unit than the one that asks."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")
    code = models.CharField(_("reason"), max_length=20, choices=ExclusionCode)
    text = models.CharField(_("explanation"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asking_unit = _unit_key(_("asked by"))
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    deciding_unit = _unit_key(_("decided by"), null=True)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)

    deadlines = GenericRelation("records.Deadline")

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decided_at__isnull=True), name="exclusion_asked_once"),
            models.CheckConstraint(
                condition=Q(deciding_unit__isnull=True) | ~Q(deciding_unit=F("asking_unit")),
                name="exclusion_decided_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_code_display()}"


class Supporter(models.Model):
    """A resident who says "me too"; `person` is a digest, so that one person counts once without a name."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="support")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    person = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="supporter_counts_once")]

    def __str__(self) -> str:
        return f"{self.case_id}"
