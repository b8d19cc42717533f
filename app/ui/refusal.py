"""The sentence under a field that was refused: what happened, what is kept, the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.theme import SMALL, px


class Refusal(QWidget):
    """A mark and a sentence in the warning tone; hidden until something is refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        self._words = Label(tone="warning", factor=SMALL)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        row.addWidget(MarkLabel("held", tone="warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said; empty while nothing is."""
        return self._words.text()

    def say(self, sentence: str) -> None:
        """Show the sentence, or hide with an empty one."""
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
