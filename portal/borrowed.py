"""Sentences of Django and its apps that our catalogue says in its own words, because theirs are stiff or missing.

Nothing imports this page: it is where makemessages finds them, and our catalogue is asked before theirs.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

gettext_noop("This field is required.")
gettext_noop("Null characters are not allowed.")
gettext_noop("Enter a valid date.")
gettext_noop("Enter a number.")
gettext_noop("Enter a whole number.")
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")
gettext_noop("Ensure this value is less than or equal to %(limit_value)s.")
gettext_noop("Ensure this value is greater than or equal to %(limit_value)s.")
# the admin: Django 5.2 and simple_history lack these in Chinese
gettext_noop("Model name")
gettext_noop("Add link")
gettext_noop("Change or view list link")
gettext_noop("Changes")

ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
)
ngettext_lazy(
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
)
ngettext_lazy(
    "Ensure that there are no more than %(max)s decimal place.",
    "Ensure that there are no more than %(max)s decimal places.",
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
