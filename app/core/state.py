"""What a screen needs now: accounts and their lanes, live subjects, presence, open questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from app.core.books import EMPTY, Book, Books, arranged
from app.core.live import Subjects
from app.core.model import (
    Absence,
    Account,
    AwayReason,
    Check,
    Subject,
)
from app.core.remote import CallLimit, WorkItem, Write


class Connection(StrEnum):
    """How an account stands with its server; `unknown` until the first answer of this run."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    SIGN_IN_REQUIRED = "sign-in-required"


class TurnKind(StrEnum):
    """What a lane's worker is doing."""

    PULL = "pull"
    LOOK = "look"
    PUSH = "push"
    ANSWER = "answer"


class Plan(Struct, frozen=True):
    """What is to be told of a subject."""

    subject_id: str
    write: Write


class Turn(Struct, frozen=True):
    """The one thing a lane does now. A report that names another turn is stale.

    `write` is what a look was made for. `batch` has the members of a turn that is about several
    creates at once; it then has no `subject_id`.
    """

    id: str
    kind: TurnKind
    subject_id: str = ""
    settled: bool = False
    suspect: str = ""
    write: Write | None = None
    batch: tuple[Plan, ...] = ()


class Lane(Struct, frozen=True):
    """An account's queue discipline: one turn at a time, back-off, throttle, and what was last
    seen.

    `next_at` is when back-off ends, `throttled_until` when a Retry-After has passed: `sync` may
    shorten the first, never the second. `limit` is the one that we keep to until then ourselves,
    where the server did not ask.
    `wake_at` is the wake-up that was asked for last; it is not asked for again while it lies ahead.
    `slot` is the remote id that ran when the server was last asked. `suspects` are remote ids that
    a list did not show any more: each is asked for by id before it counts as gone.
    """

    connection: Connection = Connection.UNKNOWN
    turn: Turn | None = None
    since_at: datetime | None = None
    next_at: datetime | None = None
    throttled_until: datetime | None = None
    limit: CallLimit | None = None
    wake_at: datetime | None = None
    tries: int = 0
    words: str = ""
    pull_wanted: bool = False
    pulled_at: datetime | None = None
    slot: str | None = None
    suspects: tuple[str, ...] = ()


class Presence(Struct, frozen=True):
    """Present, or away since when and why."""

    away_since: datetime | None = None
    reason: AwayReason | None = None


class CoreSettings(Struct, frozen=True):
    """The settings that decisions depend on; seconds, as in the settings file."""

    settle_seconds: int = 30
    idle_after_seconds: int = 300
    default_account: str = ""


class LastTrack(Struct, frozen=True):
    """What `continue` starts again, and when it ended."""

    account: str
    item: WorkItem | None = None
    comment: str = ""
    activity: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None


class AppState(Struct, frozen=True):
    """Everything decisions are made from.

    `subjects` holds the live ones alone: what runs, waits, is out, doubtful or held. `running` is
    the id of the current track. `undo` and `redo` hold subjects as they were, newest last.
    `sequence` counts intents: the lane tells the oldest first. `books` arranges the subjects, and
    counts only for the very subjects that it names.
    """

    accounts: dict[str, Account] = {}
    lanes: dict[str, Lane] = {}
    subjects: Mapping[str, Subject] = Subjects()
    running: str | None = None
    last: LastTrack | None = None
    presence: Presence = Presence()
    absences: dict[str, Absence] = {}
    checks: dict[str, Check] = {}
    settings: CoreSettings = CoreSettings()
    sequence: int = 0
    undo: tuple[Subject, ...] = ()
    redo: tuple[Subject, ...] = ()
    books: Books | None = None

    @property
    def arranged(self) -> Books:
        """The books of these subjects; made anew where the state was put together by hand."""
        kept = self.books
        if kept is not None and kept.of is self.subjects:
            return kept
        return arranged(self.subjects, self.accounts)

    def book(self, account: str) -> Book:
        """What the account's live subjects have to do."""
        return self.arranged.by_account.get(account, EMPTY)

    @property
    def track(self) -> Subject | None:
        """The current track."""
        return None if self.running is None else self.subjects.get(self.running)
