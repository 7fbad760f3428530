"""How notices about wishes and households read: never who made or claimed a wish, never which household."""

from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, object] = {
    "wish.submitted": _("A resident of %(community)s has made a wish; please review it."),
    "wish.published": _("Your wish “%(title)s” has been published."),
    "wish.refused": _("Your wish “%(title)s” has not been published: %(reason)s"),
    "wish.claimed": _("Somebody has claimed your wish “%(title)s” and will fulfil it by %(day)s."),
    "wish.fulfilled": _("Your wish “%(title)s” has been fulfilled. You may say thank you in a sentence."),
    "wish.open_again": _("Your wish “%(title)s” is open again and waits for somebody else."),
    "wish.given_back": _("The wish “%(title)s” was given back and is published again: %(reason)s"),
    "wish.taken_back": _("The community has taken back the wish “%(title)s” that you had claimed: %(reason)s"),
    "wish.thanked": _("You have been thanked for the wish “%(title)s”: %(thanks)s"),
    "wish.thanks_refused": _("Your thanks for “%(title)s” have not been published: %(reason)s"),
    "wish.revealed": _("%(unit)s looked at where your wish “%(title)s” is to be brought: %(reason)s"),
    "household.assigned": _("%(community)s has put a household into your care."),
    "household.carer_left": _(
        "The registration of a member with %(community)s has ended, who had households in their care: %(count)s. "
        "Please put them into somebody else's care."
    ),
    "household.taken_away": _("A household of %(community)s is no longer in your care."),
}
