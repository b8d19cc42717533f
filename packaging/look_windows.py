"""Paints every state of the prompts, the timesheet and the dialogs to PNG files, to be looked at.

    python packaging/look_windows.py FOLDER [--font Inter] [--only light-100] [--window prompt]

Runs on any display, best on a virtual one. One sheet by window, theme and size.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from look import NOW, at, framed, settle, sheet
from look_days import LONG_TITLE, Pictures, clock, timesheet_windows
from look_outbox import outbox_windows, sides_windows
from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from app.core.model import (
    Absence,
    Account,
    AwayReason,
    Check,
    Subject,
)
from app.core.remote import Capabilities, Facts, WorkItem
from app.core.state import AppState
from app.ui import theme
from app.ui.account_dialog import AccountDialog
from app.ui.account_views import KindView, OptionView
from app.ui.presenter_prompt import prompts
from app.ui.prompt import PromptWindow
from app.ui.settings_views import AccountRow, HotkeyView, SettingsView, SourceView
from app.ui.settings_window import SettingsWindow


def track_state(title: str, absences: dict[str, Absence], checks: dict[str, Check]) -> AppState:
    """Return a state with one running track and these questions."""
    facts = Facts(started_at=at(9, 12), item=WorkItem("1349", title))
    return AppState(
        accounts={"Work": Account("Work", "7pace", capabilities=Capabilities())},
        subjects={"s": Subject(id="s", account="Work", meant=facts)},
        running="s",
        absences=absences,
        checks=checks,
    )


def prompt_windows() -> Pictures:
    """Return the prompt with each question."""
    made: Pictures = []
    absence = Absence("a", "s", at(10, 31), at(11, 13), AwayReason.LOCKED)
    all_away = Absence("a", "s", at(9, 12), at(11, 13), AwayReason.IDLE)
    short = Absence("a", "s", at(9, 14), at(16, 13), AwayReason.SUSPENDED)
    check = Check("c", "Work", "s", "r", NOW - timedelta(seconds=72), NOW + timedelta(seconds=108))
    states = [
        ("Return from away", track_state("Fix login timer", {"a": absence}, {})),
        ("A server asks", track_state("Fix login timer", {}, {"c": check})),
        ("Long words", track_state(LONG_TITLE, {"a": short}, {})),
        ("All of it was away", track_state("Fix login timer", {"a": all_away}, {})),
        ("A server asks, long words", track_state(LONG_TITLE, {}, {"c": check})),
    ]
    for name, state in states:
        window = PromptWindow(now=lambda: NOW)
        window.show_prompt(prompts(state, NOW, clock)[0])
        if name == "All of it was away":
            window.answers.choose(1)
        made.append((name, window))
    return made


KINDS = (
    KindView(
        "7pace",
        "7pace Timetracker",
        example_url="https://example.timehub.7pace.com",
        options=(OptionView("api_version", "API version", "Leave it empty for the newest."),),
    ),
    KindView("local", "On this computer", needs_url=False, needs_secret=False),
)


def account_windows() -> Pictures:
    """Return the account dialog in each state."""
    made: Pictures = []

    def dialog(name: str) -> AccountDialog:
        shown = AccountDialog(KINDS)
        shown.url.widget.setText("https://example.timehub.7pace.com")  # type: ignore[attr-defined]  # a text field
        shown.secret.widget.setText("not a secret")  # type: ignore[attr-defined]  # a text field
        shown.show()
        made.append((name, shown))
        return shown

    fresh = AccountDialog(KINDS)
    fresh.show()
    made.append(("Fresh", fresh))
    dialog("Refused").show_refused(
        "token",
        "The server does not know this token. Check that it was copied whole. Nothing was saved.",
    )
    busy = dialog("Checking")
    busy.try_check()
    busy.show_busy()
    here = AccountDialog(KINDS[1:])
    here.show()
    made.append(("On this computer", here))
    again = AccountDialog.sign_in("Work", "token")
    again.show()
    made.append(("Sign in anew", again))
    dialog("More options").more.click()
    return made


def settings_view(*, well: bool) -> SettingsView:
    """Return sample settings, all well or with what can be wrong."""
    taken = "Ctrl+Alt+T is taken by another program. Choose other keys."
    blind = (
        "Timekept cannot see when you are away on this desktop. You can still split time by hand."
    )
    return SettingsView(
        accounts=(
            AccountRow("Work", "7pace", 0, "signed in, last pull at 14:24"),
            AccountRow("Side", "Clockify", 1, "slowed down until 14:32", "clock", "text"),
            AccountRow("Studio", "TimeTrack", 2, "signed out since 13:20", "held", "warning"),
            AccountRow(
                "This computer",
                "On this computer",
                -1,
                "never sent",
                can_sign_in=False,
                why_kept="One account has to stay.",
            ),
        ),
        idle_after_seconds=300,
        day_starts_at="00:00",
        day_target_hours=8,
        hotkeys=(
            HotkeyView("hotkeys.toggle", "Start or stop", "Ctrl+Alt+S", "Works."),
            HotkeyView("hotkeys.panel", "Show the panel", "Ctrl+Alt+T", "Works.")
            if well
            else HotkeyView("hotkeys.panel", "Show the panel", "Ctrl+Alt+T", taken, works=False),
        ),
        tray_ink="follow",
        presence_source=SourceView(
            "Input is watched by the XSync alarm. Only the seconds since the last input are read, "
            "never a key."
        )
        if well
        else SourceView(blind, works=False),
        hotkey_source=SourceView("They are grabbed from the X server."),
        about=("Timekept 0.1.0", "Data: /home/me/.local/share/timekept", "Licence: MIT"),
    )


def settings_windows() -> Pictures:
    """Return each page of the settings."""
    made: Pictures = []
    for name, well, at_page in (
        ("Accounts", True, 0),
        ("Time", True, 1),
        ("Time, nothing watches", False, 1),
        ("Hotkeys, one taken", False, 2),
        ("Look", True, 3),
        ("About", True, 4),
    ):
        window = SettingsWindow()
        window.show_view(settings_view(well=well))
        window.list.setCurrentRow(at_page)
        window.resize(theme.px(680), theme.px(480))
        window.show()
        made.append((name, window))
    refused = SettingsWindow()
    refused.resize(theme.px(680), theme.px(480))
    refused.show_view(settings_view(well=True))
    refused.show()
    refused.show_refusal("Work", "3 changes of Work are not told yet. They would be lost with it.")
    made.append(("Not removed", refused))
    return made


WINDOWS: dict[str, tuple[int, Callable[[], Pictures]]] = {
    "prompt": (3, prompt_windows),
    "timesheet": (2, timesheet_windows),
    "account": (3, account_windows),
    "settings": (2, settings_windows),
    "outbox": (2, outbox_windows),
    "sides": (2, sides_windows),
}


def main() -> None:
    """Write the pictures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--font", default="Inter")
    asked.add_argument("--only", default="", help="only sheets whose theme and size hold this")
    asked.add_argument("--window", default="", help="only this window")
    words = asked.parse_args()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    words.folder.mkdir(parents=True, exist_ok=True)
    family = words.font if words.font in QFontDatabase.families() else app.font().family()
    theme.dress(app)
    for name, palette in (("light", theme.light_palette()), ("dark", theme.dark_palette())):
        ground = QColor("#DADDE2" if name == "light" else "#101112")
        ink = QColor("#59626D" if name == "light" else "#A4ADB7")
        app.setPalette(palette)
        for percent in (100, 125, 200):
            if words.only not in f"{name}-{percent}":
                continue
            font = QFont(family)
            font.setPointSizeF(9.75 * percent / 100)
            app.setFont(font)
            for window, (columns, make) in WINDOWS.items():
                if words.window not in window:
                    continue
                pictures = []
                for title, widget in make():
                    widget.activateWindow()
                    settle(app)
                    pictures.append((title, framed(widget)))
                    widget.hide()
                    widget.deleteLater()
                target = words.folder / f"{window}-{name}-{percent}.png"
                sheet(pictures, columns, ground, ink).save(str(target))


if __name__ == "__main__":
    main()
