"""The panel: what it shows, its keys, and that nothing jumps, ticks or is markup."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from app.ui.panel import Panel
from app.ui.views import SyncView
from tests.ui.panel_rig import Rig
from tests.ui.sample_views import (
    MINUTE,
    NOW,
    OK,
    RUNNING,
    RUNS,
    SIGN_IN,
    STOPPED,
    ZONE,
    berlin,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# What the display without a screen cannot do, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def rig(qtbot: QtBot) -> Rig:
    """Give a panel that is not open yet."""
    return Rig(qtbot)


def test_the_three_answers_stand_there(rig: Rig) -> None:
    rig.open(RUNS)
    body = rig.body
    assert body.header.title.text() == "Fix login timer"
    assert body.header.clock.text() == "1:05"
    assert body.header.since.text() == "since 09:12"
    assert body.footer.today.words() == "Today 4:35 of 8:00"
    assert body.footer.sync.text() == "All on the servers"


def test_stopped_shows_no_start_and_no_stop(rig: Rig) -> None:
    rig.open(STOPPED)
    assert rig.body.header.clock.text() == "0:00"
    assert not rig.body.header.since.isVisible()
    assert not rig.body.stop.isVisible()
    assert rig.body.footer.today.words() == "Today 1:00"
    assert rig.body.start.text() == "Continue Fix login timer"


def test_only_the_part_since_the_day_began_counts_for_today(rig: Rig) -> None:
    over_night = msgspec.structs.replace(
        RUNS,
        running=msgspec.structs.replace(RUNNING, started_at=berlin(0, 0) - 2 * 60 * MINUTE),
        day_seconds=0,
    )
    rig.open(over_night)
    assert rig.body.header.clock.text() == "12:17"
    assert rig.body.footer.today.words() == "Today 10:17 of 8:00"


@pytest.mark.parametrize(
    "key, modifiers, signal",
    [
        (Key.Key_D, CTRL, "stop_asked"),
        (Key.Key_F2, Qt.KeyboardModifier.NoModifier, "edit_asked"),
        (Key.Key_Z, CTRL, "undo_asked"),
        (Key.Key_Z, CTRL | SHIFT, "redo_asked"),
        (Key.Key_F5, Qt.KeyboardModifier.NoModifier, "sync_asked"),
        (Key.Key_O, CTRL | SHIFT, "open_outbox"),
        (Key.Key_T, CTRL | SHIFT, "open_timesheet"),
        (Key.Key_Comma, CTRL, "open_settings"),
        (Key.Key_Q, CTRL, "quit_asked"),
    ],
)
@pytest.mark.parametrize("field", ["search", "comment"])
def test_keys_work_from_every_field(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, signal: str, field: str, rig: Rig, qtbot: QtBot
) -> None:
    rig.open(RUNS)
    (rig.body.search if field == "search" else rig.body.fields.comment).setFocus()
    with qtbot.waitSignal(getattr(rig.panel, signal), timeout=500):
        rig.key(key, modifiers)


def test_undo_takes_back_typing_first(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("lo")
    with qtbot.assertNotEmitted(rig.panel.undo_asked):
        rig.key(Key.Key_Z, CTRL)
    assert rig.body.search.text() == ""
    rig.type("lo")
    rig.key(Key.Key_Escape)
    with qtbot.waitSignal(rig.panel.undo_asked, timeout=500):
        rig.key(Key.Key_Z, CTRL)


def test_a_sign_in_is_asked_for_from_notice_and_line(rig: Rig, qtbot: QtBot) -> None:
    sync = SyncView("sign-in", "Sign in to Work", account="Work")
    rig.open(msgspec.structs.replace(RUNS, sync=sync, notice=SIGN_IN))
    for button in (rig.body.notice.action, rig.body.footer.sync):
        with qtbot.waitSignal(rig.panel.sign_in_asked, timeout=500) as seen:
            button.click()
        assert seen.args == ["Work"]


def test_a_notice_put_off_stays_away_until_it_says_something_else(rig: Rig) -> None:
    with_notice = msgspec.structs.replace(RUNS, notice=SIGN_IN)
    rig.open(with_notice)
    assert rig.body.notice.isVisible()
    rig.body.notice.later.click()
    rig.panel.show_view(with_notice)
    assert not rig.body.notice.isVisible()
    other = msgspec.structs.replace(SIGN_IN, account="Studio")
    rig.panel.show_view(msgspec.structs.replace(RUNS, notice=other))
    assert rig.body.notice.isVisible()


def test_a_notice_that_comes_meanwhile_does_not_push_the_clock(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    clock = rig.body.header.clock
    before = clock.mapTo(rig.panel, clock.rect().topLeft())
    rig.panel.show_view(msgspec.structs.replace(RUNS, notice=SIGN_IN))
    qtbot.waitUntil(lambda: rig.body.notice.height() > 40)
    assert clock.mapTo(rig.panel, clock.rect().topLeft()) == before
    rig.panel.close()
    rig.panel.open_near()
    qtbot.waitUntil(lambda: rig.body.notice.y() == 0)


def test_the_minute_comes_by_itself_while_it_is_visible(rig: Rig, qtbot: QtBot) -> None:
    rig.now = berlin(9, 13) - timedelta(milliseconds=80)
    rig.open(RUNS)
    assert rig.body.header.clock.text() == "0:00"
    rig.now = berlin(9, 13)
    qtbot.waitUntil(lambda: rig.body.header.clock.text() == "0:01", timeout=2000)


def test_nothing_ticks_while_it_is_hidden_or_stopped(rig: Rig) -> None:
    rig.open(RUNS)
    assert rig.panel._tick.isActive()
    rig.panel.close()
    assert not rig.panel._tick.isActive()
    rig.open(STOPPED)
    assert not rig.panel._tick.isActive()


def test_nothing_moves_while_the_number_grows(rig: Rig) -> None:
    rig.open(RUNS)
    clock, title = rig.body.header.clock, rig.body.header.title
    before = (clock.geometry(), title.geometry(), rig.body.footer.sync.geometry())
    rig.now = NOW + timedelta(hours=10)
    rig.panel._count()
    QApplication.processEvents()
    assert clock.text() == "11:05"
    assert (clock.geometry(), title.geometry(), rig.body.footer.sync.geometry()) == before


def test_the_keys_are_listed_and_left_by_escape(rig: Rig) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_F1)
    assert rig.body.pages.currentWidget() is rig.body.keys
    rig.key(Key.Key_Escape)
    assert rig.body.pages.currentWidget() is rig.body.list
    assert rig.panel.isVisible()


def test_everything_has_a_name_for_a_screen_reader(rig: Rig) -> None:
    rig.open(RUNS)
    body = rig.body
    assert body.header.clock.accessibleName() == "Running for 1:05"
    assert body.header.since.accessibleName() == "Since 09:12: change the start"
    assert body.footer.today.accessibleName() == "Today 4:35 of 8:00"
    assert body.footer.sync.accessibleName() == "All on the servers"
    for field in rig.panel.findChildren(QLineEdit) + rig.panel.findChildren(QComboBox):
        assert field.accessibleName(), field
    model = body.list.model()
    read = model.data(model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert read == "#1350 Review sign-in flow, 0:45, Work"


def test_foreign_words_are_shown_as_they_stand(rig: Rig) -> None:
    title = "<b>Bold</b> & <img src=x>"
    hostile = msgspec.structs.replace(RUNNING, title=title, where=title, comment=title)
    rig.open(
        msgspec.structs.replace(
            RUNS,
            running=hostile,
            sync=msgspec.structs.replace(OK, line=title, detail=title),
            notice=msgspec.structs.replace(SIGN_IN, title=title, text=title, action=title),
        )
    )
    body = rig.body
    assert body.header.title.text() == title
    assert body.header.title.textFormat() == Qt.TextFormat.PlainText
    assert body.footer.detail.textFormat() == Qt.TextFormat.PlainText
    assert "&&" in body.footer.sync.text()
    assert "&&" in body.notice.action.text()
    rig.body.fields.activity.setToolTip("")
    body.header.title.resize(20, 20)
    assert body.header.title.is_elided()
    assert body.header.title.accessibleName() == title


def test_without_a_tray_it_is_a_plain_window_that_escape_minimises(qtbot: QtBot) -> None:
    panel = Panel(lambda: NOW, ZONE, in_tray=False)
    qtbot.addWidget(panel)
    assert panel.windowType() == Qt.WindowType.Window
    panel.show_view(RUNS)
    panel.open_near()
    with qtbot.assertNotEmitted(panel.closed):
        QTest.keyClick(panel.body.search, Key.Key_Escape)
    assert panel.isMinimized()


def test_a_middle_click_toggles_as_on_the_tray(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    with qtbot.waitSignal(rig.panel.toggle_asked, timeout=500):
        QTest.mouseClick(rig.body.header.title, Qt.MouseButton.MiddleButton)
