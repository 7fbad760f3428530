"""Background work of the accounts."""

from celery import shared_task

from accounts import actions, queries


@shared_task
def renew_grants_by_date() -> int:
    """Set the grants anew of those whose posts began or ended; return how many people were looked at.

    Until it runs, an ended post already counts for nothing (accounts.queries.grants_of); a begun one waits.
    """
    people = queries.people_with_stale_grants()
    for user in people:
        actions.renew_grants(user=user)
    return len(people)
