"""A notice: the one thing that needs the user, on a warning-soft band with its next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.band import Band
from app.ui.button import Button
from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.theme import SMALL, px


class Notice(Band):
    """A title, a sentence and up to two buttons; hidden until something is shown."""

    answered = Signal()
    """The next step was chosen."""
    put_off = Signal()
    """The user wants to see it later."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="warning-soft", bar="warning", bottom=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(12), px(16), px(12))
        row.setSpacing(px(8))
        row.addWidget(MarkLabel("held", tone="warning"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(4))
        row.addLayout(column, 1)
        self._title = Label(bold=True)
        self._text = Label(factor=SMALL)
        for label in (self._title, self._text):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            column.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.setContentsMargins(0, px(4), 0, 0)
        self.action = Button("", small=True, bold=True)
        self.later = Button("", small=True)
        buttons.addWidget(self.action)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.action.clicked.connect(self.answered)
        self.later.clicked.connect(self.put_off)
        self.hide()

    def show_words(self, title: str, text: str, action: str, later: str) -> None:
        """Show title, sentence and the words of the buttons; a button without words is hidden."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        for button, words in ((self.action, action), (self.later, later)):
            button.set_words(words)
            button.setVisible(bool(words))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setVisible(True)
