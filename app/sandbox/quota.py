"""The documented quota of a stand-in: so many requests a second and a minute, then 429."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from app.sandbox.faults import Rule

# Requests and seconds, as 7pace documents them: "Quota exceeded. (10 per second, 100 per minute)".
DOCUMENTED = ((10, 1), (100, 60))


class Quota:
    """Counts the requests that were let through; what is refused does not count."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._taken: deque[datetime] = deque(maxlen=max(count for count, _seconds in DOCUMENTED))

    def take(self, rule: Rule, now: datetime) -> Rule | None:
        """Count a request; the 429 that answers it instead, where there were too many.

        `rule` is the switch `quota`, whose `after` says in which form the wait is told: in whole
        seconds, rounded up, so that who waits as long is let through.
        """
        wait = max(self._seconds(now, count, seconds) for count, seconds in DOCUMENTED)
        if wait <= 0:
            self._taken.append(now)
            return None
        whole = math.ceil(wait)
        # A date is cut to its second: one more makes up for what is cut.
        told = whole + 1 if rule.after == "date" else whole
        return Rule(kind="429", after=rule.after, seconds=told)

    def reset(self) -> None:
        """Forget what was counted."""
        self._taken.clear()

    def _seconds(self, now: datetime, count: int, seconds: int) -> float:
        if len(self._taken) < count:
            return 0.0
        free_at = self._taken[-count] + timedelta(seconds=seconds)
        return (free_at - now) / timedelta(seconds=1)
