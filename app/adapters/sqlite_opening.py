"""Opens the store, and repairs it where it is damaged; for the one process that holds the lock."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.sqlite_ending import Ending, EndNote
from app.adapters.sqlite_errors import naming_trouble
from app.adapters.sqlite_file import CHECKED_AT_ONCE_BYTES, open_store, read_log_of
from app.adapters.sqlite_schema import Step
from app.ports.journal import JournalBroken

if TYPE_CHECKING:
    from app.core.restoring import Repair

REPAIRED = "timekept-repaired-"
"""How the name of a repaired store begins until it has its own."""


class Opening:
    """How the store is opened, and opened again after a repair."""

    def __init__(
        self, path: Path, wait_seconds: float, steps: Sequence[Step], note: EndNote
    ) -> None:
        """Name everything; nothing is opened yet."""
        self.path = path
        self.wait_seconds = wait_seconds
        self.note = note
        self.looked_through = True
        self._steps = steps

    def open(self) -> tuple[sqlite3.Connection, Repair | None]:
        """A connection for writing, after a repair where one was needed. Raises JournalError."""
        note = self.note
        with naming_trouble(self.path):
            if any(name.startswith(REPAIRED) for name in os.listdir(self.path.parent)):  # noqa: PTH208
                from app.adapters.sqlite_repair import finish

                finish(self.path)
            try:
                with naming_trouble(self.path):
                    connection = open_store(
                        self.path,
                        self.wait_seconds,
                        self._steps,
                        ending=note.last,
                        same_boot=note.same_boot,
                    )
                repair = None
            except JournalBroken as damage:
                connection, repair = self.mend(damage)
            if repair is None and note.last is Ending.OPEN:
                self.looked_through = self.path.stat().st_size <= CHECKED_AT_ONCE_BYTES
            note.opened()
            return connection, repair

    def mend(self, damage: JournalBroken) -> tuple[sqlite3.Connection, Repair]:
        """Set the store aside and open the new one; nothing has it open. Raises JournalError."""
        from app.adapters.sqlite_repair import repair

        with naming_trouble(self.path):
            note = self.note
            content = read_log_of(self.path, note.last, note.same_boot)
            done = repair(self.path, damage.reason, content, self._steps)
            return open_store(self.path, self.wait_seconds, self._steps), done
