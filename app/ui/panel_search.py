"""The panel's search field: what is typed, and the keys that choose among what was found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.line_edit import LineEdit
from app.ui.marks import paint_mark
from app.ui.theme import SMALL, look_of, px, scaled_font
from app.words import _


class SearchField(LineEdit):
    """A text field with a glass before the words, and the Esc key after them once there are any."""

    moved = Signal(int)
    """Up (-1) or Down (1)."""
    chosen = Signal()
    """Enter."""
    words_chosen = Signal()
    """Ctrl+Enter: with the words themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Search"))
        self.setMinimumWidth(px(120))
        self.textChanged.connect(self._make_room)
        self._make_room()

    def words(self) -> str:
        """Return what is typed, without the spaces around it."""
        return " ".join(self.text().split())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on the keys that choose; type the rest."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.moved.emit(-5 if key == Qt.Key.Key_PageUp else 5)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.words_chosen.emit()
            else:
                self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the room for the glass in step with the font."""
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then the glass and the key."""
        super().paintEvent(event)
        look = look_of(self.palette())
        painter = QPainter(self)
        side = px(16)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - px(10) - side if mirrored else px(10)
        paint_mark(
            painter, QRectF(left, (self.height() - side) / 2, side, side), "search", look.muted
        )
        if not self.text():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled_font(SMALL))
        metrics = painter.fontMetrics()
        cap = QRectF(0, 0, self._cap_width(), metrics.height() + px(4))
        cap.moveCenter(self.rect().toRectF().center())
        if mirrored:
            cap.moveLeft(px(8))
        else:
            cap.moveRight(self.width() - px(8))
        cap.moveTop(round(cap.top()))
        painter.setPen(QPen(look.border, 1))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(look.muted)
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), _("Esc"))

    def _cap_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(_("Esc")) + px(10)

    def _make_room(self) -> None:
        after = self._cap_width() + px(8) if self.text() else 0
        # Qt takes text margins as physical sides, mirrored or not.
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, right = (after, px(26)) if mirrored else (px(26), after)
        margins = self.textMargins()
        if (margins.left(), margins.right()) != (left, right):
            self.setTextMargins(left, 0, right, 0)
