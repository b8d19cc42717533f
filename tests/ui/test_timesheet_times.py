"""Clock times typed for an entry of a certain day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.ui.start_text import StartTextError
from app.ui.timesheet_times import before, read_in_day, read_stop

ZONE = ZoneInfo("Europe/Berlin")


def wall(hour: int, minute: int = 0, day: int = 12, fold: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE, fold=fold).astimezone(UTC)


NOW = wall(18, 0, day=14)
FROM, TO = wall(0), wall(0, day=13)


@pytest.mark.parametrize("text", ["905", "9:05", "09.05", " 9:05 ", "9:05 am"])
def test_a_clock_time_is_meant_in_that_day(text: str) -> None:
    assert read_in_day(text, FROM, TO, ZONE, NOW) == wall(9, 5)


def test_the_whole_day_can_be_typed() -> None:
    assert read_in_day("0:00", FROM, TO, ZONE, NOW) == wall(0)
    assert read_in_day("23:59", FROM, TO, ZONE, NOW) == wall(23, 59)


def test_the_early_hours_of_a_day_that_starts_late_are_the_next_date() -> None:
    four, end = wall(4), wall(4, day=13)
    assert read_in_day("9:05", four, end, ZONE, NOW) == wall(9, 5)
    assert read_in_day("3:30", four, end, ZONE, NOW) == wall(3, 30, day=13)


def test_so_long_ago_is_from_now() -> None:
    assert read_in_day("-15m", FROM, TO, ZONE, NOW) == NOW - timedelta(minutes=15)


@pytest.mark.parametrize("text", ["25:90", "soon", "9:5:5:5", ""])
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(StartTextError):
        read_in_day(text, FROM, TO, ZONE, NOW)


def test_an_end_may_be_past_midnight() -> None:
    assert read_stop("0:30", wall(23, 30), FROM, TO, ZONE, NOW) == wall(0, 30, day=13)
    assert read_stop("10:00", wall(9), FROM, TO, ZONE, NOW) == wall(10)


@pytest.mark.parametrize("text", ["9:00", "8:00", "-"])
def test_an_end_before_the_start_is_a_slip(text: str) -> None:
    with pytest.raises(StartTextError):
        read_stop(text, wall(9), FROM, TO, ZONE, NOW)


def test_no_end_is_asked_for() -> None:
    with pytest.raises(StartTextError, match="Type when it ended"):
        read_stop("", wall(9), FROM, TO, ZONE, NOW)


def test_a_start_may_be_the_evening_before() -> None:
    assert before(wall(23, 15), wall(0, 30), ZONE) == wall(23, 15, day=11)
    assert before(wall(0, 15), wall(0, 30), ZONE) == wall(0, 15)


def test_the_repeated_hour_is_the_second() -> None:
    from_at, to_at = wall(0, day=25, month=10), wall(0, day=26, month=10)
    read = read_in_day("2:30", from_at, to_at, ZONE, NOW)
    assert read == wall(2, 30, day=25, month=10, fold=1)
