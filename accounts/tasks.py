"""Background work of the accounts."""

from celery import shared_task

from accounts import actions


@shared_task
def renew_grants_by_date() -> int:
    """Set the grants anew of all who hold a post or a grant; return how many people were looked at.

    Until it runs, an ended post already counts for nothing (accounts.queries.grants_of); a begun one waits.
    """
    return actions.renew_all_grants()
