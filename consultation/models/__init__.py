"""Consultation: forums, matters, meetings with agenda and votes, minutes, resolutions."""

from consultation.models.clocks import ConsultationClock
from consultation.models.forums import Follow, Forum, Seat
from consultation.models.matters import Matter, MatterStep
from consultation.models.meetings import AgendaItem, Invitation, Measure, Meeting, Paper, SpeakingNote
from consultation.models.minutes import Minutes, MinutesEdit, MinutesSection
from consultation.models.votes import (
    Ballot,
    Elector,
    Resolution,
    ResolutionTask,
    Vote,
    WrittenVote,
)

__all__ = [
    "AgendaItem",
    "Ballot",
    "ConsultationClock",
    "Elector",
    "Follow",
    "Forum",
    "Invitation",
    "Matter",
    "MatterStep",
    "Measure",
    "Meeting",
    "Minutes",
    "MinutesEdit",
    "MinutesSection",
    "Paper",
    "Resolution",
    "ResolutionTask",
    "Seat",
    "SpeakingNote",
    "Vote",
    "WrittenVote",
]
