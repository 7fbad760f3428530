"""A due time that was counted beyond the published calendar says so on the page of the case."""

from datetime import datetime

from records.clocks import SHANGHAI
from records.models import CalendarDay, Deadline


def test_the_case_page_names_the_year_until_it_is_loaded(cast, signed_in):
    case = cast.lodge()
    client = signed_in(cast.grid_worker)
    url = case.get_absolute_url()
    assert "2031" not in client.get(url).content.decode()
    due = datetime(2031, 1, 6, 10, 0, tzinfo=SHANGHAI)
    Deadline.objects.filter(kind="case.resolve").update(due_at=due, first_due_at=due, counted_in="working_days")
    note = "calendar-note"
    assert note in client.get(url).content.decode()
    CalendarDay.objects.create(day=due.date(), is_working=False)
    assert note not in client.get(url).content.decode()
