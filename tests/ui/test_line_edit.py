"""The keys of a text field, and those that it leaves to its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.line_edit import LineEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[LineEdit]:
    """Give a field with text in a window that has keys of its own."""
    window = QWidget()
    qtbot.addWidget(window)
    for keys in ("Ctrl+A", "Ctrl+Z", "Del"):
        action = QAction(window)
        action.setShortcut(QKeySequence(keys))
        window.addAction(action)
    field = LineEdit(window)
    QVBoxLayout(window).addWidget(field)
    field.insert("words")
    yield field
    # The window, which nothing else keeps, lives until here.
    assert field.window() is window


def takes(field: LineEdit, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> bool:
    """Whether the field claims the key before the window's actions get it."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    field.event(event)
    return event.isAccepted()


def test_the_windows_keys_are_the_windows(field: LineEdit) -> None:
    assert not takes(field, Qt.Key.Key_A, CTRL)
    assert takes(field, Qt.Key.Key_V, CTRL)


def test_a_key_that_edits_text_stays_here_without_ctrl(field: LineEdit) -> None:
    assert takes(field, Qt.Key.Key_Delete)


def test_undo_is_here_while_there_is_some(field: LineEdit) -> None:
    assert takes(field, Qt.Key.Key_Z, CTRL)
    field.undo()
    assert not takes(field, Qt.Key.Key_Z, CTRL)
