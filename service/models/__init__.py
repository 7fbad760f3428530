"""双报到: registrations, the three lists, posts and shifts, hours, calls for helpers, wishes and households."""

from service.models.calls import HelperAnswer, HelperCall
from service.models.clocks import ServiceClock
from service.models.hours import Certificate, HourEntry
from service.models.lists import ItemProgress, ListItem
from service.models.posts import Activity, CalendarFeed, ServicePost, Shift, SignUp
from service.models.registrations import EmployerRegistration, Registration, Skill
from service.models.wishes import Household, Visit, Wish

__all__ = [
    "Activity",
    "CalendarFeed",
    "Certificate",
    "EmployerRegistration",
    "HelperAnswer",
    "HelperCall",
    "HourEntry",
    "Household",
    "ItemProgress",
    "ListItem",
    "Registration",
    "ServiceClock",
    "ServicePost",
    "Shift",
    "SignUp",
    "Skill",
    "Visit",
    "Wish",
]
