"""Small pieces of the design system that need arithmetic or an icon (see docs/design-system.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

import lucide
from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.calendar import beyond_calendar
from records.models import Deadline

register = template.Library()

BADGE_ICONS = {
    "neutral": "circle",
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "late": "octagon-alert",
}
DEADLINE_ICONS = {
    "open": "clock",
    "soon": "hourglass",
    "late": "alarm-clock",
    "met": "circle-check",
    "missed": "triangle-alert",
}
SOON = timedelta(hours=4)


@cache
def _svg(name: str) -> SafeString:
    return mark_safe(lucide._render_icon(name, None, **{"class": "icon", "aria-hidden": "true"}))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Print a lucide icon, hidden from screen readers: words beside it carry the meaning."""
    return _svg(str(name))


@register.simple_tag(takes_context=True)
def block_again(context: template.Context, name: str) -> str:
    """Print the block `name` of the page a second time, e.g. its title as its heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context)


@register.inclusion_tag("partials/badge.html")
def badge(label: str, variant: str = "neutral", icon: str = "") -> dict:
    """Print a badge: neutral, info, ok, warn or late."""
    return {"label": label, "variant": variant, "icon": icon or BADGE_ICONS[variant]}


def deadline_state(due_at: datetime, met_at: datetime | None, now: datetime) -> str:
    """Return how a deadline stands: met or missed once it is done, open, soon or late until then."""
    if met_at:
        return "met" if met_at <= due_at else "missed"
    if now > due_at:
        return "late"
    return "soon" if due_at - now < SOON else "open"


def span_words(span: timedelta) -> str:
    """Return `span` in words: the largest unit, and the next one too where there are fewer than three."""
    minutes = max(int(span.total_seconds() // 60), 1)
    days, hours = divmod(minutes // 60, 24)
    parts = [
        (days, ngettext("%d day", "%d days", days)),
        (hours, ngettext("%d hour", "%d hours", hours)),
        (minutes % 60, ngettext("%d minute", "%d minutes", minutes % 60)),
    ]
    first = next(index for index, (count, _words) in enumerate(parts) if count)
    shown = parts[first : first + 1 if parts[first][0] >= 3 else first + 2]
    return " ".join(words % count for count, words in shown if count)


def deadline_words(state: str, due_at: datetime, end: datetime) -> str:
    """Return the sentence of a deadline that stands as `state` at `end` (now, or when it was met)."""
    if state == "met":
        return _("In time")
    if state in ("late", "missed"):
        span = span_words(end - due_at)
        return (_("%s overdue") if state == "late" else _("Done %s late")) % span
    return _("%s left") % span_words(due_at - end)


@register.inclusion_tag("partials/deadline.html")
def deadline_chip(due_at: datetime | None, met_at: datetime | None = None) -> dict:
    """Print the time that is left, or by how much a deadline was missed, with the exact time in <time>."""
    if not due_at:
        return {}
    now = timezone.now()
    state = deadline_state(due_at, met_at, now)
    words = deadline_words(state, due_at, met_at or now)
    return {"due_at": due_at, "state": state, "words": words, "icon": DEADLINE_ICONS[state]}


@register.inclusion_tag("partials/calendar_note.html")
def calendar_note(deadlines: Iterable[Deadline]) -> dict:
    """Say of open day clocks that run into a year without a published calendar that they count its weekdays."""
    return {"years": beyond_calendar(deadlines)}


@register.inclusion_tag("partials/bar.html")
def bar(value: float | None, maximum: float) -> dict:
    """Print a horizontal bar of `value` out of `maximum`; the figure itself stands beside it as text."""
    share = min(max((value or 0) / maximum, 0), 1) if maximum else 0
    return {"width": f"{share * 100:.1f}"}
