"""What people type for the start and end of an entry of a certain day. Knows no Qt."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from app.ui.start_text import StartTextError, read_start
from app.words import _

ACROSS_FOR = timedelta(hours=12)
"""An end at an earlier clock time is meant on the next day if the entry gets no longer than this:
else it is a slip.
"""
_AGO = ("-", "−", "–")


def read_in_day(
    text: str, from_at: datetime, to_at: datetime, zone: tzinfo, now: datetime
) -> datetime:
    """The moment that `text` means within the day from `from_at` to `to_at`, an aware UTC datetime.

    Takes what `read_start` takes: `905`, `9:05`, and `-15m` for so long before `now`. In the
    repeated hour of a clock change it is the second. Raises `StartTextError` with the sentence.
    """
    if text.strip().startswith(_AGO):
        return read_start(text, now, zone)
    first = from_at.astimezone(zone).date()
    at = from_at
    # A day that begins at four ends at four: its early hours bear the next date.
    for day in (first, first + timedelta(days=1)):
        last_second = datetime.combine(day, time(23, 59, 59), zone)
        at = read_start(text, last_second.astimezone(UTC), zone)
        if from_at <= at < to_at:
            return at
    return at


def read_stop(
    text: str,
    started_at: datetime,
    from_at: datetime,
    to_at: datetime,
    zone: tzinfo,
    now: datetime,
) -> datetime:
    """The end that `text` means: after `started_at`, past midnight if need be; see `read_in_day`.

    Raises `StartTextError`, also for an end that is not after the start.
    """
    if not text.strip():
        raise StartTextError(_("Type when it ended: 9:05 or 905."))
    at = read_in_day(text, from_at, to_at, zone, now)
    if at > started_at:
        return at
    next_day = _same_wall(at, zone, 1)
    if started_at < next_day <= started_at + ACROSS_FOR:
        return next_day
    raise StartTextError(_("The end, {time}, is not after the start.").format(time=text.strip()))


def before(at: datetime, stopped_at: datetime, zone: tzinfo) -> datetime:
    """`at`, or the same clock time a day earlier where only that is before `stopped_at`."""
    earlier = _same_wall(at, zone, -1)
    return earlier if at >= stopped_at and stopped_at - earlier <= ACROSS_FOR else at


def _same_wall(at: datetime, zone: tzinfo, days: int) -> datetime:
    return (at.astimezone(zone) + timedelta(days=days)).astimezone(UTC)
