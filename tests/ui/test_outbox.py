"""The outbox window by keys: choosing, trying again, giving up, and when nothing waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.ui.outbox_views import OutboxGroup, OutboxRow, OutboxView
from app.ui.outbox_window import OutboxWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Key = Qt.Key
HELD = OutboxRow(
    "h",
    "New entry <b>Notes</b> & more",
    "held",
    "held",
    "Work refused it. The server’s words: “<i>Type</i> is required.”",
    "you",
    state_tone="warning",
)
SENT = OutboxRow(
    "f",
    "Stop Fix login timer, 11:30",
    "in flight",
    "arrow-dotted",
    "Sent at 11:31.",
    "now",
    why_not_retried="It goes by itself.",
    why_not_discarded="It is not known yet whether it arrived.",
)
VIEW = OutboxView(
    "2 changes wait",
    "1 needs you.",
    (OutboxGroup("Work", 0, "online", (SENT, HELD)), OutboxGroup("Side", 1, "offline", (HELD,))),
    can_undo=True,
)


class Outbox:
    """The window, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = OutboxWindow()
        self.asked: list[tuple[object, ...]] = []
        for name in ("retry_asked", "discard_asked", "sync_asked", "undo_asked"):
            getattr(self.window, name).connect(self._hear(name))
        qtbot.addWidget(self.window)
        self.window.show_view(VIEW)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: self.window.isActiveWindow() and self.window.list.hasFocus())

    def _hear(self, name: str) -> object:
        return lambda *values: self.asked.append((name, *values))

    def press(self, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, held)

    @property
    def chosen(self) -> str:
        row = self.window.list.chosen()
        return "" if row is None else row.id


@pytest.fixture
def outbox(qtbot: QtBot) -> Outbox:
    return Outbox(qtbot)


def test_headings_are_passed_over(outbox: Outbox) -> None:
    assert outbox.chosen == "f"
    outbox.press(Key.Key_Down)
    assert outbox.chosen == "h"
    outbox.press(Key.Key_Down)
    assert outbox.window.list.currentIndex().row() == 4


def test_a_held_one_is_tried_again_or_given_up(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    assert outbox.window.words.text() == HELD.why
    outbox.press(Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    outbox.press(Key.Key_Delete)
    QTest.mouseClick(outbox.window.retry, Qt.MouseButton.LeftButton)
    assert outbox.asked == [("retry_asked", "h"), ("discard_asked", "h"), ("retry_asked", "h")]


def test_what_cannot_be_done_says_why(outbox: Outbox) -> None:
    assert not outbox.window.retry.isEnabled()
    assert outbox.window.retry.toolTip() == SENT.why_not_retried
    outbox.press(Key.Key_Delete)
    assert outbox.asked == []
    assert outbox.window.refusal.sentence == SENT.why_not_discarded


def test_all_is_tried_and_taken_back_by_keys(outbox: Outbox) -> None:
    outbox.press(Key.Key_F5)
    outbox.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert outbox.asked == [("sync_asked",), ("undo_asked",)]
    outbox.press(Key.Key_Escape)
    assert not outbox.window.isVisible()


def test_what_was_chosen_stays_chosen(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    outbox.window.show_view(VIEW)
    assert outbox.chosen == "h"


def test_a_refusal_is_said(outbox: Outbox) -> None:
    outbox.window.show_refusal("It is not held any more.")
    assert outbox.window.refusal.isVisible()


def test_when_nothing_waits_it_says_so(outbox: Outbox) -> None:
    outbox.window.show_view(OutboxView("Nothing waits", "All stands where it belongs."))
    assert not outbox.window.list.isVisible()
    shown = [it.text() for it in outbox.window.findChildren(QLabel) if it.isVisible()]
    assert "Nothing waits" in shown
    outbox.press(Key.Key_Escape)
    assert not outbox.window.isVisible()


def test_rows_are_read_out_and_plain(outbox: Outbox) -> None:
    model = outbox.window.list.lines
    said = model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"held, {HELD.what}, {HELD.why}, you"
    assert "&lt;b&gt;" in model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert outbox.window.words.textFormat() == Qt.TextFormat.PlainText
    for widget in outbox.window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
