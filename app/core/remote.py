"""What a provider can do, what it is asked, and what it answers, in terms that all providers share.

Everything here is a value. Instants are aware UTC datetimes in whole seconds, lengths are whole
seconds. A provider translates between these values and its own wire format (local wall time,
milliseconds, a *worklog*), so that the core compares like with like.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class WorkItem(Struct, frozen=True):
    """What the time is for. `id` is the provider's own number or key, shown as it is."""

    id: str
    title: str = ""
    project: str = ""


class ActivityType(Struct, frozen=True):
    """A kind of work, where the provider has such a thing."""

    id: str
    name: str
    is_default: bool = False


class Field(StrEnum):
    """The parts of a track or time entry that can be told apart from each other.

    Start and length are one field (`PROTOCOL.md` §7): they are told and merged together.
    """

    TIME = "time"
    ITEM = "item"
    COMMENT = "comment"
    ACTIVITY = "activity"
    TAGS = "tags"
    BILLABLE = "billable"


ALL_FIELDS = frozenset(Field)


class Capabilities(Struct, frozen=True):
    """What a provider can be told. The core reads this table and never asks for a provider's name.

    * `kept_here`: the account lives in our own journal; committing is telling.
    * `remote_timer`: the server keeps a running track (the *slot*).
    * `start_carries_time`: a start is told with its true start; else the server's clock makes it,
      and start and length are corrected after the stop.
    * `stop_names_track`: a stop says which track it ends; else it ends whatever runs.
    * `adjustable`: fields that can be changed while the track runs at the server.
    * `tellable`: fields the server keeps at all; the others stay with us.
    * `wall_time`: the server keeps local wall time without an offset, so starts are compared as
      wall readings, and reading a row back never moves it (`PROTOCOL.md` §7).
    * `creates_at_once`: so many finished entries can be created by one request; below 2, one each.
    """

    kept_here: bool = False
    remote_timer: bool = True
    start_carries_time: bool = False
    stop_names_track: bool = False
    adjustable: frozenset[Field] = frozenset()
    tellable: frozenset[Field] = ALL_FIELDS
    searches_items: bool = True
    server_checks: bool = False
    wall_time: bool = False
    creates_at_once: int = 0


class Facts(Struct, frozen=True):
    """What is said of one track or time entry. `stopped_at` is None while it runs.

    `zone` and `offset_minutes` (minutes east of UTC) are those of the moment of the start: three of
    the five systems store local wall time without an offset (`DESIGN.md` §4).
    """

    started_at: datetime
    stopped_at: datetime | None = None
    item: WorkItem | None = None
    comment: str = ""
    activity: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    zone: str = "UTC"
    offset_minutes: int = 0


class RemoteRow(Struct, frozen=True):
    """One track or entry as the server shows it; `revision` changes when the row does."""

    remote_id: str
    facts: Facts
    revision: str = ""
    editable: bool = True


class RemoteCheck(Struct, frozen=True):
    """A server's activity check that is open now; unanswered it stops the track after
    `seconds_left`.
    """

    remote_id: str
    seconds_left: int


class RemoteView(Struct, frozen=True):
    """What one look or pull saw.

    `slot_known` says that `running` was really asked for: None then means that nothing runs. Every
    row that starts in `rows_from_at … rows_to_at` (inclusive, None: no list was asked for) is among
    `rows`; `absent` are ids that were asked for and do not exist. A look that was cut short is not
    a view but an error: there is no such thing as half a look (`PROTOCOL.md` §2).
    """

    running: RemoteRow | None = None
    slot_known: bool = False
    rows: tuple[RemoteRow, ...] = ()
    rows_from_at: datetime | None = None
    rows_to_at: datetime | None = None
    absent: frozenset[str] = frozenset()
    check: RemoteCheck | None = None


class LookFor(Struct, frozen=True):
    """The smallest pull that shows a subject: its row by id, all starts around an instant, the
    slot.

    `around_at` asks for every row that starts within one second of it and, when `until_at` is set,
    for every row that starts between the two, one second wider on both sides. `offsets` (minutes
    east of UTC) are those at which starts between the two were told: a wall-time server's reading
    that fits at one of them is among the rows, wherever the user is by now.
    """

    remote_id: str | None = None
    around_at: datetime | None = None
    until_at: datetime | None = None
    slot: bool = False
    offsets: frozenset[int] = frozenset()


class WriteKind(StrEnum):
    """The writes that there are; each is one request on the wire, never two (`PROTOCOL.md` §1)."""

    START = "start"
    STOP = "stop"
    ADJUST = "adjust"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"


SLOT_KINDS = frozenset({WriteKind.START, WriteKind.STOP, WriteKind.ADJUST})


class Write(Struct, frozen=True):
    """One write: its kind, the row it names, the facts it carries and which fields of them.

    `fields` are the fields that the request carries; the others must be left out of it.
    """

    kind: WriteKind
    facts: Facts
    fields: frozenset[Field] = frozenset()
    remote_id: str | None = None


class Receipt(Struct, frozen=True):
    """A server's clear yes. `row` is what it then showed, where its answer showed it."""

    remote_id: str | None = None
    row: RemoteRow | None = None


class TroubleKind(StrEnum):
    """What went wrong, named after what may happen next (`DESIGN.md` §5, table)."""

    NOT_SENT = "not-sent"
    PERHAPS_DELIVERED = "perhaps-delivered"
    THROTTLED = "throttled"
    SIGN_IN_REQUIRED = "sign-in-required"
    REFUSED = "refused"
    GONE = "gone"


class CallLimit(Struct, frozen=True):
    """At most so many calls within any span of so many seconds."""

    calls: int
    seconds: int


class Trouble(Struct, frozen=True):
    """Why a call gave no clear yes. `words` are the server's or the system's own, as plain text.

    `retry_after_seconds` is the wait that a throttling server asked for. `rehearsed` says that a
    batch was refused where nothing is written yet. With `limit` set no server said so: nothing was
    sent, since we keep to a limit that it has.
    """

    kind: TroubleKind
    words: str = ""
    retry_after_seconds: int | None = None
    rehearsed: bool = False
    limit: CallLimit | None = None
