"""The drawing of one row of the day: fill, bar, times, lengths, marks and words by column."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle

from app.ui.marks import paint_account, paint_mark
from app.ui.theme import Look, px, scaled_font
from app.ui.timesheet_rows import Column, times_of
from app.ui.timesheet_views import DayRow

Cell = Callable[[Column], QRectF]
"""Where a column's words stand in the row, without the space to the next column."""


class RowPainter:
    """Paints a row of the day. `cell` gives the place of each column, mirrored where it has to."""

    def __init__(
        self, painter: QPainter, rect: QRect, cell: Cell, look: Look, *, mirrored: bool
    ) -> None:
        self._painter = painter
        self._rect = rect
        self._cell = cell
        self._look = look
        self._mirrored = mirrored

    def paint(self, row: DayRow, *, selected: bool, focused: bool, hovered: bool) -> None:
        """Paint everything of the row."""
        self._painter.save()
        self._ground(row, selected=selected, focused=focused, hovered=hovered)
        if row.is_time:
            self._entry(row)
        else:
            self._remark(row)
        self._painter.restore()

    def _ground(self, row: DayRow, *, selected: bool, focused: bool, hovered: bool) -> None:
        look, rect = self._look, self._rect
        fill = look.base
        if row.kind == "gap":
            fill = look.alternate
        elif row.kind == "overlap":
            fill = look.warning_soft
        if selected:
            fill = look.soft_selection
        elif hovered and row.is_time:
            fill = look.alternate
        self._painter.fillRect(rect, fill)
        line = look.border if look.high_contrast else look.hairline
        self._painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), line)
        bars = [look.focus] if selected and focused else []
        if row.kind == "running":
            bars.append(look.accent)
        direction = (
            Qt.LayoutDirection.RightToLeft if self._mirrored else Qt.LayoutDirection.LeftToRight
        )
        for at, bar in enumerate(bars):
            place = QRect(rect.x() + at * px(3), rect.y(), px(3), rect.height())
            self._painter.fillRect(QStyle.visualRect(direction, rect, place), bar)
        if selected and look.high_contrast:
            self._painter.setPen(QPen(look.focus, 2))
            self._painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))

    def _entry(self, row: DayRow) -> None:
        look = self._look
        even, bold = scaled_font(1.0, even_digits=True), scaled_font(1.0, bold=True)
        numbers = scaled_font(1.0, bold=True, even_digits=True)
        runs = row.kind == "running"
        if runs:
            self._running_times(row, even, numbers)
        else:
            self._write(Column.TIME, times_of(row), even, look.text)
        self._write(
            Column.LENGTH, row.length, numbers, look.accent if runs else look.text, trailing=True
        )
        plain = scaled_font(1.0)
        self._write(Column.NUMBER, row.label, even, look.muted)
        title = self._cell(Column.ITEM)
        if row.comment_shown:
            self._write(Column.COMMENT, row.comment_shown, plain, look.muted)
        else:
            # Without a comment the title may have its room.
            title = title.united(self._cell(Column.COMMENT))
        self._write_in(title, row.title, bold if runs else plain, look.text)
        self._write(Column.ACTIVITY, row.activity, plain, look.muted)
        self._account(row, plain)
        self._state(row, plain)

    def _running_times(self, row: DayRow, even: QFont, numbers: QFont) -> None:
        """Write the start, and "now" in the accent after it."""
        look = self._look
        before = f"{row.start} – "
        area = self._cell(Column.TIME)
        used = self._write_in(area, before, even, look.text)
        self._write_in(self._after(area, used), row.stop, numbers, look.accent)

    def _account(self, row: DayRow, font: QFont) -> None:
        area = self._cell(Column.ACCOUNT)
        side = px(16)
        box = QRectF(area.left() - px(4), area.center().y() - side / 2, side, side)
        if self._mirrored:
            box.moveRight(area.right() + px(4))
        if row.account:
            colour = self._look.account(row.account_index)
            paint_account(self._painter, box, row.account_index, colour)
        self._write_in(self._after(area, px(18)), row.account, font, self._look.text)

    def _state(self, row: DayRow, font: QFont) -> None:
        area = self._cell(Column.STATE)
        look = self._look
        quiet = row.state_tone == "muted"
        if row.state_mark:
            self._mark(area, row.state_mark, look.tone(row.state_tone))
        ink = look.muted if quiet else look.text
        self._write_in(self._after(area, px(22)), row.state, font, ink)

    def _remark(self, row: DayRow) -> None:
        """Paint a gap or an overlap; its words go on over the columns that it does not have."""
        look = self._look
        overlap = row.kind == "overlap"
        ink = look.text if overlap else look.muted
        even = scaled_font(1.0, even_digits=True)
        numbers = scaled_font(1.0, bold=overlap, even_digits=True)
        self._write(Column.TIME, times_of(row), even, ink)
        self._write(Column.LENGTH, row.length, numbers, ink, trailing=True)
        number, last = self._cell(Column.NUMBER), self._cell(Column.STATE)
        first = self._cell(Column.ITEM)
        if number.width() >= px(16):
            mark_colour = look.warning if overlap else look.muted
            self._mark(number, "overlap" if overlap else "hatch", mark_colour)
        area = first.united(last)
        self._write_in(area, row.title, scaled_font(1.0), ink)

    def _mark(self, area: QRectF, name: str, colour: QColor) -> None:
        side = px(16)
        box = QRectF(area.left(), area.center().y() - side / 2, side, side)
        if self._mirrored:
            box.moveRight(area.right())
        paint_mark(self._painter, box, name, colour)

    def _after(self, area: QRectF, used: float) -> QRectF:
        return area.adjusted(0, 0, -used, 0) if self._mirrored else area.adjusted(used, 0, 0, 0)

    def _write(
        self, column: Column, words: str, font: QFont, ink: QColor, *, trailing: bool = False
    ) -> None:
        self._write_in(self._cell(column), words, font, ink, trailing=trailing)

    def _write_in(
        self, area: QRectF, words: str, font: QFont, ink: QColor, *, trailing: bool = False
    ) -> float:
        """Write one line, cut where the column ends; return the width taken."""
        if not words or area.width() < 4:
            return 0.0
        metrics = QFontMetricsF(font)
        line = " ".join(words.split(" ")).replace("\n", " ")
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, area.width() + 0.5)
        self._painter.setFont(font)
        self._painter.setPen(ink)
        right = trailing != self._mirrored
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self._painter.drawText(area, int(flags), shown)
        return metrics.horizontalAdvance(shown)
