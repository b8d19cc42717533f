"""What people type for a start, and the two hours of a clock change."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.start_text import YESTERDAY_WITHIN_FOR, StartTextError, read_start
from tests.ui.sample_views import NOW, ZONE, berlin


@pytest.mark.parametrize(
    "text, hour, minute",
    [
        ("905", 9, 5),
        ("9:05", 9, 5),
        ("09:05", 9, 5),
        ("0905", 9, 5),
        ("9.05", 9, 5),
        ("9h05", 9, 5),
        ("9h", 9, 0),
        ("9", 9, 0),
        (" 9:05 ", 9, 5),
        ("9:05 am", 9, 5),
        ("9:05 a.m.", 9, 5),
        ("12:30am", 0, 30),
        ("10:17", 10, 17),
    ],
)
def test_clock_times(text: str, hour: int, minute: int) -> None:
    assert read_start(text, NOW, ZONE) == berlin(hour, minute)


def test_seconds_are_read() -> None:
    assert read_start("9:05:30", NOW, ZONE) == berlin(9, 5, 30)


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("-15m", 15),
        ("-15", 15),
        ("-15 min", 15),
        ("−15m", 15),
        ("-1h", 60),
        ("-1h30", 90),
        ("-1:30", 90),
        ("-0m", 0),
        ("-120m", 120),
    ],
)
def test_so_long_ago(text: str, minutes: int) -> None:
    assert read_start(text, NOW, ZONE) == NOW - timedelta(minutes=minutes)


def test_after_midnight_a_late_hour_is_yesterdays() -> None:
    now = datetime(2026, 11, 12, 0, 10, tzinfo=ZONE).astimezone(UTC)
    assert read_start("2345", now, ZONE) == now - timedelta(minutes=25)
    assert read_start("11:45 pm", now, ZONE) == now - timedelta(minutes=25)


@pytest.mark.parametrize("text", ["11:00", "19:05", "10:18", "9:05 pm"])
def test_the_future_is_said_to_be_so(text: str) -> None:
    with pytest.raises(StartTextError, match="still to come"):
        read_start(text, NOW, ZONE)


@pytest.mark.parametrize(
    "text", ["25:90", "24:00", "9:60", "13:00 pm", "0 am", "nine", "9:5", "1-2"]
)
def test_the_unreadable_is_quoted(text: str) -> None:
    with pytest.raises(StartTextError) as error:
        read_start(text, NOW, ZONE)
    assert f"“{text}”" in str(error.value)


def test_nothing_typed_teaches_what_to_type() -> None:
    with pytest.raises(StartTextError, match="9:05, 905 or -15m"):
        read_start("  ", NOW, ZONE)


def test_the_repeated_hour_means_the_latest_that_has_passed() -> None:
    zone = ZoneInfo("Europe/Berlin")
    # Clocks went back on 25 October 2026 at 01:00 UTC: 02:30 came at 00:30 and at 01:30 UTC.
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert read_start("2:30", between, zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    assert read_start("2:30", after, zone) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_a_start_is_never_later_than_now(naive: datetime, hour: int, minute: int) -> None:
    now = naive.replace(tzinfo=UTC, microsecond=0)
    try:
        at = read_start(f"{hour}:{minute:02}", now, ZONE)
    except StartTextError:
        return
    assert at <= now
    same_day = at.astimezone(ZONE).date() == now.astimezone(ZONE).date()
    assert same_day or now - at <= YESTERDAY_WITHIN_FOR


@given(st.text(max_size=12))
def test_no_text_does_more_than_refuse(text: str) -> None:
    with contextlib.suppress(StartTextError):
        assert read_start(text, NOW, ZONE) <= NOW
