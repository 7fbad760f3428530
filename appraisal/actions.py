"""What is done to schemes: one person composes a version, another brings it into force."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from accounts.queries import grants_of
from appraisal.enums import SOURCE_OF, SchemeState
from appraisal.formula import street_and_total
from appraisal.models import MAX_WEIGHT, Indicator, Scheme, below_third
from appraisal.months import following, month_at
from records import actions as records


@transaction.atomic
def compose(*, user: User, name: str, weights: Mapping[str, int], now: datetime | None = None) -> Scheme:
    """Keep a new draft version with `weights` by indicator code, and return it.

    Raises NotAllowed without `manage_appraisal`; Refused for an indicator that is not in the catalogue, a weight
    out of range, no name, or when the streets hold less than a third, with the exact fraction.
    """
    now = now or timezone.now()
    _check_manages(user)
    name = name.strip()
    if not name:
        raise Refused(_("Please give the scheme a name."), field="name")
    for code, weight in weights.items():
        if code not in SOURCE_OF:
            raise Refused(_("There is no such indicator in the catalogue."))
        if not 1 <= weight <= MAX_WEIGHT:
            raise Refused(_("A weight is a whole number from 1 to 1,000,000."), field=code)
    street, total = street_and_total(weights)
    if sentence := below_third(street, total):
        raise Refused(sentence)
    scheme = Scheme.objects.create(
        name=name,
        version=(Scheme.objects.aggregate(Max("version"))["version__max"] or 0) + 1,
        street_weight=street,
        total_weight=total,
        composed_by=user,
        composed_at=now,
    )
    Indicator.objects.bulk_create(
        Indicator(scheme=scheme, code=code, source=SOURCE_OF[code], weight=weights[code])
        for code in SOURCE_OF
        if code in weights
    )
    records.audit(
        verb="scheme.compose", subject=scheme, actor=user, detail={**weights, "version": scheme.version}, now=now
    )
    return scheme


@transaction.atomic
def activate(*, scheme: Scheme, user: User, now: datetime | None = None) -> Scheme:
    """Bring a draft into force from the next month on; return it.

    Raises NotAllowed without `manage_appraisal` and for the one who composed it; OutOfTurn when it is in force
    already, or when another version comes into force with that month.
    """
    now = now or timezone.now()
    _check_manages(user)
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.composed_by_id == user.pk:
        raise NotAllowed(_("Whoever composed a scheme cannot bring it into force: a second person does."))
    if scheme.state != SchemeState.DRAFT:
        raise OutOfTurn(_("This version is in force already."))
    scheme.state, scheme.effective_from = SchemeState.ACTIVE, following(month_at(now))
    scheme.activated_by, scheme.activated_at = user, now
    try:
        with transaction.atomic():
            scheme.save()
    except IntegrityError as error:
        raise OutOfTurn(_("Another version comes into force with the next month already.")) from error
    records.audit(
        verb="scheme.activate",
        subject=scheme,
        actor=user,
        detail={"version": scheme.version, "from": f"{scheme.effective_from:%Y-%m}"},
        now=now,
    )
    return scheme


def _check_manages(user: User) -> None:
    if not grants_of(user).holds("manage_appraisal"):
        raise NotAllowed()
