"""Background work of the service app."""

from service.tasks import calls, hours, posts, registrations

__all__ = ["calls", "hours", "posts", "registrations"]
