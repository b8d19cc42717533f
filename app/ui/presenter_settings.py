"""Words for the settings window: how accounts stand, and what is really used; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, cast

from app.core.model import Account
from app.core.standing import standing
from app.core.state import AppState, Connection
from app.ports.settings import (
    HOTKEYS_PANEL,
    HOTKEYS_TOGGLE,
    PRESENCE_IDLE_AFTER_SECONDS,
    TIMESHEET_DAY_STARTS_AT,
    TIMESHEET_DAY_TARGET_HOURS,
    UI_TRAY_INK,
    HotkeySetting,
    Settings,
)
from app.ui.account_views import KindView
from app.ui.naming import account_index
from app.ui.settings_views import AccountRow, HotkeyView, SettingsView, SourceView
from app.ui.timesheet_views import StateTone
from app.words import _, ngettext


def settings_view(
    state: AppState,
    settings: Settings,
    kinds: Sequence[KindView],
    sources: Mapping[str, str],
    problems: Mapping[str, str],
    about: Sequence[str],
    clock_time: Callable[[datetime], str],
) -> SettingsView:
    """Everything the settings window shows.

    `sources` names the live source of `presence` and `hotkeys` ("" for none); `problems` has a
    sentence for each hotkey's key that is not bound.
    """
    titles = {kind.name: kind.title for kind in kinds}
    accounts = [
        _account(state, account, titles.get(account.kind, account.kind), clock_time)
        for account in state.accounts.values()
    ]

    def hotkey(setting: HotkeySetting, title: str) -> HotkeyView:
        keys = settings.get(setting)
        problem = problems.get(setting.key, "")
        works = bool(keys) and not problem
        return HotkeyView(setting.key, title, keys, problem, works or not keys)

    return SettingsView(
        accounts=tuple(accounts),
        idle_after_seconds=settings.get(PRESENCE_IDLE_AFTER_SECONDS),
        day_starts_at=settings.get(TIMESHEET_DAY_STARTS_AT),
        day_target_hours=settings.get(TIMESHEET_DAY_TARGET_HOURS),
        hotkeys=(
            hotkey(HOTKEYS_TOGGLE, _("Start or stop")),
            hotkey(HOTKEYS_PANEL, _("Open the panel")),
        ),
        tray_ink=cast("Literal['follow', 'light', 'dark']", settings.get(UI_TRAY_INK)),
        presence_source=_presence(sources.get("presence", "")),
        hotkey_source=_hotkeys(sources.get("hotkeys", "")),
        about=tuple(about),
    )


def _account(
    state: AppState, account: Account, kind: str, clock_time: Callable[[datetime], str]
) -> AccountRow:
    index = account_index(state, account.name)
    kept = _why_kept(state, account)
    if account.capabilities.kept_here:
        words = _("nothing to tell")
        return AccountRow(account.name, kind, index, words, can_sign_in=False, why_kept=kept)
    lane = state.lanes[account.name]
    since = "" if lane.since_at is None else clock_time(lane.since_at)
    tone: StateTone = "muted"
    match lane.connection:
        case Connection.SIGN_IN_REQUIRED:
            words, mark, tone = _("wants you to sign in again"), "held", "warning"
        case Connection.OFFLINE:
            words = _("offline since {time}").format(time=since) if since else _("offline")
            mark, tone = "arrow-up", "text"
        case Connection.UNKNOWN:
            words, mark = _("not asked yet"), "doubtful"
        case Connection.ONLINE:
            words, mark = _("online"), "tick"
    return AccountRow(
        account.name, kind, index, words, state_mark=mark, state_tone=tone, why_kept=kept
    )


def _why_kept(state: AppState, account: Account) -> str:
    """Why the account cannot be removed now; "" where it can."""
    track = state.track
    if track is not None and track.account == account.name:
        return _("The running track is its: stop it first.")
    if len(state.accounts) == 1:
        return _("It is the only account.")
    unsent = sum(standing(state, account.name).values())
    words = ngettext("{count} change of it waits.", "{count} changes of it wait.", unsent)
    return words.format(count=unsent) if unsent else ""


def _presence(name: str) -> SourceView:
    if not name:
        words = _(
            "Timekept cannot see when you are away on this desktop. The doctor says why:"
            " timekept doctor"
        )
        return SourceView(words, works=False)
    return SourceView(_("Sees when you are away by {source}.").format(source=name))


def _hotkeys(name: str) -> SourceView:
    if not name:
        words = _(
            "Global hotkeys do not work on this desktop. Bind the command “timekept toggle” in the"
            " desktop’s own settings."
        )
        return SourceView(words, works=False)
    return SourceView(_("Hotkeys work in every window, by {source}.").format(source=name))
