"""What the outbox shows: by account each operation, and what the chosen one asks of the user."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from app.ui.prompt_views import AnswerView
from app.ui.timesheet_views import StateTone
from app.ui.views import ActivityView

GroupAction = Literal["", "sync", "sign-in"]
MendField = Literal["", "item", "activity", "start", "stop", "comment", "tags", "billable"]


class LineKey(NamedTuple):
    """A line of the list: an operation of an account, or with an empty id the account's heading."""

    account: str
    id: str = ""


class OutboxRow(Struct, frozen=True):
    """One operation. `id` is its subject's; `next` says when it goes on ("you": it needs the user).

    `tries` counts what was sent. `why_not_retried` and `why_not_discarded` say why that can't be
    done, empty where it can.
    """

    id: str
    what: str
    state: str
    state_mark: str
    why: str
    next: str
    tries: int = 0
    state_tone: StateTone = "text"
    why_not_retried: str = ""
    why_not_discarded: str = ""


class OutboxGroup(Struct, frozen=True):
    """The heading of an account: how it stands, when it goes on, and what can be done about it."""

    account: str
    account_index: int
    state: str
    next: str = ""
    action: GroupAction = ""


class OutboxView(Struct, frozen=True):
    """All that waits. `title` counts it, `note` says how much of it needs the user.

    `lines` are in order, each heading before its operations; `row_of` and `group_of` word one when
    it is looked at, since there may be thousands. `changed` are the lines that may have other words
    than in the view before, None for any. While many go, `told` of `of` are.
    """

    title: str
    note: str
    lines: tuple[LineKey, ...] = ()
    row_of: Callable[[str], OutboxRow] | None = None
    group_of: Callable[[str], OutboxGroup] | None = None
    changed: frozenset[LineKey] | None = None
    can_undo: bool = False
    told: int = 0
    of: int = 0


class PageView(Struct, frozen=True):
    """What is said of the chosen operation: a heading, sentences, and the server's own words."""

    id: str
    mark: str
    tone: StateTone
    title: str
    sentences: tuple[str, ...] = ()
    words: str = ""


class MendView(Struct, frozen=True):
    """The fields of a refused operation as they are meant now; only `fields` are shown.

    Times are aware UTC datetimes, `stopped_at` None while it runs. `zone` is an IANA name;
    `from_at` to `to_at` is the day that clock times are read in. `refused` is the field that the
    server's words are about, as far as they can be read, and `refused_words` the sentence below it.
    """

    fields: frozenset[MendField]
    account: str
    item_key: str
    item_words: str
    comment: str
    activity_id: str
    activities: tuple[ActivityView, ...]
    no_activities: str
    tags: tuple[str, ...]
    billable: bool | None
    started_at: datetime
    stopped_at: datetime | None
    zone: str
    from_at: datetime
    to_at: datetime
    refused: MendField = ""
    refused_words: str = ""


class QuestionView(Struct, frozen=True):
    """A question with its answers. `chosen` is the safe one, None where none is."""

    answers: tuple[AnswerView, ...]
    chosen: int | None = 0


class SideRow(Struct, frozen=True):
    """A field of two versions, here and there; only where they differ is it chosen."""

    field: str
    name: str
    ours: str
    theirs: str
    differs: bool


class SidesView(Struct, frozen=True):
    """Two versions of an entry, field by field, those that differ first.

    `result` words what the entry becomes when of these fields theirs is taken.
    """

    id: str
    title: str
    text: str
    ours: str
    theirs: str
    all_ours: str
    all_theirs: str
    rows: tuple[SideRow, ...]
    result: Callable[[frozenset[str]], str]


class OperationView(Struct, frozen=True):
    """All about the chosen operation: what is said of it, and what it asks, one thing at most."""

    page: PageView
    mend: MendView | None = None
    question: QuestionView | None = None
    sides: SidesView | None = None


class HistoryLine(Struct, frozen=True):
    """One thing that happened: when, in words, and what."""

    at: str
    words: str
    needs_user: bool = False


class OperationEdit(Struct, frozen=True):
    """What the user mended of a held operation; None is unchanged.

    An empty `item_key` means without a work item; `billable` is a tuple of one so that "as the
    server likes" can be said too. Times are aware UTC datetimes.
    """

    id: str
    item_key: str | None = None
    comment: str | None = None
    activity: str | None = None
    tags: tuple[str, ...] | None = None
    billable: tuple[bool | None] | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
