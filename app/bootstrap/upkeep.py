"""Looks after the store while the app runs: everything once after a bad end, a copy each day."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from app.ports.journal import JournalBroken, JournalError

log = logging.getLogger(__name__)

FIRST_SECONDS = 60.0
"""The first copy waits until the start is long over."""
EACH_SECONDS = 3600.0
_END_SECONDS = 2.0


class Tasks(Protocol):
    """What there is to do; see `app.adapters.sqlite_upkeep.Upkeep`."""

    def look_through(self) -> None:
        """Raise JournalBroken where something cannot be read."""
        ...

    def copy_if_due(self, now: datetime) -> object:
        """Raise JournalBroken where something cannot be read."""
        ...

    def end(self) -> None:
        """Break off."""
        ...


class UpkeepThread:
    """A thread of its own, which `close` ends; `tell` hears of damage, on that thread."""

    def __init__(
        self,
        tasks: Tasks,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        *,
        look_through: bool,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        """Begin. `look_through`: the store was not looked through at its opening."""
        self._tasks = tasks
        self._now = now
        self._tell = tell
        self._look_through = look_through
        self._first_seconds = first_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End, breaking off a copy that is being made."""
        self._ended.set()
        self._tasks.end()
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        try:
            if self._look_through:
                self._tasks.look_through()
            wait_seconds = self._first_seconds
            while not self._ended.wait(wait_seconds):
                wait_seconds = EACH_SECONDS
                self._tasks.copy_if_due(self._now())
        except JournalBroken as damage:
            log.error("%s", damage)
            self._tell(str(damage))
        except JournalError as trouble:
            log.info("the store was not looked after: %s", trouble)
        except Exception:
            # Nothing that looks after the store may end its use.
            log.exception("the store was not looked after")
