"""Officials raise what comes from cases: one case, or a category that keeps recurring (每月一题)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from cases import queries as cases
from cases.models import Case
from consultation.actions.matters import LONGEST_TITLE, raise_matter
from consultation.forms.matters import OfficialMatterForm
from consultation.forms.topics import TopicsForm
from consultation.models import Matter
from consultation.queries import matters as queries
from consultation.queries import topics as topic_queries
from consultation.queries.topics import Topic
from service.forms.refusals import show_refusal


@holding("represent_unit")
@never_cache
def table_case(request, number):
    """Show the form that raises a case at a forum, filled in without the resident's words, or raise it."""
    case = seeing(cases.visible_to(request.user).select_related("category", "street"), number=number)
    form = OfficialMatterForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        forums=queries.forums_for_case(case),
        initial=_words_of_case(case),
    )
    if _raised(request, form, case=case) is not None:
        messages.success(request, _("The matter has been raised; the convenor accepts or refuses it."))
        return redirect(case)
    context = {"form": form, "case": case, "matters": queries.matters_about(case)}
    return render(request, "consultation/topics/case.html", context)


def _words_of_case(case: Case) -> dict[str, str]:
    given = {"category": case.category, "street": case.street}
    return {
        "title": f"{case.street} {case.category}"[:LONGEST_TITLE],
        "text": _("It comes from a request in %(street)s about “%(category)s”.") % given,
    }


def _raised(request, form: OfficialMatterForm, **origin) -> Matter | None:
    """Raise what was sent, if anything was; return the matter, or None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return raise_matter(user=request.user, **form.cleaned_data, **origin)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None


@holding("convene", "represent_unit")
@never_cache
def topics(request):
    """Show what recurred in the cases of a street in a month; with a category, the form that raises it."""
    streets = list(topic_queries.streets_of(request.user))
    if not streets:
        raise NotAllowed
    chosen, street, month = _chosen(request, streets)
    found = topic_queries.topics_of(street, month)
    form = None
    if key := request.GET.get("category"):
        topic = _topic(found, key)
        form = OfficialMatterForm(
            request.POST if request.method == "POST" else None,
            user=request.user,
            forums=queries.forums_for_street(street),
            initial=_words_of_topic(topic, street, month),
        )
        matter = _raised(request, form, category=topic.category, street=street, month=month)
        if matter is not None:
            return _to(request, matter, is_new=matter.token == form.cleaned_data["token"])
    context = {
        "chosen": chosen,
        "street": street,
        "month": month,
        "is_running": month == topic_queries.current_month(),
        "topics": found,
        "readable": queries.readable(request.user, {matter.pk for topic in found for matter in topic.matters}),
        "form": form,
        "raised": topic if form else None,
    }
    return render(request, "consultation/topics/topics.html", context)


def _chosen(request, streets: list) -> tuple:
    """Return the form with the street and the month chosen in it; by itself the last month that is over."""
    months = topic_queries.months(topic_queries.current_month())
    default = {"street": streets[0].pk, "month": f"{months[1]:%Y-%m}"}
    given = {name: request.GET[name] for name in default if request.GET.get(name)}
    form = TopicsForm(default | given, streets=streets, months=months)
    if form.is_valid():
        return form, form.cleaned_data["street"], form.cleaned_data["month"]
    return form, form.cleaned_data.get("street", streets[0]), form.cleaned_data.get("month", months[1])


def _topic(found: list[Topic], key: str) -> Topic:
    topic = next((topic for topic in found if str(topic.category.pk) == key), None)
    if topic is None:
        raise Http404
    return topic


def _words_of_topic(topic: Topic, street, month) -> dict[str, str]:
    said = _(
        "In %(month)s, %(cases)d of %(total)d requests in %(street)s were about “%(category)s”; "
        "the month before it was %(before)d."
    )
    words = {"month": date_format(month, "YEAR_MONTH_FORMAT"), "street": street, "category": topic.category}
    counts = {"cases": topic.cases, "total": topic.total, "before": topic.month_before.was}
    return {"title": f"{street} {topic.category}"[:LONGEST_TITLE], "text": said % {**words, **counts}}


def _to(request, matter: Matter, *, is_new: bool):
    """Lead to `matter`, or back to the topics where its page is not for the person yet."""
    if is_new:
        messages.success(request, _("The matter has been raised; the convenor accepts or refuses it."))
    else:
        messages.info(request, _("This topic has been raised at “%(forum)s” already.") % {"forum": matter.forum})
    if queries.readable(request.user, {matter.pk}):
        return redirect(matter)
    return redirect(f"{request.path}?street={matter.street_id}&month={matter.month:%Y-%m}")
