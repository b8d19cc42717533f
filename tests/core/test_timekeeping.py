"""Clocks: the boot clock finds out when the wall clock was set; lengths are whole seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import timekeeping
from app.core.model import Anchor, BootMoment, Stamp
from app.core.remote import Facts
from tests.core.server import NINE

HALF_PAST = NINE + timedelta(minutes=30)


def stamp(wall: timedelta, boot_seconds: float, boot_id: str = "b") -> Stamp:
    return Stamp(NINE + wall, boot_seconds, boot_id, "UTC", 0, "id")


ANCHOR = Anchor(NINE, BootMoment("b", 100.0))


@pytest.mark.parametrize(
    "wall_seconds,boot_seconds,shift",
    [
        (60, 160.0, None),
        (62, 160.0, None),
        (63, 160.0, 3),
        (3660, 160.4, 3600),
        (-3540, 160, -3600),
    ],
)
def test_the_clock_was_set_when_the_two_clocks_part(
    wall_seconds: int, boot_seconds: float, shift: int | None
) -> None:
    found = timekeeping.clock_shift(ANCHOR, stamp(timedelta(seconds=wall_seconds), boot_seconds))
    assert found == (None if shift is None else timedelta(seconds=shift))


def test_across_boots_the_boot_clock_says_nothing() -> None:
    assert timekeeping.clock_shift(ANCHOR, stamp(timedelta(days=3), 5.0, "other")) is None


def test_settling_is_counted_on_the_boot_clock_and_begins_anew_in_another_boot() -> None:
    noticed = BootMoment("b", 100.0)
    assert timekeeping.seconds_until_settled(noticed, stamp(timedelta(days=9), 110.0), 30) == 20
    assert timekeeping.seconds_until_settled(noticed, stamp(timedelta(), 131.0), 30) == -1
    assert timekeeping.seconds_until_settled(noticed, stamp(timedelta(), 999.0, "c"), 30) == 30


def test_a_wall_reading_keeps_the_two_hours_of_a_clock_change_apart_by_the_offset() -> None:
    summer = Facts(NINE, offset_minutes=120)
    winter = Facts(NINE + timedelta(hours=1), offset_minutes=60)
    assert timekeeping.wall_start(summer) == timekeeping.wall_start(winter)


@pytest.mark.parametrize(
    "zone,offset_minutes", [("Europe/Berlin", 120), ("Nowhere/At all", 60), ("", 60)]
)
def test_a_start_moved_across_a_clock_change_has_the_offset_of_its_own_moment(
    zone: str, offset_minutes: int
) -> None:
    """A zone that is not known is taken for one without clock changes."""
    winter = Facts(NINE, zone=zone, offset_minutes=60)
    summer = timekeeping.moved(winter, NINE - timedelta(days=60))
    assert summer.started_at == NINE - timedelta(days=60)
    assert summer.offset_minutes == offset_minutes
    assert timekeeping.moved(summer, NINE) == winter
    assert timekeeping.moved(winter, NINE) is winter


@pytest.mark.parametrize(
    "minutes,seconds", [((-30, -10), 0), ((-30, 10), 600), ((10, 20), 600), ((50, 90), 600)]
)
def test_only_the_seconds_inside_count(minutes: tuple[int, int], seconds: int) -> None:
    started_at, stopped_at = (NINE + timedelta(minutes=m) for m in minutes)
    to_at = NINE + timedelta(hours=1)
    facts = Facts(started_at, stopped_at)
    assert timekeeping.seconds_inside(facts, NINE, to_at, NINE) == seconds


def test_a_running_track_counts_until_now_and_fractions_are_cut_off() -> None:
    now = HALF_PAST + timedelta(milliseconds=900)
    assert timekeeping.seconds_inside(Facts(NINE), NINE, NINE + timedelta(days=1), now) == 1800
