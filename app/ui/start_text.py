"""What people type for a start: `905`, `9:05`, `9.05 pm`, `-15m`, `-1h30`. Knows no Qt."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from app.words import _

_AGO = re.compile(
    r"[-−–]\s*(?:(?P<h>\d{1,2})\s*(?:h|:)\s*(?P<hm>\d{1,2})?\s*(?:m|min)?|(?P<m>\d{1,3})\s*(?:m|min)?)"
)
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:\s*[:.h]\s*(?P<m>\d{2})?|(?P<m2>\d{2}))?(?::(?P<s>\d{2}))?"
    r"\s*(?P<half>[ap])?\.?(?:m\.?)?"
)
YESTERDAY_WITHIN_FOR = timedelta(hours=12)
"""How long ago a time that is later than now may have been yesterday, rather than a slip."""


class StartTextError(ValueError):
    """What was typed is no start; its text is the sentence for the user."""


def read_start(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the start that `text` means, an aware UTC datetime not after `now`.

    A clock time is wall time in `zone` (the system's when None), the latest one that has passed: in
    the repeated hour of a clock change the second, after midnight yesterday's. `-15m` is so long
    ago. Raises `StartTextError`, with the sentence to show, for all else and for the future.
    """
    typed = text.strip().lower()
    if match := _AGO.fullmatch(typed):
        hours, minutes = int(match["h"] or 0), int(match["hm"] or match["m"] or 0)
        return (now - timedelta(hours=hours, minutes=minutes)).astimezone(UTC)
    match = _CLOCK.fullmatch(typed)
    if match is None:
        raise StartTextError(_unreadable(text))
    hour, minute = int(match["h"]), int(match["m"] or match["m2"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise StartTextError(_unreadable(text))
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    if hour > 23 or minute > 59 or int(match["s"] or 0) > 59:
        raise StartTextError(_unreadable(text))
    return _latest(now, zone, hour, minute, int(match["s"] or 0), text)


def _latest(
    now: datetime, zone: tzinfo | None, hour: int, minute: int, second: int, text: str
) -> datetime:
    today = now.astimezone(zone).replace(tzinfo=None, microsecond=0)
    wall = today.replace(hour=hour, minute=minute, second=second)
    for day in (wall, wall - timedelta(days=1)):
        for fold in (1, 0):
            # Without a zone, astimezone takes a naive value for the system's, fold included.
            there = day.replace(fold=fold)
            at = (there if zone is None else there.replace(tzinfo=zone)).astimezone(UTC)
            if at <= now and (day is wall or now - at <= YESTERDAY_WITHIN_FOR):
                return at
    raise StartTextError(
        _("{time} is still to come. A track starts now or earlier.").format(time=text.strip())
    )


def _unreadable(text: str) -> str:
    if not text.strip():
        return _("Type when it started: 9:05, 905 or -15m.")
    return _("“{text}” is no time. Type it as 9:05, 905 or -15m.").format(text=text.strip())
