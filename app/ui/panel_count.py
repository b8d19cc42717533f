"""The numbers of the panel that grow by themselves, and when they next look different."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.ui.views import PanelView


def day_seconds(view: PanelView, now: datetime) -> float:
    """Return today's total in seconds, with what the running track adds since the day began."""
    seconds = float(view.day_seconds)
    if view.running is not None:
        since = max(view.running.started_at, view.day_started_at)
        seconds += max(0.0, (now - since).total_seconds())
    return seconds


def until_next_minute_ms(*growing_seconds: float) -> int:
    """Return how many ms it takes until the first of these lengths has one more full minute.

    20 ms are added, so that a timer that fires a little early does not show the old minute.
    """
    return round(min(60 - seconds % 60 for seconds in growing_seconds) * 1000) + 20
