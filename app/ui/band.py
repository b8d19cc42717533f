"""A stripe of a window: filled with one colour role, with hairlines and a 3 px bar where asked."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QStyle, QWidget

from app.ui.theme import Look, Tone, look_of, px

Fill = Literal["window", "base", "alternate", "accent-soft", "warning-soft", "hairline"]


class Band(QFrame):
    """A part of a window that is told apart by its fill.

    `bar` is the tone of a 3 px bar at the leading edge (accent: runs now; warning: needs you);
    `top` and `bottom` draw a hairline; `edge` draws a rounded edge all around.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        fill: Fill = "base",
        bar: Tone | None = None,
        top: bool = False,
        bottom: bool = False,
        edge: bool = False,
    ) -> None:
        super().__init__(parent)
        self._fill: Fill = fill
        self._bar = bar
        self._top = top
        self._bottom = bottom
        self._edge = edge

    def set_look(
        self, *, fill: Fill, bar: Tone | None = None, top: bool = False, bottom: bool = False
    ) -> None:
        """Take another fill, bar and hairlines."""
        self._fill, self._bar, self._top, self._bottom = fill, bar, top, bottom
        self.update()

    @property
    def bar(self) -> Tone | None:
        """The tone of the bar, or None."""
        return self._bar

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint fill, hairlines and bar."""
        look = look_of(self.palette())
        painter = QPainter(self)
        rect = self.rect()
        if self._edge:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.border, 1))
            painter.setBrush(_colour(look, self._fill))
            painter.drawRoundedRect(rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            return
        painter.fillRect(rect, _colour(look, self._fill))
        line = look.border if look.high_contrast else look.hairline
        if self._top:
            painter.fillRect(QRect(rect.x(), rect.y(), rect.width(), 1), line)
        if self._bottom:
            painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), line)
        if self._bar is not None:
            bar = QRect(rect.x(), rect.y(), px(3), rect.height())
            bar = QStyle.visualRect(self.layoutDirection(), rect, bar)
            painter.fillRect(bar, look.tone(self._bar))


def _colour(look: Look, fill: Fill) -> QColor:
    return {
        "window": look.window,
        "base": look.base,
        "alternate": look.alternate,
        "accent-soft": look.accent_soft,
        "warning-soft": look.warning_soft,
        "hairline": look.border if look.high_contrast else look.hairline,
    }[fill]
