"""The page of a resolution: what was adopted, by which vote, and what became of it."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing
from consultation.queries.resolutions import DONE, resolutions_visible_to, tasks_of
from service.queries.commitments import commitments_visible_to


@anyone
@require_GET
@never_cache
def resolution(request, pk):
    """Show what was published of a resolution to everybody, and at any time all of it to those who were invited."""
    found = seeing(resolutions_visible_to(request.user), pk=pk)
    tasks = tasks_of(found)
    context = {
        "resolution": found,
        "title": found.title if found.is_whole else found.public_title,
        "text": found.text if found.is_whole else found.public_text,
        "tasks": tasks,
        "done": sum(task.state in DONE for task in tasks),
        "opens": set(
            commitments_visible_to(request.user).filter(pk__in=[task.pk for task in tasks]).values_list("pk", flat=True)
        ),
    }
    return render(request, "consultation/resolutions/resolution.html", context)
