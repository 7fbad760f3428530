"""What happened to meetings, told with ids only; portal/reactions.py listens."""

from django.dispatch import Signal

invitations_due = Signal()
"""Sent inside the transaction that made invitations to be sent, with the `key` of the meeting; by no sender."""

mail_due = Signal()
"""Sent inside the transaction after which e-mail about a meeting is due, with its `key`; by no sender."""
