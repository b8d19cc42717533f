"""What keeps everything: a transaction per decision, and the queries of windows and commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from app.core.decision import Row
from app.core.history import GhostsWanted, History
from app.core.model import Absence, Account, Check, Ghost, LedgerLine, Subject
from app.core.remote import ActivityType, WorkItem
from app.core.state import LastTrack


class JournalError(Exception):
    """The store could not do it; nothing was changed. The text is for people."""


class JournalFull(JournalError):
    """The disk is full: the last change was not made, everything before it is safe."""


class JournalLocked(JournalError):
    """Another process kept the store locked for longer than we wait."""


class JournalNewer(JournalError):
    """The store was written by a newer Timekept; it was not touched."""


class JournalBroken(JournalError):
    """The store cannot be read; it was left as it is. `reason` is what is wrong, in a few words."""

    def __init__(self, sentence: str = "", reason: str = "") -> None:
        """Keep both."""
        super().__init__(sentence)
        self.reason = reason or sentence


class Loaded(Struct, frozen=True):
    """What a start needs: live subjects, open questions, accounts, the last track and order."""

    accounts: tuple[Account, ...] = ()
    subjects: tuple[Subject, ...] = ()
    absences: tuple[Absence, ...] = ()
    checks: tuple[Check, ...] = ()
    last: LastTrack | None = None
    sequence: int = 0


class RecentItem(Struct, frozen=True):
    """What was worked on lately: the newest facts of it and how long it took today (seconds)."""

    account: str
    item: WorkItem | None
    comment: str
    activity: str
    last_at: datetime
    today_seconds: int = 0


class Journal(Protocol):
    """The store of one user. Reads see every commit before them."""

    def load(self) -> Loaded:
        """What the state is built from at start."""
        ...

    def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows in one durable transaction, or raise JournalError and write none."""
        ...

    def history(self, wanted: History) -> tuple[Subject, ...]:
        """The stored subjects a decision asks for, live ones included, each once."""
        ...

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        """The ghosts that a view may show, with all others of their subjects, oldest first."""
        ...

    def subject(self, subject_id: str) -> Subject | None:
        """One subject by its id, or by an unambiguous beginning of it."""
        ...

    def entries(
        self, from_at: datetime, to_at: datetime, account: str | None = None
    ) -> tuple[Subject, ...]:
        """Subjects that overlap the half-open span, by start; deleted ones are left out."""
        ...

    def recents(self, limit: int, today_from_at: datetime, now: datetime) -> tuple[RecentItem, ...]:
        """The last things worked on, newest first, each pair of item and comment once."""
        ...

    def search(self, text: str, limit: int, account: str | None = None) -> tuple[RecentItem, ...]:
        """History that fits the words or the number, best and newest first."""
        ...

    def work_items(self, account: str, text: str, limit: int) -> tuple[WorkItem, ...]:
        """Known work items of an account by words, number or key."""
        ...

    def keep_work_items(self, account: str, items: Sequence[WorkItem]) -> None:
        """Remember what a provider's catalogue said."""
        ...

    def activity_types(self, account: str) -> tuple[ActivityType, ...]:
        """The activity types an account had when last asked."""
        ...

    def keep_activity_types(self, account: str, types: Sequence[ActivityType]) -> None:
        """Remember an account's activity types, replacing the older list."""
        ...

    def ledger(self, limit: int, subject_id: str | None = None) -> tuple[LedgerLine, ...]:
        """The newest decisions first."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
