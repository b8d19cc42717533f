"""TIME and DAY: what is read, what is refused with a sentence, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.words.times import TimeUnreadable, read_day, read_time, shown_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 9, 28, 10, 30, 15, tzinfo=UTC)  # 12:30:15 in Berlin, a Monday
FORWARD = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # 02:00 became 03:00 that morning
BACK_AFTER = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, at",
    [
        ("09:05", "2026-09-28T07:05:00"),
        ("9:05", "2026-09-28T07:05:00"),
        (" 09:05:30 ", "2026-09-28T07:05:30"),
        ("00:00", "2026-09-27T22:00:00"),
        ("12:30:15", "2026-09-28T10:30:15"),
        ("-15m", "2026-09-28T10:15:15"),
        ("-2h", "2026-09-28T08:30:15"),
        ("-1h30m", "2026-09-28T09:00:15"),
        ("-1h30min", "2026-09-28T09:00:15"),
        ("-90s", "2026-09-28T10:28:45"),
        ("-1m30s", "2026-09-28T10:28:45"),
        ("2026-09-28T09:05", "2026-09-28T07:05:00"),
        ("2026-09-28 09:05:07.9", "2026-09-28T07:05:07"),
        ("2026-09-28T09:05Z", "2026-09-28T09:05:00"),
        ("2026-09-28T09:05:00-01:00", "2026-09-28T10:05:00"),
        ("20260928T0905", "2026-09-28T07:05:00"),
        ("2026-01-28T09:05", "2026-01-28T08:05:00"),
    ],
)
def test_a_time_is_read(text: str, at: str) -> None:
    found = read_time(text, NOW, BERLIN)
    assert found == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "now", "noon", "24:00", "12:60", "12:00:60", "1205", "12", "-", "-m", "-h"),
        *("-15", "15m", "+15m", "-15x", "-1d", "--15m", "-m15", "- 15m", "-99999999999999h"),
        *("-999999h999999m", "2026-09-28", "2026-13-01T09:00", "2026-02-30T09:00"),
        *("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"),
        *("2026-09-28T09:05 Berlin", "١٢:٣٠", "12:30\n13:30", "9:5"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    with pytest.raises(TimeUnreadable, match=r"is no time\. Say "):
        read_time(text, NOW, BERLIN)


@pytest.mark.parametrize("text", ["02:30", "2026-03-29T02:30", "02:00", "02:59:59"])
def test_a_time_that_the_clocks_skip_does_not_exist(text: str) -> None:
    with pytest.raises(TimeUnreadable, match=r"did not come, since the clocks were put forward"):
        read_time(text, FORWARD, BERLIN)


@pytest.mark.parametrize("text, hour", [("01:59", 0), ("03:00", 1)])
def test_beside_the_gap_all_is_as_ever(text: str, hour: int) -> None:
    assert read_time(text, FORWARD, BERLIN).hour == hour


@pytest.mark.parametrize(
    "text", ["12:30:16", "23:59", "2027-01-01T00:00", "2026-09-28T09:05:00-07:00"]
)
def test_a_time_that_is_still_to_come_is_refused(text: str) -> None:
    with pytest.raises(TimeUnreadable, match=r"lies in the future\. Say a time up to now"):
        read_time(text, NOW, BERLIN)


def test_in_the_repeated_hour_the_offset_must_be_said_and_the_sentence_tells_how() -> None:
    with pytest.raises(TimeUnreadable, match="came twice") as refused:
        read_time("02:30", BACK_AFTER, BERLIN)
    for way, at in (
        ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ):
        assert way in str(refused.value)
        assert read_time(way, BACK_AFTER, BERLIN) == at


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-09-28", date(2026, 9, 28)),
        ("today", date(2026, 9, 30)),
        ("Yesterday", date(2026, 9, 29)),
        ("monday", date(2026, 9, 28)),
        ("wednesday", date(2026, 9, 30)),
        ("thursday", date(2026, 9, 24)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert read_day(text, date(2026, 9, 30)) == day


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-02-30", "28.09.2026", "20260928", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_day_is_said_to_be_none(text: str) -> None:
    with pytest.raises(TimeUnreadable, match=r"is no day\. Say "):
        read_day(text, date(2026, 9, 30))


def test_a_moment_is_shown_on_the_users_wall() -> None:
    assert shown_time(NOW, BERLIN) == "2026-09-28 12:30:15"
