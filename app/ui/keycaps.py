"""Small drawn keys with the word for what they do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.theme import SMALL, Look, look_of, px, scaled_font


def keycaps_width(metrics: QFontMetricsF, keys: tuple[str, ...]) -> float:
    """Return the width that `paint_keycaps` takes for these keys in the small font."""
    return sum(metrics.horizontalAdvance(key) + px(12) for key in keys) + px(6) * (len(keys) - 1)


def paint_keycaps(painter: QPainter, rect: QRectF, keys: tuple[str, ...], look: Look) -> float:
    """Paint the keys from the left of `rect`, in the middle of its height; return their end."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = scaled_font(SMALL)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    x = rect.left()
    height = round(metrics.height()) + px(4)
    top = round(rect.center().y() - height / 2)
    for key in keys:
        box = QRectF(x, top, round(metrics.horizontalAdvance(key)) + px(12), height)
        painter.setPen(QPen(look.border, 1))
        painter.setBrush(look.base)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(look.muted)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), key)
        x = box.right() + px(6)
    painter.restore()
    return x


class Keycaps(QLabel):
    """One or more keys and what they do: `Ctrl` `E` change the start."""

    def __init__(
        self, keys: tuple[str, ...], words: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._words = words
        self.setFont(scaled_font(SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{'+'.join(keys)}: {words}" if words else "+".join(keys))

    def set_words(self, words: str) -> None:
        """Say something else about the same keys."""
        self._words = words
        self.setAccessibleName(f"{'+'.join(self._keys)}: {words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of keys and words."""
        metrics = self.fontMetrics()
        width = keycaps_width(QFontMetricsF(self.font()), self._keys) + len(self._keys)
        if self._words:
            width += px(6) + metrics.horizontalAdvance(self._words) + 2
        return QSize(round(width), metrics.height() + px(4))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the keys, then the words."""
        look = look_of(self.palette())
        painter = QPainter(self)
        x = paint_keycaps(painter, self.rect().toRectF(), self._keys, look)
        painter.setFont(self.font())
        painter.setPen(look.muted)
        rest = QRectF(x, 0, self.width() - x, self.height())
        painter.drawText(
            rest, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._words
        )
