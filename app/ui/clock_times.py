"""Clock times as the user's locale writes them, without seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTime

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_SECONDS = re.compile(r"[:.]ss?")


def clock_time(at: datetime, zone: tzinfo | None = None) -> str:
    """Return an aware instant as wall time in `zone`, the system's when None: `09:12`."""
    local = at.astimezone(zone)
    locale = QLocale()
    form = _SECONDS.sub("", locale.timeFormat(QLocale.FormatType.ShortFormat))
    return locale.toString(QTime(local.hour, local.minute), form).replace("\u202f", " ")
