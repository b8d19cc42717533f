"""Entries on the other side of a clock change keep the wall reading of their own day."""

from __future__ import annotations

from datetime import timedelta

from app.core.messages import Change, EntryEditAsked
from tests.core.server import NO_TIMER
from tests.core.world import World

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_an_entry_of_before_a_clock_change_keeps_the_wall_reading_of_its_own_day() -> None:
    world = World(NO_TIMER)
    world.zone, world.offset_minutes = "Europe/Berlin", 60
    entry = world.add("in summer", minutes_ago=60 * 24 * 60)
    assert world.now_is(entry).meant.offset_minutes == 120
    base = world.now_is(entry)
    winter = base.meant.started_at + 59 * DAY
    world.post(EntryEditAsked(base, Change(started_at=winter, stopped_at=winter + HOUR)))
    assert world.now_is(entry).meant.offset_minutes == 60
