"""What the tray and the panel show: ready-made words and the few values that a widget needs.

The sentences come translated and plain; windows place, elide and escape them, and never build them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

TrayShape = Literal["stopped", "running", "asking", "connecting", "signed-out"]
TrayMark = Literal["", "wait", "attention"]
LineVerb = Literal["check", "outbox", "sign-in", "stop", "continue"]
SyncKind = Literal["ok", "waits", "offline", "sign-in", "held"]
NoticeKind = Literal["sign-in", "check", "held", "news", "plain"]

LONGEST_MENU_LINE = 40
"""Characters of a line: menus that travel by D-Bus are not elided by anybody else."""


class MenuLine(Struct, frozen=True):
    """One line of the tray menu that does something.

    `verb` says which signal it sends; `mark` is a row mark; `account` is the account's name where
    the verb is `sign-in`; `hint` is a global key combination; `subject` is the id of the operation
    that the outbox opens at.
    """

    verb: LineVerb
    text: str
    mark: str = ""
    account: str = ""
    hint: str = ""
    subject: str = ""


class RecentView(Struct, frozen=True):
    """A work item that was tracked lately, or a comment without one (`item_key` empty).

    `item_key` is what `start_asked` hands back; `label` is the number people know (`#1350`), empty
    where the provider has none; `note` is today's length, empty for none. `account_index` chooses
    shape and colour, below 0 for the local account.
    """

    item_key: str
    account: str
    account_index: int
    title: str
    label: str = ""
    comment: str = ""
    note: str = ""


class TrayView(Struct, frozen=True):
    """All that the tray shows.

    `asks` stand above everything; `primary` is Stop or Continue, None when there is nothing to
    continue. `can_edit_track` is False when nothing runs. `sync_line` is shown when it has words,
    with `sync_mark` before it, and opens the outbox.
    """

    shape: TrayShape
    headline: str
    today: str
    mark: TrayMark = ""
    tooltip: str = ""
    asks: tuple[MenuLine, ...] = ()
    primary: MenuLine | None = None
    can_edit_track: bool = False
    recents: tuple[RecentView, ...] = ()
    sync_line: str = ""
    sync_mark: str = "tick"
    panel_hint: str = ""


class ActivityView(Struct, frozen=True):
    """An activity type that can be chosen."""

    activity_id: str
    name: str


class StartHint(Struct, frozen=True):
    """A start that is worth offering, in words: "Last stop, 09:05"."""

    text: str
    start_at: datetime


class RunningView(Struct, frozen=True):
    """The running track.

    `started_at` is an aware UTC datetime: the panel counts from it by itself. `where` is the line
    below the title ("#1349 · Project Alpha · Work"), the account's name included. With no
    `activities`, `no_activities` says why.
    """

    title: str
    where: str
    account_index: int
    started_at: datetime
    item_key: str = ""
    account: str = ""
    comment: str = ""
    activity_id: str = ""
    activities: tuple[ActivityView, ...] = ()
    no_activities: str = ""
    start_hints: tuple[StartHint, ...] = ()


class SyncView(Struct, frozen=True):
    """Whether everything stands on the servers.

    `line` is always shown; `detail` and `next_try` are the two quiet lines below it, with the
    buttons to show the outbox and to try now. `account` is who wants a sign-in.
    """

    kind: SyncKind
    line: str
    detail: str = ""
    next_try: str = ""
    account: str = ""


class NoticeView(Struct, frozen=True):
    """The most urgent thing that needs the user; `action` empty: nothing to press.

    `subject` is the id of the operation that is held.
    """

    kind: NoticeKind
    title: str
    text: str = ""
    action: str = ""
    account: str = ""
    subject: str = ""
    can_wait: bool = True


class PanelView(Struct, frozen=True):
    """All that the panel shows.

    `day_seconds` is today without the running track, whose part since `day_started_at` the panel
    adds; `target_seconds` is 0 for none. `continues` names what Enter would go on with. `taught` is
    True once there is an entry: the first words of advice are not shown any more.
    """

    running: RunningView | None
    day_seconds: int
    day_started_at: datetime
    sync: SyncView
    target_seconds: int = 0
    recents: tuple[RecentView, ...] = ()
    notice: NoticeView | None = None
    continues: str = ""
    taught: bool = True


class SearchHit(Struct, frozen=True):
    """One row of what a search found.

    Hits with the same `section` stand together below its name; `section_note` says what to know
    about it ("is offline; names as of Friday"). `runs` marks the item that runs now: it is shown,
    but starting it again is not offered.
    """

    section: str
    item_key: str
    account: str
    account_index: int
    title: str
    label: str = ""
    comment: str = ""
    note: str = ""
    section_note: str = ""
    runs: bool = False
