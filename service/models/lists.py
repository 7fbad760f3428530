"""The three lists: a need and a resource become a project, which is delivered and rated by the side that asked."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from service.enums import ItemState, ListKind, ResourceKind
from service.models.fields import person_key, unit_key


class ListItem(models.Model):
    """A need, a resource or a project of one community, or a commitment to a forum of any territory.

    `owner` listed it. `asker` is the side for which it is done and that rates it; `claimant` does it. A need is
    asked by its owner; of a resource the asker is who claims it; a project takes both from its need and resource.
    A commitment is asked by a unit, or by the person in `asked_by`; `claimant` owes it before it has claimed it.
    """

    kind = models.CharField(_("list"), max_length=10, choices=ListKind)
    community = unit_key(_("community"), kinds=("grid", "community", "street", "district"))
    owner = unit_key(_("listed by"))
    asker = unit_key(_("asked by"), null=True, blank=True)
    asked_by = person_key(_("asked by person"), null=True)
    claimant = unit_key(_("claimed by"), null=True, blank=True)
    need = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="projects_of_need", verbose_name=_("need")
    )
    resource = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="projects_of_resource", verbose_name=_("resource")
    )
    resource_kind = models.CharField(_("kind of resource"), max_length=12, choices=ResourceKind)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("description"), max_length=2000, blank=True)
    wanted_on = models.DateField(_("wanted by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=ItemState, default=ItemState.OPEN)
    created_by = person_key(_("listed by person"))
    created_at = models.DateTimeField(_("listed"))
    claimed_by = person_key(_("claimed by person"), null=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    evidence = models.TextField(_("what was delivered"), max_length=2000, blank=True)
    delivered_by = person_key(_("delivered by"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    rated_by = person_key(_("rated by person"), null=True)
    rated_at = models.DateTimeField(_("rated"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("list item")
        verbose_name_plural = _("list items")
        indexes = [
            models.Index(fields=["community", "kind", "-created_at", "-id"], name="item_of_community"),
            models.Index(fields=["owner", "-created_at", "-id"], name="item_of_owner"),
            models.Index(fields=["claimant", "rated_at"], name="item_of_claimant"),
            models.Index(
                fields=["claimant", "-created_at", "-id"], condition=Q(kind="commitment"), name="commitment_of_claimant"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ListKind.PROJECT, need__isnull=False, resource__isnull=False)
                | (~Q(kind=ListKind.PROJECT) & Q(need__isnull=True, resource__isnull=True)),
                name="project_has_need_and_resource",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="item_rating_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(claimant__isnull=True)
                | Q(asker__isnull=True)
                | ~Q(claimant=F("asker"))
                | Q(kind=ListKind.COMMITMENT, asked_by__isnull=False),
                name="item_claimed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ItemState.CLAIMED, ItemState.DELIVERED, ItemState.RATED])
                | Q(claimant__isnull=False, asker__isnull=False, due_at__isnull=False),
                name="item_claimed_whole",
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(need__isnull=False) & ~Q(state=ItemState.WITHDRAWN),
                name="need_matched_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("commitment" if self.kind == ListKind.COMMITMENT else "list_item", args=[self.pk])

    @property
    def was_asked(self) -> bool:
        """Whether the claimant could be asked at all: of a commitment that ended as it was made, nobody was."""
        return self.withdrawn_at is None or self.withdrawn_at > self.created_at


class ItemProgress(models.Model):
    """What is reported of a claimed item before it is delivered. Never changed: see the trigger."""

    item = models.ForeignKey(ListItem, on_delete=models.PROTECT, related_name="progress", verbose_name=_("list item"))
    text = models.CharField(_("progress"), max_length=1000)
    by = person_key(_("reported by"))
    at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("report of progress")
        verbose_name_plural = _("reports of progress")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
