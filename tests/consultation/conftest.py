"""The people and forums of consultation, beside the cast that every test knows."""

import pytest

from tests.consultation.cast import ConsultationCast, make_consultation_cast


@pytest.fixture
def team(cast) -> ConsultationCast:
    return make_consultation_cast(cast)
