"""The head of a table: quiet words over a line, aligned as the columns below them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.theme import SMALL, look_of, px, scaled_font


class TableHeader(QHeaderView):
    """A horizontal header that can't be dragged or pressed.

    `numbers` are the columns whose words stand right; `first_margin` is the margin before the first
    column, `gap` the space that numbers keep after them.
    """

    def __init__(
        self,
        numbers: frozenset[int],
        first_margin: int,
        gap: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._numbers = numbers
        self._first_margin = first_margin
        self._gap = gap
        self.setSectionsClickable(False)
        self.setSectionsMovable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(0)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """Return 32 px, growing with the font."""
        return QSize(super().sizeHint().width(), px(32))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 (Qt's name)
        """Paint the words of one column, and the line below."""
        look = look_of(self.palette())
        painter.save()
        painter.fillRect(rect, look.window)
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), look.border)
        model = self.model()
        words = model.headerData(logicalIndex, Qt.Orientation.Horizontal)
        font = scaled_font(SMALL, bold=True)
        painter.setFont(font)
        painter.setPen(look.muted)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        area = rect.adjusted(0, 0, -1, -1)
        if self.visualIndex(logicalIndex) == 0:
            margin = self._first_margin
            area = area.adjusted(0 if mirrored else margin, 0, -margin if mirrored else 0, 0)
        if logicalIndex in self._numbers:
            area = area.adjusted(self._gap if mirrored else 0, 0, 0 if mirrored else -self._gap, 0)
        trailing = (logicalIndex in self._numbers) != mirrored
        side = Qt.AlignmentFlag.AlignRight if trailing else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetricsF(font).elidedText(
            str(words or ""), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
