"""How the notices of this app read, by what they are about."""

from consultation.notices import forums, matters, meetings, minutes, resolutions, votes

TEXTS = {**forums.TEXTS, **matters.TEXTS, **meetings.TEXTS, **votes.TEXTS, **minutes.TEXTS, **resolutions.TEXTS}
