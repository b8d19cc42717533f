"""A mark as a widget: a row mark or an account's mark, tinted from the palette when painted."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.marks import paint_account, paint_mark
from app.ui.theme import Tone, look_of, px


class MarkLabel(QLabel):
    """A mark of 16 px beside its word; the word says it too, so the mark itself is not read out."""

    def __init__(self, name: str, parent: QWidget | None = None, *, tone: Tone = "text") -> None:
        super().__init__(parent)
        self._name = name
        self._tone: Tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_mark(self, name: str, tone: Tone) -> None:
        """Show another mark."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return 16 px, growing with the font."""
        return QSize(px(16), px(16))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark in its tone."""
        look = look_of(self.palette())
        paint_mark(QPainter(self), QRectF(self.rect()), self._name, look.tone(self._tone))


class AccountLabel(QLabel):
    """The mark of an account, 8 px wide and 2 px from the edge; its name stands beside it."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_account(self, index: int) -> None:
        """Show another account's mark; below 0 is the local account."""
        self._index = index
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the mark and what stands out of it, growing with the font."""
        return QSize(px(12), px(16))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark in the account's colour."""
        look = look_of(self.palette())
        rect = QRectF(-px(2), 0, px(16), self.height())
        paint_account(QPainter(self), rect, self._index, look.account(self._index))
