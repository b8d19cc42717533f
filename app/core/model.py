"""The records the journal keeps: subjects in three versions, attempts, holds, absences, checks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from app.core.remote import Capabilities, Facts, Field, RemoteRow, Write


class Stamp(Struct, frozen=True):
    """When a message came in, and a fresh id for what it makes.

    `boot_seconds` counts suspend; `boot_id` names the boot it counts from. `zone` and
    `offset_minutes` (east of UTC) are the user's at that moment.
    """

    now: datetime
    boot_seconds: float
    boot_id: str
    zone: str
    offset_minutes: int
    fresh_id: str


class BootMoment(Struct, frozen=True):
    """A moment on the boot clock: the only clock that waiting may be measured on."""

    boot_id: str
    seconds: float


class Anchor(Struct, frozen=True):
    """A wall reading and a boot reading of one moment, to find out later that the wall clock was
    set.
    """

    wall_at: datetime
    boot: BootMoment


class Attempt(Struct, frozen=True):
    """One write that left, or may have left; frozen from its commit on (`PROTOCOL.md` §1).

    `write` is the body in our own terms: a provider derives the bytes from it alone. `baseline` are
    the remote ids that the look in the same turn showed: an id among them can't be this attempt's.
    `noticed` is set once the outcome became doubtful, on the boot clock of that boot; `looked` once
    a first look did not find it. `batch` is shared by those that left in one request.
    """

    id: str
    write: Write
    baseline: frozenset[str]
    committed_at: datetime
    committed: BootMoment
    noticed: BootMoment | None = None
    looked: bool = False
    batch: str = ""


class HoldReason(StrEnum):
    """Why an operation waits for the user."""

    REFUSED = "refused"
    GONE = "gone"
    CONFLICT = "conflict"
    NEAR_MATCH = "near-match"
    FOREIGN_TRACK = "foreign-track"
    LOCKED = "locked"
    TWIN = "twin"
    ECHO = "echo"
    RESTORED = "restored"


class Side(StrEnum):
    """Ours or theirs: which of two is meant."""

    OURS = "ours"
    THEIRS = "theirs"


class Hold(Struct, frozen=True):
    """An operation that needs the user: why, the server's own words, and what the server has
    instead.

    `fields` are those in which the two sides differ (CONFLICT, ECHO); ours stands in the subject.
    `rows` are the candidates of a NEAR_MATCH as they were read, `remote_ids` their ids, or those of
    the tracks that have the slot (FOREIGN_TRACK). `twin_of` is the subject that a TWIN is a second
    copy of.
    """

    reason: HoldReason
    held_at: datetime
    words: str = ""
    theirs: Facts | None = None
    remote_ids: tuple[str, ...] = ()
    fields: frozenset[Field] = frozenset()
    rows: tuple[RemoteRow, ...] = ()
    twin_of: str = ""


class Subject(Struct, frozen=True):
    """One track or time entry: the same subject, with the same id, from its start to its last edit.

    `meant` is what the user said last, `acknowledged` what the server is known to hold (None:
    nothing). What is pending is derived from the two and is never stored. `time_told` is False
    while the server's start and length are its own making. `order` is the place of its oldest
    untold intent in the account's lane. `from_elsewhere` marks what another device made. `lost` are
    attempts concluded lost since the subject was last acknowledged: they may still come up. `rests`
    is when a verb without a name became doubtful that was found since: until it has settled the
    slot rests. `alone` says that it was in a batch that was refused: it is told by itself.
    `matched` is a start that was found by item and words alone: the user may say that it is not
    ours (`PROTOCOL.md` §10).
    """

    id: str
    account: str
    meant: Facts
    deleted: bool = False
    acknowledged: Facts | None = None
    remote_id: str | None = None
    revision: str = ""
    time_told: bool = True
    editable: bool = True
    from_elsewhere: bool = False
    order: int = 0
    tries: int = 0
    attempt: Attempt | None = None
    lost: tuple[Attempt, ...] = ()
    hold: Hold | None = None
    anchor: Anchor | None = None
    rests: BootMoment | None = None
    alone: bool = False
    matched: Attempt | None = None

    @property
    def runs(self) -> bool:
        """Whether the user means it to be running now."""
        return not self.deleted and self.meant.stopped_at is None


class Ghost(Struct, frozen=True):
    """What an attempt concluded lost had carried: it may still come up (`PROTOCOL.md` §6).

    `landed_as` is the remote id that it came up as; then it can't come up any more. An attempt that
    was accepted after others of its subject were lost is kept here too, for its baseline.
    """

    id: str
    subject_id: str
    account: str
    attempt: Attempt
    concluded_at: datetime
    landed_as: str = ""


class Sync(StrEnum):
    """The state of a subject as the user is told it; `synced` is no life of an operation but its
    end.
    """

    SYNCED = "synced"
    PENDING = "pending"
    IN_FLIGHT = "in-flight"
    DOUBTFUL = "doubtful"
    HELD = "held"


class AwayReason(StrEnum):
    """How we know that the user is away."""

    IDLE = "idle"
    LOCKED = "locked"
    SUSPENDED = "suspended"


class AbsenceAnswer(StrEnum):
    """What the user said about an absence."""

    KEEP = "keep"
    DISCARD = "discard"
    DISCARD_CONTINUE = "discard-continue"


class Absence(Struct, frozen=True):
    """One stretch of being away while a track ran; kept before it is shown, until answered."""

    id: str
    subject_id: str
    from_at: datetime
    to_at: datetime
    reason: AwayReason
    answer: AbsenceAnswer | None = None
    answered_at: datetime | None = None


class CheckState(StrEnum):
    """The life of a server's check here."""

    OPEN = "open"
    ANSWERED = "answered"
    GONE = "gone"


class Check(Struct, frozen=True):
    """A server's activity check on a running track; unanswered, the server stops it about
    `until_at`.
    """

    id: str
    account: str
    subject_id: str
    remote_id: str
    asked_at: datetime
    until_at: datetime
    state: CheckState = CheckState.OPEN


class Account(Struct, frozen=True):
    """One sign-in at one provider. `options` are as given; the secret is kept elsewhere."""

    name: str
    kind: str
    url: str = ""
    options: dict[str, str] = {}
    capabilities: Capabilities = Capabilities(kept_here=True)


class LedgerLine(Struct, frozen=True):
    """One decision, for people to read: what happened to which subject, and the facts of it.

    `what` is a stable code (worded by the presenter); `detail` holds its facts as text.
    """

    at: datetime
    account: str
    subject_id: str
    what: str
    detail: dict[str, str] = {}
