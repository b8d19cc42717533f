"""Days of the user: which day a moment belongs to, and where a day begins and ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from app.core.model import Subject
from app.core.timekeeping import seconds_inside

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def day_of(at: datetime, zone: str, starts_at: time) -> date:
    """The day a moment belongs to, in the user's zone, where days begin at `starts_at`."""
    day = at.astimezone(_zone(zone)).date()
    # By the instant: in the hour that comes twice a wall reading may lie before a day's beginning.
    return day if at >= _begin(day, zone, starts_at) else day - timedelta(days=1)


def day_span(day: date, zone: str, starts_at: time) -> tuple[datetime, datetime]:
    """The instants (UTC) a day begins and ends at: 23, 24 or 25 hours apart (`DESIGN.md` §4).

    A beginning that falls into the gap of a clock change is the first moment after it; one that
    comes twice is the first of the two.
    """
    return _begin(day, zone, starts_at), _begin(day + timedelta(days=1), zone, starts_at)


def _begin(day: date, zone: str, starts_at: time) -> datetime:
    tz = _zone(zone)
    at = datetime.combine(day, starts_at, tz).astimezone(UTC)
    if at.astimezone(tz).time() != starts_at:
        # In the gap: with fold=0 the offset before it was used, which lands after the gap.
        shifted = at.astimezone(tz)
        return min(at, _gap_end(shifted))
    return at


def _gap_end(after: datetime) -> datetime:
    """The first moment with the offset at `after`; clock changes fall on whole minutes."""
    at = after.astimezone(UTC)
    offset = after.utcoffset()
    while (at - timedelta(minutes=1)).astimezone(after.tzinfo).utcoffset() == offset:
        at -= timedelta(minutes=1)
    return at


def total_seconds(
    subjects: Iterable[Subject], from_at: datetime, to_at: datetime, now: datetime
) -> int:
    """Worked seconds inside the span; time that two entries claim is counted once."""
    spans = sorted(
        (max(s.meant.started_at, from_at), min(s.meant.stopped_at or now, to_at))
        for s in subjects
        if not s.deleted and seconds_inside(s.meant, from_at, to_at, now) > 0
    )
    total = timedelta()
    reached = from_at
    for started_at, stopped_at in spans:
        total += max(timedelta(), stopped_at - max(started_at, reached))
        reached = max(reached, stopped_at)
    return int(total.total_seconds())


def _zone(name: str) -> ZoneInfo:
    # Late: it reads the system's configuration at its import, and the tray icon needs no zone.
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
