"""The drawing of the panel's rows: mark, number, title with the query in bold, and the note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.marks import paint_account
from app.ui.panel_rows import Index, Row, RowsModel, row_of
from app.ui.theme import SMALL, blend, look_of, px, scaled_font

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont


class RowDelegate(QStyledItemDelegate):
    """Paints a row: the account's mark, the number, the title with the query in bold, the note."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return 32 px for a row and 28 for a heading, growing with the font."""
        row = row_of(index)
        return QSize(0, px(28) if row.item is None else px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row in the colours of its state."""
        row = row_of(index)
        look = look_of(option.palette)
        rect: QRectF = option.rect.toRectF()
        state: QStyle.StateFlag = option.state
        painter.save()
        selected = bool(state & QStyle.StateFlag.State_Selected) and row.item is not None
        if selected:
            painter.fillRect(rect, look.soft_selection)
            painter.fillRect(
                self._flip(QRectF(0, rect.y(), px(3), rect.height()), option), look.focus
            )
            if look.high_contrast:
                painter.setPen(QPen(look.focus, 2))
                painter.drawRect(rect.adjusted(1, 1, -1, -1))
        elif state & QStyle.StateFlag.State_MouseOver and row.item is not None and not row.runs:
            painter.fillRect(rect, blend(look.text, look.base, 0.04))
        area = rect.adjusted(16, 0, -16, 0)
        if row.item is None:
            self._paint_heading(painter, option, area, row, look.muted)
        else:
            index_of_account = row.item.account_index
            mark = self._flip(
                QRectF(area.left() - px(4), area.center().y() - px(8), px(16), px(16)), option
            )
            paint_account(painter, mark, index_of_account, look.account(index_of_account))
            area.setLeft(area.left() + px(16))
            self._paint_row(painter, option, area, row, (look.text, look.muted), index)
        painter.restore()

    def _paint_heading(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRectF,
        row: Row,
        ink: QColor,
    ) -> None:
        used = self._write(painter, option, area, row.title, scaled_font(SMALL, bold=True), ink)
        if row.note:
            area.setLeft(area.left() + used + px(8))
            self._write(painter, option, area, row.note, scaled_font(SMALL), ink)

    def _paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRectF,
        row: Row,
        inks: tuple[QColor, QColor],
        index: Index,
    ) -> None:
        text, muted = inks
        plain, bold = scaled_font(1.0), scaled_font(1.0, bold=True)
        even = scaled_font(1.0, even_digits=True)
        if row.note:
            width = QFontMetricsF(even).horizontalAdvance(row.note)
            note = QRectF(area.right() - width - 1, area.y(), width + 1, area.height())
            self._write(painter, option, note, row.note, even, muted)
            area.setRight(area.right() - width - px(12))
        if row.label:
            used = self._write(painter, option, area, row.label, even, muted)
            area.setLeft(area.left() + used + px(8))
        model = index.model()
        query = model.query.casefold() if isinstance(model, RowsModel) else ""
        at = row.title.casefold().find(query) if query else -1
        # Folding can change lengths ("ß"): then the place is not known, and nothing is bold.
        if at < 0 or len(row.title.casefold()) != len(row.title):
            self._write(painter, option, area, row.title, plain, text)
            return
        for part, font in (
            (row.title[:at], plain),
            (row.title[at : at + len(query)], bold),
            (row.title[at + len(query) :], plain),
        ):
            area.setLeft(area.left() + self._write(painter, option, area, part, font, text))

    def _write(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRectF,
        words: str,
        font: QFont,
        ink: QColor,
    ) -> float:
        """Write one line at the start of `area`, cut where it ends; return the width taken."""
        if area.width() <= 0 or not words:
            return 0.0
        metrics = QFontMetricsF(font)
        words = words.replace("\n", " ")
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 0.5)
        painter.setFont(font)
        painter.setPen(ink)
        mirrored = _mirrored(option)
        flag = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        place = self._flip(area, option)
        painter.drawText(place, int(flag | Qt.AlignmentFlag.AlignVCenter), shown)
        # What follows cut words has no place any more.
        return metrics.horizontalAdvance(shown) if shown == words else area.width()

    def _flip(self, part: QRectF, option: QStyleOptionViewItem) -> QRectF:
        if not _mirrored(option):
            return part
        whole: QRectF = option.rect.toRectF()
        return QRectF(
            whole.right() - (part.right() - whole.left()), part.y(), part.width(), part.height()
        )


def _mirrored(option: QStyleOptionViewItem) -> bool:
    direction: Qt.LayoutDirection = option.direction
    return direction == Qt.LayoutDirection.RightToLeft
