"""Wall readings: cut, never rounded; in any zone; the server's own length before two clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.providers import sevenpace_time as times

NOW = datetime(2026, 9, 28, 9, 12, 34, 900_000, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text, wall, at",
    [
        ("2018-06-29T05:36:21.9990636", "2018-06-29T05:36:21", None),
        ("2018-06-29T05:36:21.99", "2018-06-29T05:36:21", None),
        ("2018-06-29T05:36:21", "2018-06-29T05:36:21", None),
        (" 2018-06-29 05:36:21. ", "2018-06-29T05:36:21", None),
        ("2018-06-29T05:36:21.5Z", "2018-06-29T05:36:21", "2018-06-29T05:36:21"),
        ("2018-06-29t05:36:21z", "2018-06-29T05:36:21", "2018-06-29T05:36:21"),
        ("2018-06-29T05:36:21+02:00", "2018-06-29T05:36:21", "2018-06-29T03:36:21"),
        ("2018-06-29T05:36:21-0330", "2018-06-29T05:36:21", "2018-06-29T09:06:21"),
    ],
)
def test_readings(text: str, wall: str, at: str | None) -> None:
    expected = times.Reading(datetime.fromisoformat(wall), None if at is None else utc(at))
    assert times.read(text) == expected


@pytest.mark.parametrize(
    "text", ["", "now", "2018-06-29", "3/8/2020 6:08 PM", "2018-02-30T00:00:00", "x" * 9_999]
)
def test_what_is_no_reading(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|date"):
        times.read(text)


@pytest.mark.parametrize(
    "wall, zone, at, minutes",
    [
        ("2026-07-01T12:00:00", "Europe/Berlin", "2026-07-01T10:00:00", 120),
        # The repeated hour: the first. The missing hour: with the offset before it.
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00", 120),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00", 60),
        ("2026-07-01T12:00:00", "Asia/Kathmandu", "2026-07-01T06:15:00", 345),
        ("2026-07-01T12:00:00", "Etc/GMT+3", "2026-07-01T15:00:00", -180),
        ("2026-07-01T12:00:00", "No/Such", "2026-07-01T12:00:00", 0),
    ],
)
def test_a_reading_in_a_zone(wall: str, zone: str, at: str, minutes: int) -> None:
    begun = times.started(times.Reading(datetime.fromisoformat(wall)), zone)
    assert begun == times.Started(utc(at), minutes)
    assert times.wall_text(begun.at, begun.offset_minutes) == wall, "reading it back moved it"


def test_a_reading_with_an_offset_is_an_instant() -> None:
    reading = times.read("2026-07-01T12:00:00Z")
    assert times.started(reading, "Europe/Berlin") == times.Started(utc("2026-07-01T12:00:00"), 120)
    around = (utc("2026-07-01T12:00:00"), utc("2026-07-01T12:00:01"))
    assert times.may_start_between(reading, *around, times.ALL_OFFSETS)
    assert not times.may_start_between(times.read("2026-07-01T14:00:00Z"), *around, {120})


def test_bounds_are_strict_and_wide_enough_for_every_zone() -> None:
    at = utc("2026-07-01T12:00:00")
    assert times.list_bounds(at, at) == ("2026-06-30T23:59:59", "2026-07-02T02:00:01")


@pytest.mark.parametrize(
    "text, minutes, length, at, offset",
    [
        # The server's start and its length agree to two seconds: its start is the exact one.
        ("2026-09-28T11:00:00", 120, 754, "2026-09-28T09:00:00", 120),
        ("2026-09-28T11:00:00.9", 120, 752, "2026-09-28T09:00:00", 120),
        ("2026-09-28T09:00:00Z", 120, 754, "2026-09-28T09:00:00", 120),
        ("2026-09-28T11:00:00", None, 754, "2026-09-28T09:00:00", 120),
        # They do not: its clock is wrong, or its reading stands in another zone than it says.
        ("2026-09-28T11:00:00", 120, 745, "2026-09-28T09:00:09", 120),
        ("2026-09-28T09:00:00", 120, 754, "2026-09-28T09:00:00", 120),
        ("2031-01-01T00:00:00", 120, 754, "2026-09-28T09:00:00", 120),
        # One of them is missing, or both.
        ("", 0, 754, "2026-09-28T09:00:00", 0),
        (None, None, 754, "2026-09-28T09:00:00", 120),
        ("8/3/2026 6:08 PM", 120, 754, "2026-09-28T09:00:00", 120),
        ("2026-09-28T10:00:00", 120, None, "2026-09-28T08:00:00", 120),
        ("2026-09-28T11:30:00", 120, None, "2026-09-28T09:12:34", 120),
        (None, None, None, "2026-09-28T09:12:34", 120),
        # .NET's "no date".
        ("0001-01-01T00:00:00", 120, 754, "2026-09-28T09:00:00", 120),
        ("0001-01-01T00:00:00", 120, None, "2026-09-28T09:12:34", 120),
        ("0001-01-01T00:00:00", -60, None, "2026-09-28T09:12:34", -60),
        (None, None, -5, "2026-09-28T09:12:34", 120),
    ],
)
def test_when_the_running_track_began(
    text: str | None, minutes: int | None, length: int | None, at: str, offset: int
) -> None:
    begun = times.started_running(text, minutes, length, NOW, "Europe/Berlin")
    assert begun == times.Started(utc(at), offset)


def test_a_span_over_a_clock_change_has_both_offsets() -> None:
    from_at = utc("2026-10-25T00:00:00")
    offsets = times.offsets_of(from_at, from_at + timedelta(hours=3), "Europe/Berlin")
    assert offsets == {60, 120}
