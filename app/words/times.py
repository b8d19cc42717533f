"""Reads the moments and days that people type, and words moments; knows no Qt."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.words import _

_AGO = re.compile(
    r"-(?=\d)(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?(?:(\d{1,6})s)?", re.ASCII | re.IGNORECASE
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


class TimeUnreadable(ValueError):
    """What was typed is no moment or day; its text is the sentence for the user."""


def read_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that `text` means, an aware UTC datetime in whole seconds, not after `now`.

    ISO 8601 (without an offset in `zone`), `HH:MM[:SS]` today in `zone`, or `-15m`, `-2h`,
    `-1h30m` before `now`. Raises TimeUnreadable for all else, for a wall time that a clock change
    skipped, for one that it repeats (both are offered with their offset), and for the future.
    """
    typed = text.strip()
    ago = _AGO.fullmatch(typed)
    if ago is not None and typed != "-":
        hours, minutes, seconds = (int(part or 0) for part in ago.groups())
        try:
            return now - timedelta(hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            raise TimeUnreadable(_unreadable(text)) from None
    at = _not_ahead(_moment(typed, now, zone), now, zone)
    return at.replace(microsecond=0)


def _moment(typed: str, now: datetime, zone: tzinfo) -> datetime:
    clock = _CLOCK.fullmatch(typed)
    try:
        if clock is not None:
            hour, minute, second = (int(part or 0) for part in clock.groups())
            today = now.astimezone(zone).date()
            return _there(datetime.combine(today, time(hour, minute, second)), zone)
        if len(typed) < len("2026-01-01T0"):
            raise TimeUnreadable(_unreadable(typed))
        at = datetime.fromisoformat(typed)
        return _there(at, zone) if at.tzinfo is None else at.astimezone(UTC)
    except TimeUnreadable:
        raise
    except (ValueError, OverflowError):
        raise TimeUnreadable(_unreadable(typed)) from None


def _there(wall: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall time, which must be exactly one."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first < second:
        raise TimeUnreadable(
            _("{time} came twice, since the clocks were put back: say {first} or {second}.").format(
                time=wall.isoformat(sep=" "),
                first=first.astimezone(zone).isoformat(),
                second=second.astimezone(zone).isoformat(),
            )
        )
    raise TimeUnreadable(
        _("{time} did not come, since the clocks were put forward.").format(
            time=wall.isoformat(sep=" ")
        )
    )


def _not_ahead(at: datetime, now: datetime, zone: tzinfo) -> datetime:
    if at > now:
        raise TimeUnreadable(
            _("{time} lies in the future. Say a time up to now, {now}.").format(
                time=shown_time(at, zone), now=shown_time(now, zone)
            )
        )
    return at


def _unreadable(text: str) -> str:
    return _(
        "“{text}” is no time. Say 09:30, -15m, -1h30m or a full time such as 2026-11-20T09:30."
    ).format(text=text)


def read_day(text: str, today: date) -> date:
    """The day that `text` means: `YYYY-MM-DD`, `today`, `yesterday`, or a weekday, the last such.

    `monday` on a Monday is today. Raises TimeUnreadable.
    """
    typed = text.strip().lower()
    if typed == "today":
        return today
    if typed == "yesterday":
        return today - timedelta(days=1)
    if typed in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(typed)) % 7)
    try:
        day = date.fromisoformat(typed)
        # In the first and last year a day's ends may lie beyond what there is of time.
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed, re.ASCII) is None or day.year in (1, 9999):
            raise ValueError(typed)
        return day
    except ValueError:
        raise TimeUnreadable(
            _("“{text}” is no day. Say 2026-11-20, today, yesterday or monday.").format(text=text)
        ) from None


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def shown_time(at: datetime, zone: tzinfo) -> str:
    """A moment for people on a terminal: `2026-11-20 09:30:00` in the user's zone."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
