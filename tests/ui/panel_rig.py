"""A panel on the screen with a clock that a test sets, and keys pressed where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.panel import Panel
from tests.ui.sample_views import NOW, ZONE

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from app.ui.views import PanelView


class Rig:
    """A panel on the screen, with a clock that the test sets."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.now: datetime = NOW
        self.panel = Panel(lambda: self.now, ZONE)
        self.body = self.panel.body
        qtbot.addWidget(self.panel)

    def open(self, view: PanelView) -> Rig:
        """Show the view and open the panel, active."""
        self.panel.show_view(view)
        self.panel.open_near()
        self.qtbot.waitUntil(self.panel.isActiveWindow)
        self.qtbot.waitUntil(self.body.search.hasFocus)
        return self

    def key(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focus, key, modifiers)

    def type(self, words: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(self.focus, words)

    @property
    def focus(self) -> QWidget:
        """The widget that has the focus."""
        focused = self.panel.focusWidget()
        assert focused is not None
        return focused
