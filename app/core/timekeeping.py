"""Time arithmetic: boot clock against wall clock, wall readings, lengths inside a span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.core.model import Anchor, BootMoment, Stamp
from app.core.remote import Facts

SECOND = timedelta(seconds=1)
CLOCK_SET_AFTER = timedelta(seconds=2)
"""Within one boot the two clocks may differ by this much before the wall clock counts as set
(DESIGN §4).
"""


def boot_moment(stamp: Stamp) -> BootMoment:
    """The stamp's moment on the boot clock."""
    return BootMoment(stamp.boot_id, stamp.boot_seconds)


def anchor(stamp: Stamp) -> Anchor:
    """Both clocks of this moment."""
    return Anchor(stamp.now, boot_moment(stamp))


def clock_shift(of: Anchor, stamp: Stamp) -> timedelta | None:
    """By how much the wall clock was set since the anchor, in whole seconds; None if it was not.

    Only within one boot: across boots the boot clock says nothing.
    """
    if of.boot.boot_id != stamp.boot_id:
        return None
    passed = timedelta(seconds=stamp.boot_seconds - of.boot.seconds)
    shift = stamp.now - of.wall_at - passed
    if abs(shift) <= CLOCK_SET_AFTER:
        return None
    return timedelta(seconds=round(shift.total_seconds()))


def seconds_until_settled(noticed: BootMoment, stamp: Stamp, settle_seconds: int) -> float:
    """Seconds on the boot clock until a doubtful write can no longer land; 0 or less: it can't.

    A moment of another boot counts from now on: the restart notices everything anew.
    """
    if noticed.boot_id != stamp.boot_id:
        return settle_seconds
    return noticed.seconds + settle_seconds - stamp.boot_seconds


def wall(at: datetime, offset_minutes: int) -> datetime:
    """The naive local reading of an instant at an offset east of UTC."""
    return at.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=offset_minutes)


def wall_start(facts: Facts) -> datetime:
    """What the clock on the wall showed at the start."""
    return wall(facts.started_at, facts.offset_minutes)


def moved(facts: Facts, started_at: datetime) -> Facts:
    """The facts with another start, at the offset that their zone has at that moment.

    A wall-time server is told the wall reading of the start: with the offset of another day it
    would be off by an hour across a clock change (`DESIGN.md` §4).
    """
    if started_at == facts.started_at:
        return facts
    change = _offset(facts.zone, started_at) - _offset(facts.zone, facts.started_at)
    minutes = facts.offset_minutes + change // timedelta(minutes=1)
    return replace(facts, started_at=started_at, offset_minutes=minutes)


def _offset(zone: str, at: datetime) -> timedelta:
    """How far the zone is east of UTC at an instant; a zone that is not known never changes."""
    # Late: it reads the system's configuration at its import, and the tray icon needs no zone.
    from zoneinfo import ZoneInfo

    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    except (KeyError, ValueError, OSError):
        return timedelta()


def whole_seconds(span: timedelta) -> int:
    """Seconds, fractions cut off (never rounded: APIS, section 1)."""
    return int(span.total_seconds())


def seconds_inside(facts: Facts, from_at: datetime, to_at: datetime, now: datetime) -> int:
    """Worked seconds that fall into the half-open span; a running track counts until `now`."""
    stopped_at = now if facts.stopped_at is None else facts.stopped_at
    inside = min(stopped_at, to_at) - max(facts.started_at, from_at)
    return max(0, whole_seconds(inside))


def earliest_stop(started_at: datetime) -> datetime:
    """The first moment a track can end: a second after its start.

    Vendors refuse a length of zero, and dropping such a track in silence would lose what the user
    said; so a track lasts at least one second, and the next one begins where it ended.
    """
    return started_at + SECOND


def ended(facts: Facts, now: datetime) -> Facts:
    """The facts with an end: now, where they have none yet."""
    if facts.stopped_at is not None:
        return facts
    return replace(facts, stopped_at=max(now, earliest_stop(facts.started_at)))
