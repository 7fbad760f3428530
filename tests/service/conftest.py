"""The people of service: members, a liaison and the secretary, beside the cast that every test knows."""

import pytest

from tests.service.cast import ServiceCast, make_service_cast


@pytest.fixture
def team(cast) -> ServiceCast:
    return make_service_cast(cast)
