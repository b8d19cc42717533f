"""The tray: what its clicks and lines ask for, and that its menu never changes under a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QSystemTrayIcon

from app.ui.tray import Tray
from app.ui.tray_menu import TrayMenu, menu_text
from app.ui.views import LONGEST_MENU_LINE, MenuLine, RecentView
from tests.ui.sample_views import RECENTS, TRAY_RUNS, TRAY_STOPPED

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# The display without a screen knows no tray, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged")
Reason = QSystemTrayIcon.ActivationReason


@pytest.fixture
def tray(qtbot: QtBot) -> Tray:
    """Give a tray whose menu is built."""
    tray = Tray(TRAY_RUNS)
    assert tray.menu is None
    qtbot.waitUntil(lambda: tray.menu is not None)
    return tray


def _menu(tray: Tray) -> TrayMenu:
    assert tray.menu is not None
    return tray.menu


def _shown(tray: Tray) -> list[str]:
    return [
        action.text()
        for action in _menu(tray).actions()
        if action.isVisible() and not action.isSeparator()
    ]


def test_the_icon_is_up_before_the_menu_is_built(qtbot: QtBot) -> None:
    tray = Tray(TRAY_RUNS)
    assert tray.icon.isVisible()
    assert tray.icon.toolTip() == "Fix login timer, 1:05"
    assert tray.menu is None


def test_the_menu_while_a_track_runs(tray: Tray) -> None:
    assert _shown(tray) == [
        "Fix login timer, 1:05 since 09:12",
        "Today 4:35 of 8:00",
        "Stop",
        "Search…",
        "Comment…",
        "Change the start…",
        "#1350 Review sign-in flow",
        "#1362 Write release notes for the whole…",
        "Project Alpha / Planning",
        "All recent items",
        "Open Timekept",
        "Timesheet",
        "Everything is on the servers",
        "Settings…",
        "Quit",
    ]
    assert [a.text() for a in _menu(tray).more_recents if a.isVisible()][-1] == "Support rota"


def test_the_menu_with_things_to_settle(tray: Tray) -> None:
    tray.show_view(TRAY_STOPPED)
    assert _shown(tray) == [
        "Nothing is running",
        "Today 4:35 of 8:00",
        "Answer: you were away for 0:42…",
        "3 changes wait for Side…",
        "Sign in to Work again…",
        "Continue Fix login timer",
        "Start…",
        "Open Timekept",
        "Timesheet",
        "Settings…",
        "Quit",
    ]


def test_words_change_in_place(tray: Tray) -> None:
    menu, before = _menu(tray), _menu(tray).actions()
    tray.show_view(TRAY_STOPPED)
    tray.show_view(TRAY_RUNS)
    assert _menu(tray) is menu
    assert menu.actions() == before
    assert tray.icon.contextMenu() is menu


def test_an_open_menu_waits_until_it_is_closed(tray: Tray, qtbot: QtBot) -> None:
    menu = _menu(tray)
    menu.popup(QPoint(0, 0))
    qtbot.waitUntil(menu.isVisible)
    tray.show_view(TRAY_STOPPED)
    assert menu.headline.text() == "Fix login timer, 1:05 since 09:12"
    menu.close()
    # A chosen line is triggered after the menu has closed, and must still mean what it said.
    assert menu.headline.text() == "Fix login timer, 1:05 since 09:12"
    qtbot.waitUntil(lambda: menu.headline.text() == "Nothing is running")


@pytest.mark.parametrize(
    "line, signal, arguments",
    [
        ("primary", "stop_asked", []),
        ("search", "search_asked", []),
        ("comment", "edit_comment_asked", []),
        ("change_start", "change_start_asked", []),
        ("timesheet", "open_timesheet", []),
        ("sync", "open_outbox", []),
        ("settings", "open_settings", []),
        ("quit", "quit_asked", []),
    ],
)
def test_each_line_asks_for_its_thing(
    line: str, signal: str, arguments: list[object], tray: Tray, qtbot: QtBot
) -> None:
    action: QAction = getattr(_menu(tray), line)
    with qtbot.waitSignal(getattr(tray, signal), timeout=500) as seen:
        action.trigger()
    assert seen.args == arguments


@pytest.mark.parametrize("line", ["headline", "today", "open_panel"])
def test_headings_open_the_panel(line: str, tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.panel_asked, timeout=500):
        getattr(_menu(tray), line).trigger()


def test_what_waits_for_the_user_is_answered_from_the_menu(tray: Tray, qtbot: QtBot) -> None:
    tray.show_view(TRAY_STOPPED)
    menu = _menu(tray)
    with qtbot.waitSignal(tray.check_asked, timeout=500):
        menu.asks[0].trigger()
    with qtbot.waitSignal(tray.open_outbox, timeout=500):
        menu.asks[1].trigger()
    with qtbot.waitSignal(tray.sign_in_asked, timeout=500) as seen:
        menu.asks[2].trigger()
    assert seen.args == ["Work"]
    with qtbot.waitSignal(tray.continue_asked, timeout=500):
        menu.primary.trigger()


def test_a_recent_item_is_started_with_all_that_names_it(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.start_asked, timeout=500) as seen:
        _menu(tray).recents[2].trigger()
    assert seen.args == ["p1", "Studio", "plan"]
    with qtbot.waitSignal(tray.start_asked, timeout=500) as seen:
        _menu(tray).more_recents[3].trigger()
    assert seen.args == ["s1", "Side", ""]


def test_left_click_opens_and_middle_click_toggles(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.panel_asked, timeout=500) as seen:
        tray.icon.activated.emit(Reason.Trigger)
    assert isinstance(seen.args[0], QRect)
    with qtbot.waitSignal(tray.toggle_asked, timeout=500):
        tray.icon.activated.emit(Reason.MiddleClick)
    for reason in (Reason.DoubleClick, Reason.Context):
        with qtbot.assertNotEmitted(tray.panel_asked), qtbot.assertNotEmitted(tray.toggle_asked):
            tray.icon.activated.emit(reason)


def test_foreign_words_are_cut_and_plain(tray: Tray) -> None:
    title = "<b>Q&A</b>\tCtrl+Q " + "very long " * 10
    tray.show_view(
        msgspec.structs.replace(
            TRAY_RUNS,
            headline=title,
            recents=(RecentView("1", "Work", 0, title, label="#1"),),
            asks=(MenuLine("outbox", title, "held"),),
        )
    )
    menu = _menu(tray)
    for action in (menu.headline, menu.recents[0], menu.asks[0]):
        assert "Q&&A" in action.text()
        assert "\t" not in action.text()
        assert action.text().endswith("…")
        assert len(action.text().replace("&&", "&")) <= LONGEST_MENU_LINE


def test_short_words_are_not_cut() -> None:
    assert menu_text("x" * LONGEST_MENU_LINE) == "x" * LONGEST_MENU_LINE
    assert menu_text("x" * (LONGEST_MENU_LINE + 1)) == "x" * (LONGEST_MENU_LINE - 1) + "…"


def test_a_hint_is_shown_and_taken_away(tray: Tray) -> None:
    menu = _menu(tray)
    assert menu.primary.shortcut().toString() == "Ctrl+Alt+S"
    tray.show_view(TRAY_STOPPED)
    assert menu.primary.shortcut().isEmpty()


def test_the_icon_is_drawn_anew_only_for_another_state(tray: Tray) -> None:
    before = tray.icon.icon().cacheKey()
    tray.show_view(msgspec.structs.replace(TRAY_RUNS, headline="Something else", tooltip="1:06"))
    assert tray.icon.icon().cacheKey() == before
    assert tray.icon.toolTip() == "1:06"
    tray.show_view(msgspec.structs.replace(TRAY_RUNS, mark="wait"))
    assert tray.icon.icon().cacheKey() != before


def test_the_tone_of_the_desktop_panel_can_be_set(tray: Tray) -> None:
    before = tray.icon.icon().cacheKey()
    tray.set_tone("dark")
    assert tray.icon.icon().cacheKey() != before


def test_a_host_that_comes_later_gets_a_new_icon(tray: Tray, qtbot: QtBot) -> None:
    old, menu = tray.icon, tray.menu
    tray.recreate()
    assert tray.icon is not old
    assert tray.icon.isVisible()
    assert not tray.icon.icon().isNull()
    assert tray.icon.contextMenu() is menu
    with qtbot.waitSignal(tray.toggle_asked, timeout=500):
        tray.icon.activated.emit(Reason.MiddleClick)


def test_without_a_host_it_says_so(tray: Tray) -> None:
    assert Tray.host_present() is False


def test_more_recent_items_than_lines_are_left_out(tray: Tray) -> None:
    many = tuple(RecentView(str(n), "Work", 0, f"Item {n}") for n in range(40))
    tray.show_view(msgspec.structs.replace(TRAY_RUNS, recents=many))
    assert sum(a.isVisible() for a in _menu(tray).more_recents) == 15
    tray.show_view(msgspec.structs.replace(TRAY_RUNS, recents=RECENTS[:1]))
    assert not _menu(tray).all_recents.menuAction().isVisible()


@pytest.mark.parametrize("title", ["<b>Fix</b><img src=x>", "&lt;b&gt;", "a < b && c > d"])
def test_markup_in_a_title_is_plain_in_the_tooltip(tray: Tray, title: str) -> None:
    tray.show_view(msgspec.structs.replace(TRAY_RUNS, tooltip=f"{title}, 1:05 since 09:12"))
    shown = tray.icon.toolTip()
    assert not Qt.mightBeRichText(shown)
    assert shown.replace("\u2060", "") == f"{title}, 1:05 since 09:12"
