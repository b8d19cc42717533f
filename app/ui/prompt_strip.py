"""The painted strip of an absence: the track in the accent's soft fill, the time away hatched."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.prompt_views import StripView
from app.ui.theme import BODY, SMALL, Look, look_of, px, scaled_font


class PromptStrip(QWidget):
    """Three parts by their lengths, each wide enough to be seen, and the clock times below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: StripView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_strip(self, view: StripView) -> None:
        """Show another absence."""
        self._view = view
        self.setAccessibleName(view.read_out)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the strip and one line of clock times."""
        times = QFontMetricsF(scaled_font(SMALL)).height()
        return QSize(px(240), px(36) + px(4) + round(times) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(px(160), self.sizeHint().height())

    def parts(self) -> tuple[QRectF, QRectF, QRectF]:
        """Return where before, away and after are, each empty if there is none of it."""
        view = self._view
        whole = QRectF(0, 0, self.width(), px(36))
        if view is None:
            return QRectF(), QRectF(), QRectF()
        lengths = (view.before_seconds, view.away_seconds, view.after_seconds)
        least = (px(96), px(64), px(32))
        floors = [room if seconds > 0 else 0 for seconds, room in zip(lengths, least, strict=True)]
        free = max(0.0, whole.width() - sum(floors))
        total = sum(lengths) or 1.0
        made: list[QRectF] = []
        left = whole.left()
        for seconds, floor in zip(lengths, floors, strict=True):
            width = floor + free * seconds / total
            made.append(QRectF(round(left), 0, round(left + width) - round(left), whole.height()))
            left += width
        return made[0], made[1], made[2]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the parts, the words in the first and the times below."""
        view = self._view
        if view is None:
            return
        look = look_of(self.palette())
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        before, away, after = (self._flip(part, mirrored) for part in self.parts())
        painter.fillRect(before, look.accent_soft)
        painter.fillRect(after, look.accent_soft)
        painter.fillRect(away, look.base)
        self._hatch(painter, away, look)
        whole = QRectF(0, 0, self.width(), px(36))
        painter.setPen(QPen(look.border, 1))
        painter.drawRect(whole.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QPen(look.text, 1))
        for edge in (away.left(), away.right()):
            if 1 < edge < self.width() - 1:
                painter.drawLine(QLineF(edge + 0.5, 0, edge + 0.5, whole.height()))
        painter.setFont(scaled_font(BODY))
        painter.setPen(look.text)
        room = before.adjusted(px(8), 0, -px(8), 0)
        words = painter.fontMetrics().elidedText(
            view.words, Qt.TextElideMode.ElideRight, int(room.width())
        )
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        if room.width() > px(24):
            painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), words)
        self._times(painter, view, look, mirrored)

    def _times(self, painter: QPainter, view: StripView, look: Look, mirrored: bool) -> None:
        """Write each time below its edge, the first at the start; none touches the one before."""
        painter.setFont(scaled_font(SMALL, even_digits=True))
        painter.setPen(look.muted)
        metrics = QFontMetricsF(painter.font())
        before, away, _after = self.parts()
        used = 0.0
        edges = (before.left(), away.left(), away.right())
        for at, (words, edge) in enumerate(zip(view.marks, edges, strict=True)):
            if at == 0 and before.isEmpty():
                continue
            width = metrics.horizontalAdvance(words)
            left = edge if at == 0 else edge - width / 2
            left = min(max(left, used), self.width() - width)
            place = QRectF(left, px(40), width + 1, metrics.height() + 1)
            painter.drawText(self._flip(place, mirrored), int(Qt.AlignmentFlag.AlignHCenter), words)
            used = left + width + px(8)

    def _hatch(self, painter: QPainter, area: QRectF, look: Look) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.border, 1))
        step, height = px(7), area.height()
        left = area.left() - height
        while left < area.right():
            painter.drawLine(QLineF(left, area.bottom(), left + height, area.top()))
            left += step
        painter.restore()

    def _flip(self, part: QRectF, mirrored: bool) -> QRectF:
        if not mirrored:
            return part
        return QRectF(self.width() - part.right(), part.y(), part.width(), part.height())
