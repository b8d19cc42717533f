"""What the timesheet shows of a day, and what an edit of one of its rows says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from app.ui.views import ActivityView

StateTone = Literal["text", "muted", "accent", "warning"]
"""What a state says by its colour: accent runs now, warning needs the user."""
RowKind = Literal["entry", "running", "gap", "overlap"]


class DayRow(Struct, frozen=True):
    """One line: an entry, the running track, or a gap or overlap at its place in time.

    `start` and `stop` are clock times in words ("now" for what runs), `started_at` and `stopped_at`
    (None while it runs) the same as aware UTC datetimes. `length` is what falls into this day.
    `title` of a gap or overlap is its sentence. `note` is shown when one asks for more; `why_fixed`
    says why the row can't be changed, empty where it can.
    """

    kind: RowKind
    start: str
    stop: str
    length: str
    started_at: datetime
    title: str
    stopped_at: datetime | None = None
    id: str = ""
    label: str = ""
    item_key: str = ""
    comment: str = ""
    activity: str = ""
    activity_id: str = ""
    account: str = ""
    account_index: int = -1
    state: str = ""
    state_mark: str = ""
    state_tone: StateTone = "text"
    note: str = ""
    why_fixed: str = ""

    @property
    def is_time(self) -> bool:
        """Whether it is recorded time, not a remark between two entries."""
        return self.kind in ("entry", "running")

    @property
    def comment_shown(self) -> str:
        """The comment, where it is not the title already: an entry without a work item."""
        return self.comment if self.item_key else ""

    @property
    def needs_user(self) -> bool:
        """Whether it is one of the things to mend."""
        return not self.is_time or self.state_tone == "warning"


class AccountChoice(Struct, frozen=True):
    """An account: its mark, its kinds of work (or why there are none), and its total of the day,
    empty for nothing.
    """

    name: str
    index: int
    activities: tuple[ActivityView, ...] = ()
    no_activities: str = ""
    total: str = ""


class DayView(Struct, frozen=True):
    """A day: its rows by time with what runs last, and its totals in words.

    The day lasts from `from_at` to `to_at` (aware UTC datetimes) in `zone`, an IANA name. `account`
    is the one that rows are shown of, empty for all. `add_from_at`, `add_to_at` and `add_account`
    are what a new entry begins with.
    """

    day: date
    zone: str
    from_at: datetime
    to_at: datetime
    rows: tuple[DayRow, ...]
    accounts: tuple[AccountChoice, ...]
    add_from_at: datetime
    add_to_at: datetime
    add_account: str
    total: str
    total_note: str = ""
    gaps: str = ""
    account: str = ""
    is_today: bool = False
    can_undo: bool = False
    can_redo: bool = False


class EntryEdit(Struct, frozen=True):
    """What the user changed of the entry with that id; None is unchanged.

    An empty `id` is a new entry, which has an account and both times. An empty `item_key` means
    without a work item. Times are aware UTC datetimes.
    """

    id: str
    account: str | None = None
    item_key: str | None = None
    comment: str | None = None
    activity: str | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
