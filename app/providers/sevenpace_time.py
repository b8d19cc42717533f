"""Wall readings of 7pace: local time without a zone, cut to seconds, and what they mean in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

SECOND = timedelta(seconds=1)
# What lies outside was not meant, and leaves no room to reckon with days before and after it.
FIRST_YEAR, LAST_YEAR = 1900, 9000
# Every offset in use lies between these: Baker Island and the Line Islands.
FARTHEST_WEST = timedelta(hours=-12)
FARTHEST_EAST = timedelta(hours=14)
# All offsets in use are multiples of this.
ALL_OFFSETS = tuple(range(-12 * 60, 14 * 60 + 1, 15))

_READING = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,]\d*)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
# A server's own start is believed when it is this near to its own length (two cut seconds).
_NEAR = timedelta(seconds=2)
# Without a length to compare it with, an older start is taken for "no date".
_LONGEST_TRACK = timedelta(days=31)
# A length beyond ten years is none.
_LONGEST_LENGTH_SECONDS = 10 * 366 * 86_400


class Reading(Struct, frozen=True):
    """What a clock showed: `wall` is naive; `at` is set where the text told its offset."""

    wall: datetime
    at: datetime | None = None


class Started(Struct, frozen=True):
    """A start as an aware UTC instant, with the offset of its wall reading in minutes east."""

    at: datetime
    offset_minutes: int


def read(text: str) -> Reading:
    """Read an ISO date and time; fractions of any length are cut. Raises ValueError."""
    found = _READING.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a date and time")
    day, clock, offset = found.groups()
    wall = datetime.fromisoformat(f"{day}T{clock}")
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        # .NET's "no date" is the first second of the year 1.
        raise ValueError("not a date that was meant")
    if not offset:
        return Reading(wall)
    return Reading(wall, datetime.fromisoformat(f"{day}T{clock}{offset.upper()}").astimezone(UTC))


def started(reading: Reading, zone: str) -> Started:
    """The instant that a reading means in `zone`.

    Of a repeated hour the first is taken: the wall reading stays the truth, and the core takes the
    instant nearest to its own (`PROTOCOL.md` §7). A reading inside a gap has the offset before it.
    """
    if reading.at is not None:
        return Started(reading.at, offset_minutes(reading.at, zone))
    offset = reading.wall.replace(tzinfo=_zone_info(zone), fold=0).utcoffset() or timedelta()
    minutes = offset // timedelta(minutes=1)
    at = (reading.wall - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    return Started(at, minutes)


def offset_minutes(at: datetime, zone: str) -> int:
    """The offset of `zone` at an instant, in minutes east of UTC."""
    offset = at.astimezone(_zone_info(zone)).utcoffset() or timedelta()
    return offset // timedelta(minutes=1)


def wall_text(at: datetime, minutes: int) -> str:
    """An instant as 7pace wants it: the wall reading at that offset, whole seconds, no zone."""
    wall = at.astimezone(UTC).replace(tzinfo=None, microsecond=0) + timedelta(minutes=minutes)
    return wall.isoformat()


def list_bounds(from_at: datetime, to_at: datetime) -> tuple[str, str]:
    """The strict bounds that hold every wall reading of the span, in whatever zone it was made.

    A row does not tell its zone. Asking by the zone of today would miss what was recorded in
    another one, and what is missed is doubled (a confirm) or lost (a pull).
    """
    early = from_at.astimezone(UTC).replace(tzinfo=None, microsecond=0) + FARTHEST_WEST - SECOND
    late = to_at.astimezone(UTC).replace(tzinfo=None, microsecond=0) + FARTHEST_EAST + SECOND
    return early.isoformat(), late.isoformat()


def may_start_between(
    reading: Reading, from_at: datetime, to_at: datetime, offsets: Iterable[int]
) -> bool:
    """Whether a reading at one of the offsets (minutes east) is in the span, its ends included."""
    if reading.at is not None:
        return from_at <= reading.at <= to_at
    as_utc = reading.wall.replace(tzinfo=UTC)
    return any(from_at <= as_utc - timedelta(minutes=minutes) <= to_at for minutes in offsets)


def offsets_of(from_at: datetime, to_at: datetime, zone: str) -> frozenset[int]:
    """The offsets that `zone` has at both ends of a span, in minutes east of UTC."""
    return frozenset({offset_minutes(from_at, zone), offset_minutes(to_at, zone)})


def started_running(
    text: str | None,
    track_minutes: int | None,
    length_seconds: int | None,
    received_at: datetime,
    zone: str,
) -> Started:
    """When the running track began, by our clock.

    The server's start is taken where it agrees with the server's own running length; where it is
    missing, unreadable, in another zone than it says, or by a clock that is not ours, the length
    and the moment of its receipt tell (APIS.md 3.7). The two clocks are never compared.
    """
    received_at = received_at.replace(microsecond=0)
    if track_minutes is not None and not ALL_OFFSETS[0] <= track_minutes <= ALL_OFFSETS[-1]:
        track_minutes = None
    if length_seconds is not None and length_seconds > _LONGEST_LENGTH_SECONDS:
        length_seconds = None
    by_length = (
        None if length_seconds is None else received_at - timedelta(seconds=max(0, length_seconds))
    )
    told = _told(text, track_minutes, zone)
    if told is not None:
        if by_length is None:
            if received_at - _LONGEST_TRACK <= told.at <= received_at + _NEAR:
                return told
        elif abs(told.at - by_length) <= _NEAR:
            return told
    at = by_length or received_at
    return Started(at, offset_minutes(at, zone) if track_minutes is None else track_minutes)


def _told(text: str | None, track_minutes: int | None, zone: str) -> Started | None:
    try:
        reading = read(text or "")
        if track_minutes is None:
            return started(reading, zone)
        at = reading.at or (reading.wall - timedelta(minutes=track_minutes)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        # Overflow: .NET's "no date" is the first second of the year 1.
        return None
    return Started(at, track_minutes)


def _zone_info(zone: str) -> tzinfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError):
        # A system without this zone: wall readings stay as they are, and they are what is compared.
        return UTC
