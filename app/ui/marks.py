"""The marks of rows and accounts: outlines read from `resources/icons`, filled in any colour."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
GRID = 16.0
"""The marks are drawn on a square of this size."""

Mark = Literal[
    "tick",
    "arrow-up",
    "arrow-dotted",
    "doubtful",
    "held",
    "conflict",
    "clock",
    "padlock",
    "dial",
    "dial-stopped",
    "hatch",
    "overlap",
    "stop",
    "start",
    "moon",
    "plus",
    "search",
    "cross",
    "pencil",
    "question",
]
"""What a row says by its shape: tick synced, arrow-up pending, arrow-dotted in flight, doubtful,
held, conflict, clock throttled, padlock locked, dial running, hatch away or gap; then verbs."""

LOCAL_ACCOUNT = -1
"""The account index of the local account, whose mark is a hollow square."""

# The name space `Qt` takes 15 ms to load, and the tray icon is painted with this file before all
# else: so it is left alone where it can be, and imported late where it can't.
CLEAR = QColor(0, 0, 0, 0)
"""No colour at all, to fill a pixmap with."""

_STEPS = re.compile(r"([MLCZ])([^MLCZ]*)")


@cache
def outline(name: str) -> QPainterPath:
    """Return the outline of `resources/icons/<name>.svg` on the 16 grid.

    The files hold one path each, of absolute M, L, C and Z, so that no SVG library is loaded at
    start-up. Raises `FileNotFoundError` for a name without a file.
    """
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    data = text.partition(' d="')[2].partition('"')[0]
    path = QPainterPath()
    for step, numbers in _STEPS.findall(data):
        at = [float(number) for number in numbers.split()]
        if step == "M":
            path.moveTo(at[0], at[1])
        elif step == "L":
            path.lineTo(at[0], at[1])
        elif step == "C":
            path.cubicTo(*at)
        else:
            path.closeSubpath()
    return path


def paint_mark(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Fill the mark into a square in the middle of `rect`."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(
        round(rect.x() + (rect.width() - side) / 2), round(rect.y() + (rect.height() - side) / 2)
    )
    painter.scale(side / GRID, side / GRID)
    painter.fillPath(outline(name), _filling(colour))
    painter.restore()


def mark_pixmap(name: str, side: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """Return the mark `side` px wide on nothing, for a screen with that device pixel ratio."""
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(CLEAR)
    painter = QPainter(pixmap)
    paint_mark(painter, QRectF(0, 0, side, side), name, colour)
    painter.end()
    return pixmap


def paint_account(painter: QPainter, rect: QRectF, index: int, colour: QColor) -> None:
    """Paint an account's mark, told apart by its shape, in the middle of `rect`, half as wide.

    Square, disc, diamond, triangle, ring, bar, then again; below 0 (the local account) a hollow
    square.
    """
    from PySide6.QtCore import Qt

    side = min(rect.width(), rect.height()) / 2
    box = QRectF(0, 0, side, side)
    box.moveCenter(rect.center())
    left, top = round(box.x()), round(box.y())
    box.moveTo(left, top)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    shape = "hollow" if index < 0 else _SHAPES[index % len(_SHAPES)]
    line = max(1.5, side / 5)
    if shape == "square":
        painter.drawRect(box)
    elif shape == "disc":
        painter.drawEllipse(box.adjusted(-0.5, -0.5, 0.5, 0.5))
    elif shape == "diamond":
        painter.drawPolygon(_around(box, (0.5, -0.2), (1.2, 0.5), (0.5, 1.2), (-0.2, 0.5)))
    elif shape == "triangle":
        painter.drawPolygon(_around(box, (0.5, -0.1), (1.1, 1.0), (-0.1, 1.0)))
    elif shape == "bar":
        painter.drawRect(_around(box, (-0.15, 0.28), (1.15, 0.72)).boundingRect())
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, line))
        inner = box.adjusted(line / 2, line / 2, -line / 2, -line / 2)
        if shape == "ring":
            painter.drawEllipse(inner.adjusted(-0.5, -0.5, 0.5, 0.5))
        else:
            painter.drawRect(inner)
    painter.restore()


def account_pixmap(index: int, side: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """Return an account's mark in a square of `side` px, for menus and choice fields."""
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(CLEAR)
    painter = QPainter(pixmap)
    paint_account(painter, QRectF(0, 0, side, side), index, colour)
    painter.end()
    return pixmap


def _filling(colour: QColor) -> QBrush:
    """Return the brush of a colour; `QBrush(colour)` would load the name space `Qt`."""
    pen = QPen()
    pen.setColor(colour)
    return pen.brush()


_SHAPES = ("square", "disc", "diamond", "triangle", "ring", "bar")


def _around(box: QRectF, *shares: tuple[float, float]) -> QPolygonF:
    return QPolygonF(
        [QPointF(box.x() + box.width() * x, box.y() + box.height() * y) for x, y in shares]
    )
