"""The totals below the day: of target, by account, and the gaps; it wraps where room is short."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.ui.marks import paint_account
from app.ui.theme import BODY, TITLE, look_of, px, scaled_font
from app.ui.timesheet_views import DayView


class _Piece(Struct, frozen=True):
    """A number and its words: `6:00 of 8:00`, or with an account's mark `Work 3:30`."""

    before: str
    number: str
    after: str
    factor: float = BODY
    account_index: int | None = None


class DayFooter(QWidget):
    """The totals as one line, or as many as are needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[_Piece] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_day(self, view: DayView) -> None:
        """Show the totals of a day."""
        self._pieces = [_Piece("", view.total, view.total_note, TITLE)]
        self._pieces += [
            _Piece(it.name, it.total, "", account_index=it.index)
            for it in view.accounts
            if it.total and view.account in ("", it.name)
        ]
        if view.gaps:
            self._pieces.append(_Piece(view.gaps, "", ""))
        self.setAccessibleName(self.words())
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """Return all of it in one line."""
        pieces = (
            " ".join(part for part in (it.before, it.number, it.after) if part)
            for it in self._pieces
        )
        return ", ".join(pieces)

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that fit the width."""
        places = self._places(width)
        last = max((place.bottom() for place in places), default=px(32))
        return int(last) + px(12)

    def sizeHint(self) -> QSize:
        """Return the usual size."""
        return QSize(px(600), self.heightForWidth(px(900)))

    def minimumSizeHint(self) -> QSize:
        """Return room for one piece beside nothing else."""
        return QSize(px(200), px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pieces."""
        look = look_of(self.palette())
        painter = QPainter(self)
        line = look.border if look.high_contrast else look.hairline
        painter.fillRect(QRect(0, 0, self.width(), 1), line)
        for piece, place in zip(self._pieces, self._places(self.width()), strict=True):
            x = place.left()
            if piece.account_index is not None:
                box = QRectF(x - px(4), place.center().y() - px(8), px(16), px(16))
                paint_account(
                    painter, self._flip(box), piece.account_index, look.account(piece.account_index)
                )
                x += px(14)
            ink = look.muted if piece.account_index is None else look.text
            for words, font, colour in (
                (piece.before, scaled_font(BODY, even_digits=True), ink),
                (piece.number, scaled_font(piece.factor, bold=True, even_digits=True), look.text),
                (piece.after, scaled_font(BODY, even_digits=True), look.muted),
            ):
                if not words:
                    continue
                wide = QFontMetricsF(font).horizontalAdvance(words)
                painter.setFont(font)
                painter.setPen(colour)
                area = QRectF(x, place.y(), wide + 1, place.height())
                # On one baseline, though the first number is larger.
                area.moveBottom(place.bottom() + (px(1) if font.bold() else 0))
                painter.drawText(self._flip(area), int(Qt.AlignmentFlag.AlignVCenter), words)
                x += wide + px(6)

    def _places(self, width: int) -> list[QRectF]:
        high = QFontMetricsF(scaled_font(TITLE, bold=True)).height()
        left, top = float(px(16)), float(px(12))
        made: list[QRectF] = []
        for piece in self._pieces:
            wide = self._wide(piece)
            if made and left + wide > width - px(16):
                left, top = float(px(16)), top + high + px(4)
            made.append(QRectF(left, top, wide, high))
            left += wide + px(20)
        return made

    def _wide(self, piece: _Piece) -> float:
        plain = QFontMetricsF(scaled_font(BODY, even_digits=True))
        bold = QFontMetricsF(scaled_font(piece.factor, bold=True, even_digits=True))
        wide = 0.0 if piece.account_index is None else float(px(14))
        for words, metrics in ((piece.before, plain), (piece.number, bold), (piece.after, plain)):
            if words:
                wide += metrics.horizontalAdvance(words) + px(6)
        return wide

    def _flip(self, area: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return area
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), area.toAlignedRect())
        return QRectF(place)
