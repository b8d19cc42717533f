"""Days of the user: 23, 24 or 25 hours, where they begin, and what was worked in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.days import day_of, day_span, total_seconds
from app.core.model import Subject
from app.core.remote import Facts

BERLIN = "Europe/Berlin"
MIDNIGHT = time(0)


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def entry(started_at: datetime, stopped_at: datetime | None, *, deleted: bool = False) -> Subject:
    return Subject("e", "Work", Facts(started_at, stopped_at), deleted=deleted)


@pytest.mark.parametrize(
    "day,hours",
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_has_as_many_hours_as_the_clock_change_leaves_it(day: date, hours: int) -> None:
    from_at, to_at = day_span(day, BERLIN, MIDNIGHT)
    assert to_at - from_at == timedelta(hours=hours)


def test_a_day_begins_where_the_user_says() -> None:
    assert day_of(at(2026, 11, 20, 2, 59), BERLIN, time(4)) == date(2026, 11, 19)
    assert day_of(at(2026, 11, 20, 3, 0), BERLIN, time(4)) == date(2026, 11, 20)


def test_a_beginning_inside_the_gap_is_the_first_moment_after_it() -> None:
    from_at, _ = day_span(date(2026, 3, 29), BERLIN, time(2, 30))
    assert from_at == at(2026, 3, 29, 1, 0)


def test_a_beginning_that_comes_twice_is_the_first_of_the_two() -> None:
    from_at, _ = day_span(date(2026, 10, 25), BERLIN, time(2, 30))
    assert from_at == at(2026, 10, 25, 0, 30)
    # 02:10 for the second time: the wall shows less than the beginning, yet the day has begun.
    assert day_of(at(2026, 10, 25, 1, 10), BERLIN, time(2, 30)) == date(2026, 10, 25)


@given(
    st.integers(0, 366 * 24 * 60),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.times().map(lambda t: t.replace(microsecond=0)),
)
def test_each_moment_lies_in_the_day_it_is_said_to(minutes: int, zone: str, begin: time) -> None:
    moment = at(2026, 1, 1, 0, 0) + timedelta(minutes=minutes)
    from_at, to_at = day_span(day_of(moment, zone, begin), zone, begin)
    assert from_at <= moment < to_at


def test_the_total_cuts_at_the_edges_and_counts_shared_time_once() -> None:
    from_at, to_at = at(2026, 11, 20, 0, 0), at(2026, 11, 21, 0, 0)
    rows = [
        entry(at(2026, 11, 19, 23, 0), at(2026, 11, 20, 1, 0)),
        entry(at(2026, 11, 20, 9, 0), at(2026, 11, 20, 11, 0)),
        entry(at(2026, 11, 20, 9, 30), at(2026, 11, 20, 10, 0)),
        entry(at(2026, 11, 20, 12, 0), at(2026, 11, 20, 18, 0), deleted=True),
        entry(at(2026, 11, 20, 20, 0), None),
        entry(at(2026, 11, 21, 5, 0), at(2026, 11, 21, 6, 0)),
    ]
    now = at(2026, 11, 20, 20, 0) + timedelta(seconds=7)
    assert total_seconds(rows, from_at, to_at, now) == 3600 + 2 * 3600 + 7
