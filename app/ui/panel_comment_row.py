"""The last line of a search: start with the words themselves as the comment."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.ui.keycaps import keycaps_width, paint_keycaps
from app.ui.marks import paint_mark
from app.ui.theme import SMALL, blend, look_of, plain_tooltip, px, scaled_font
from app.words import _


class CommentRow(QPushButton):
    """A line of the list that is always there: a plus, the words, and the keys that choose it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = ""
        self._chosen = False
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, *, chosen: bool) -> None:
        """Name the words; `chosen` when Enter alone takes this line: nothing else was found."""
        self._sentence = _("Start with the comment “{words}”").format(words=words)
        self._chosen = chosen
        self.setAccessibleName(self._sentence)
        self.setToolTip(plain_tooltip(self._sentence))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a row with some room around it."""
        return QSize(px(160), px(44))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint fill, hairline, plus, words and keys."""
        look = look_of(self.palette())
        painter = QPainter(self)
        rect = self.rect().toRectF()
        fill = look.base
        if self._chosen or self.hasFocus():
            fill = look.soft_selection
        elif self.underMouse():
            fill = blend(look.text, look.base, 0.04)
        painter.fillRect(rect, fill)
        painter.fillRect(QRectF(0, 0, rect.width(), 1), look.hairline)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._chosen or self.hasFocus():
            left = rect.right() - px(3) if mirrored else 0
            painter.fillRect(QRectF(left, 1, px(3), rect.height() - 1), look.focus)
        keys = (_("Enter"),) if self._chosen else (_("Ctrl"), _("Enter"))
        keys_width = keycaps_width(QFontMetricsF(scaled_font(SMALL)), keys) + len(keys)
        area = rect.adjusted(16, 0, -16, 0)
        side = px(16)
        mark = QRectF(area.left(), (rect.height() - side) / 2, side, side)
        words = area.adjusted(side + px(8), 0, -(keys_width + px(12)), 0)
        caps = QRectF(area.right() - keys_width, 0, keys_width, rect.height())
        if mirrored:
            mark.moveRight(area.right())
            words = area.adjusted(keys_width + px(12), 0, -(side + px(8)), 0)
            caps.moveLeft(area.left())
        paint_mark(painter, mark, "plus", look.muted)
        painter.setFont(self.font())
        painter.setPen(look.text)
        flag = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetricsF(self.font()).elidedText(
            self._sentence, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, int(flag | Qt.AlignmentFlag.AlignVCenter), shown)
        paint_keycaps(painter, caps, keys, look)
