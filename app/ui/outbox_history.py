"""What happened to an operation, line by line, newest last, to be read by mouse and by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.outbox_views import HistoryLine
from app.ui.theme import SMALL, look_of, px, scaled_font
from app.ui.timesheet_rows import Index
from app.words import _

_WHEN, _NEEDS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)


class _Lines(QStyledItemDelegate):
    """A moment, small and quiet, and below it the sentence, which wraps."""

    def _high(self, words: str, width: float) -> float:
        room = QRectF(0, 0, width, 100_000)
        return QFontMetricsF(scaled_font(1.0)).boundingRect(room, _FLAGS, words).height()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of the sentence at the width of the list."""
        view = option.widget
        wide = view.viewport().width() if isinstance(view, QAbstractItemView) else px(320)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        when = QFontMetricsF(scaled_font(SMALL)).height()
        return QSize(0, int(when + self._high(words, wide - px(32))) + px(14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint both, with the house's selection."""
        look = look_of(option.palette)
        rect = option.rect
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.fillRect(rect, look.soft_selection if selected and focused else look.base)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.hairline)
        if selected and focused:
            painter.fillRect(rect.x(), rect.y(), px(3), rect.height(), look.focus)
        area = QRectF(rect).adjusted(px(16), px(6), -px(16), 0)
        small = scaled_font(SMALL, even_digits=True)
        painter.setFont(small)
        painter.setPen(look.muted)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft), str(index.data(_WHEN)))
        area.setTop(area.top() + QFontMetricsF(small).height() + px(1))
        painter.setFont(scaled_font(1.0))
        painter.setPen(look.warning if index.data(_NEEDS) else look.text)
        painter.drawText(area, _FLAGS, str(index.data(Qt.ItemDataRole.DisplayRole)))
        painter.restore()


class HistoryList(QListWidget):
    """The lines of the ledger, in words; at first the newest is in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Lines(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(px(160))
        self.setAccessibleName(_("What happened so far"))

    def show_lines(self, lines: Sequence[HistoryLine]) -> None:
        """Show these lines; they are other people's words in part, and shown plainly."""
        self.clear()
        for line in lines:
            item = QListWidgetItem(line.words)
            item.setData(_WHEN, line.at)
            item.setData(_NEEDS, line.needs_user)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.at}, {line.words}")
            self.addItem(item)
        self.setCurrentRow(self.count() - 1)
        self.scrollToBottom()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
