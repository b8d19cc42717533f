"""The journal as the loop uses it in the bench: it may be full, and the process may end inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.adapters.sqlite_journal import SqliteJournal
from app.core.decision import Row
from app.core.history import GhostsWanted, History
from app.core.model import Ghost, Subject
from app.ports.journal import JournalFull

FULL = "The disk is full."


class Store:
    """A real journal between two points. `full_for` is how many commits find the disk full."""

    def __init__(self, journal: SqliteJournal, point: Callable[[str], None], late: bool) -> None:
        self.full_for = 0
        # Whether what the last message decided is on disk.
        self.committed = False
        self._journal = journal
        self._point = point
        self._late = late
        self._late_rows: list[Row] = []
        self._began = False

    def begin(self) -> None:
        """Another message is decided."""
        self.committed = self._began = False

    def notice(self) -> None:
        """Called at each step: whether a transaction that was open has ended on disk."""
        open_now = self._journal._connection.in_transaction
        if self._began and not open_now:
            self.committed = True
        self._began = open_now

    def commit(self, rows: Sequence[Row]) -> None:
        """The journal's commit; with `late` only when it is too late."""
        self._point("before-commit")
        if self.full_for > 0:
            self.full_for -= 1
            raise JournalFull(FULL)
        if self._late:
            self._late_rows.extend(rows)
        else:
            self._journal.commit(rows)
        self.committed = True
        self._point("after-commit")

    def commit_late(self) -> None:
        """What was left waiting by a break, after it was performed."""
        if self._late_rows:
            rows, self._late_rows = self._late_rows, []
            self._journal.commit(rows)

    def history(self, wanted: History) -> tuple[Subject, ...]:
        return self._journal.history(wanted)

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        return self._journal.ghosts(wanted)
