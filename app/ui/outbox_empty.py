"""The outbox when nothing waits: says so, and teaches what will be here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.ui.band import Band
from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.theme import TITLE, px


class OutboxEmpty(Band):
    """A tick, a title and a sentence in the middle."""

    def __init__(self) -> None:
        super().__init__(fill="base")
        self._title = Label(factor=TITLE, bold=True)
        self._words = Label(tone="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(48), 0, px(48), 0)
        column.setSpacing(px(8))
        column.addStretch(2)
        column.addWidget(MarkLabel("tick", tone="muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(3)

    def show_words(self, title: str, words: str) -> None:
        """Show title and sentence."""
        self._title.setText(title)
        self._words.setText(words)
