"""What the outbox shows: by account each operation, why it waits and when it goes."""

from __future__ import annotations

from msgspec import Struct

from app.ui.timesheet_views import StateTone


class OutboxRow(Struct, frozen=True):
    """One operation. `id` is its subject's; `next` says when it goes on ("you": it needs the user).

    `why_not_retried` and `why_not_discarded` say why a button is off, empty where it is not.
    """

    id: str
    what: str
    state: str
    state_mark: str
    why: str
    next: str
    state_tone: StateTone = "text"
    why_not_retried: str = ""
    why_not_discarded: str = ""


class OutboxGroup(Struct, frozen=True):
    """The operations of one account, oldest first, and how the account stands."""

    account: str
    account_index: int
    state: str
    rows: tuple[OutboxRow, ...]


class OutboxView(Struct, frozen=True):
    """All that waits. `title` counts it, `note` says how much of it needs the user."""

    title: str
    note: str
    groups: tuple[OutboxGroup, ...] = ()
    can_undo: bool = False
