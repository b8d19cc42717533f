"""Clock times as the user's locale writes them, without seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_SECONDS = re.compile(r"[:.]ss?")


def clock_time(at: datetime, zone: tzinfo | None = None) -> str:
    """Return an aware instant as wall time in `zone`, the system's when None: `09:12`."""
    local = at.astimezone(zone)
    locale = QLocale()
    form = _SECONDS.sub("", locale.timeFormat(QLocale.FormatType.ShortFormat))
    return locale.toString(QTime(local.hour, local.minute), form).replace("\u202f", " ")


def dated_time(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the same, with the day before it where that is not today: `Thu 12 Nov 09:12`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = clock_time(at, zone)
    if local.date() == today:
        return time
    day = QDate(local.year, local.month, local.day)
    form = "ddd d MMM" if local.year == today.year else "d MMM yyyy"
    return f"{QLocale().toString(day, form)} {time}"
