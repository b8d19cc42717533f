"""Lengths of time as people read them: `1:05` for a track, `38:00` for a week, `1:48` to go."""

from __future__ import annotations

__all__ = ["countdown", "length"]

MINUS = "−"


def length(seconds: float) -> str:
    """Return a length or a total in hours and minutes: 3900 is `1:05`, 136800 is `38:00`.

    Minutes that are not full are not shown, as a clock does. Days are never split off, so a week's
    total stays one number. A negative length, which only a difference can be, has a minus sign
    (U+2212); less than a minute either way is `0:00`, without one.
    """
    minutes = int(abs(seconds)) // 60
    sign = MINUS if seconds < 0 and minutes else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def countdown(seconds: float) -> str:
    """Return what is left in minutes and seconds: 108 is `1:48`; from an hour on `1:00:05`.

    A part of a second counts as a whole one, so `0:00` is only read when the time is up. Below
    zero it stays `0:00`.
    """
    left = max(0, -int(-seconds // 1))
    if left < 3600:
        return f"{left // 60}:{left % 60:02}"
    return f"{left // 3600}:{left % 3600 // 60:02}:{left % 60:02}"
