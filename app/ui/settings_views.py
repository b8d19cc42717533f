"""What the settings window shows: accounts and their state, each setting's value, live sources."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.ui.timesheet_views import StateTone


class AccountRow(Struct, frozen=True):
    """An account as the list of accounts shows it; `kind` is its provider's name as people read it.

    `can_sign_in` is False for one without a sign-in. `why_kept` says why it cannot be removed,
    empty where it can.
    """

    name: str
    kind: str
    index: int
    state: str
    state_mark: str = "tick"
    state_tone: StateTone = "muted"
    can_sign_in: bool = True
    why_kept: str = ""


class SourceView(Struct, frozen=True):
    """What is really used now, in a sentence, and whether it works."""

    sentence: str
    works: bool = True


class HotkeyView(Struct, frozen=True):
    """A hotkey: its setting's key, what it does, and its keys ("Ctrl+Alt+S", empty for none).

    `state` is a sentence on how it stands: that it works, or that another program has taken it.
    """

    key: str
    title: str
    keys: str
    state: str = ""
    works: bool = True


class SettingsView(Struct, frozen=True):
    """Everything the settings window shows. `about` are lines: version, folders, licence."""

    accounts: tuple[AccountRow, ...]
    idle_after_seconds: int
    day_starts_at: str
    day_target_hours: float
    hotkeys: tuple[HotkeyView, ...]
    tray_ink: Literal["follow", "light", "dark"]
    presence_source: SourceView
    hotkey_source: SourceView
    about: tuple[str, ...] = ()
