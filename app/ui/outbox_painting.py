"""Paints a cell of the outbox: the state with its mark, words cut where their room ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.marks import paint_mark
from app.ui.outbox_model import Column
from app.ui.outbox_views import OutboxRow
from app.ui.theme import Look, look_of, px, scaled_font
from app.ui.timesheet_rows import Index

if TYPE_CHECKING:
    from app.ui.outbox_list import OutboxList

MARGIN, GAP = 16, 16


class OutboxCells(QStyledItemDelegate):
    """Soft fill and bar for the chosen line; a heading paints its own words over its fill."""

    def __init__(self, view: OutboxList) -> None:
        super().__init__(view)
        self._view = view
        self.fit()

    def fit(self) -> None:
        """Measure anew for another font; hundreds of cells are painted with what this finds."""
        self._fonts = {
            bold: scaled_font(1.0, bold=bold, even_digits=True) for bold in (False, True)
        }
        self._metrics = {bold: QFontMetricsF(font) for bold, font in self._fonts.items()}
        self._high, self._margin, self._gap = px(32), px(MARGIN), px(GAP)
        self._mark, self._after_mark, self._bar = px(16), px(22), px(3)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line."""
        return QSize(0, self._high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        line = self._view.lines.line(index.row())
        look = look_of(option.palette)
        rect = option.rect
        row = isinstance(line, OutboxRow)
        selected = row and bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        fill = look.soft_selection if selected else look.base if row else look.alternate
        painter.fillRect(rect, fill)
        hairline = look.border if look.high_contrast else look.hairline
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), hairline)
        if selected and look.high_contrast:
            painter.setPen(QPen(look.focus, 2))
            painter.drawLine(rect.left(), rect.top() + 1, rect.right(), rect.top() + 1)
            painter.drawLine(rect.left(), rect.bottom() - 1, rect.right(), rect.bottom() - 1)
        if isinstance(line, OutboxRow):
            self._words(painter, option, Column(index.column()), line, look)
            if selected and self._view.hasFocus() and index.column() == Column.STATE:
                bar = QRect(rect.x(), rect.y(), self._bar, rect.height())
                painter.fillRect(QStyle.visualRect(option.direction, rect, bar), look.focus)
        painter.restore()

    def _words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        column: Column,
        line: OutboxRow,
        look: Look,
    ) -> None:
        whole = option.rect
        area = QRect(whole)
        ends = column in (Column.NEXT, Column.TRIES)
        area.setWidth(max(0, area.width() - self._gap))
        bold, ink = False, look.text
        if column == Column.STATE:
            area.setLeft(area.left() + self._margin)
            side = self._mark
            mark = QRect(area.left(), area.center().y() - side // 2, side, side)
            mark = QStyle.visualRect(option.direction, whole, mark)
            paint_mark(painter, QRectF(mark), line.state_mark, look.tone(line.state_tone))
            area.setLeft(area.left() + self._after_mark)
        elif column == Column.NEXT:
            bold = line.state_tone == "warning"
        elif column in (Column.WHY, Column.TRIES):
            ink = look.muted
        words = {
            Column.STATE: line.state,
            Column.WHAT: line.what,
            Column.WHY: line.why,
            Column.NEXT: line.next,
            Column.TRIES: str(line.tries),
        }[column].replace("\n", " ")
        elided = Qt.TextElideMode.ElideRight
        shown = self._metrics[bold].elidedText(words, elided, area.width() + 0.5)
        painter.setFont(self._fonts[bold])
        painter.setPen(ink)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if ends != mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        place = QStyle.visualRect(option.direction, whole, area.adjusted(0, 0, 0, -1))
        painter.drawText(place, int(flags), shown)
