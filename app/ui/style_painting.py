"""How the controls are painted in each state: edges, fills, arrows, check marks, scroll bars."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionSlider,
    QWidget,
)

from app.ui.theme import Look, blend, look_of, px

_State = QStyle.StateFlag
_RADIUS = 4.0

ACCENT_PROPERTY = "timekept-accent"
"""A dynamic property: the push button is filled with the accent: it ends the running track."""
SMALL_PROPERTY = "timekept-small"
"""A dynamic property: a button 24 high instead of 32."""


def paint_edge(
    painter: QPainter, rect: QRect, colour: QColor, width: float, fill: QColor | None = None
) -> None:
    """Paint a rounded edge of `width` wholly inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(
        QRectF(rect).adjusted(inset, inset, -inset, -inset),
        _RADIUS - inset / 2,
        _RADIUS - inset / 2,
    )
    painter.restore()


def paint_field(painter: QPainter, option: QStyleOption, look: Look) -> None:
    """Paint the fill and edge of a text or choice field in its state."""
    enabled = bool(option.state & _State.State_Enabled)
    fill = look.base if enabled else look.window
    if enabled and option.state & _State.State_HasFocus:
        paint_edge(painter, option.rect, look.focus, 2.0, fill)
    else:
        paint_edge(painter, option.rect, look.border if enabled else look.hairline, 1.0, fill)


def paint_button(
    painter: QPainter, option: QStyleOption, look: Look, widget: QWidget | None
) -> None:
    """Paint a push button: plain, default, checked, pressed, or filled with the accent."""
    state = option.state
    enabled = bool(state & _State.State_Enabled)
    down = bool(state & (_State.State_Sunken | _State.State_On))
    hover = bool(state & _State.State_MouseOver) and enabled
    focus = bool(state & _State.State_HasFocus) and enabled
    accent = widget is not None and bool(widget.property(ACCENT_PROPERTY)) and enabled
    default = isinstance(option, QStyleOptionButton) and bool(
        option.features & QStyleOptionButton.ButtonFeature.DefaultButton
    )
    if accent:
        fill = look.accent
        if down or hover:
            fill = blend(look.text, look.accent, 0.18 if down else 0.08)
        edge, width = fill, 1.0
    else:
        fill = look.button if enabled else look.window
        if state & _State.State_On:
            fill = look.soft_selection
        elif down or hover:
            fill = blend(look.text, look.button, 0.14 if down else 0.06)
        edge, width = (look.border if enabled else look.hairline), 1.0
        if default and enabled:
            edge, width = look.text, 2.0
        elif state & _State.State_On:
            edge = look.focus
    paint_edge(painter, option.rect, edge, width, fill)
    if focus and accent:
        inner = option.rect.adjusted(2, 2, -2, -2)
        paint_edge(painter, option.rect, look.focus, 2.0)
        paint_edge(painter, inner, look.base, 1.0)
    elif focus:
        paint_edge(painter, option.rect, look.focus, 2.0)


def paint_arrow(
    painter: QPainter, rect: QRect, look: Look, option: QStyleOption, *, up: bool = False
) -> None:
    """Paint a small triangle in the middle of `rect`, down or up."""
    centre = QPointF(QRectF(rect).center())
    half = px(4)
    rise = -half / 2 if up else half / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    enabled = bool(option.state & _State.State_Enabled)
    painter.setBrush(look.text if enabled else look.border)
    painter.drawPolygon(
        QPolygonF(
            [
                centre + QPointF(-half, -rise),
                centre + QPointF(half, -rise),
                centre + QPointF(0, rise),
            ]
        )
    )
    painter.restore()


def paint_indicator(painter: QPainter, option: QStyleOption, round_one: bool) -> None:
    """Paint a radio button or a check box: the edge, and when it is on a disc or a tick."""
    look = look_of(option.palette)
    state = option.state
    enabled = bool(state & _State.State_Enabled)
    on = bool(state & _State.State_On)
    ink = look.focus if on and enabled else (look.border if enabled else look.hairline)
    side = min(option.rect.width(), option.rect.height()) - 1.0
    box = QRectF(0, 0, side, side)
    box.moveCenter(QRectF(option.rect).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(look.base if not on or round_one else ink)
    inner = box.adjusted(0.75, 0.75, -0.75, -0.75)
    if round_one:
        painter.drawEllipse(inner)
        if on:
            painter.setBrush(ink)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(box.center(), side * 0.26, side * 0.26)
    else:
        painter.drawRoundedRect(inner, 3, 3)
        if on or state & _State.State_NoChange:
            painter.setPen(QPen(look.base if on else ink, 2.0))
            for line in _tick(box) if on else [_dash(box)]:
                painter.drawLine(line)
    painter.restore()


def _tick(box: QRectF) -> list[QLineF]:
    def at(x: float, y: float) -> QPointF:
        return QPointF(box.x() + box.width() * x, box.y() + box.height() * y)

    return [QLineF(at(0.24, 0.52), at(0.43, 0.71)), QLineF(at(0.43, 0.71), at(0.77, 0.32))]


def _dash(box: QRectF) -> QLineF:
    middle = box.center()
    return QLineF(
        middle.x() - box.width() / 4, middle.y(), middle.x() + box.width() / 4, middle.y()
    )


def paint_scroll_bar(painter: QPainter, slider: QRect, option: QStyleOptionSlider) -> None:
    """Paint a slim handle and nothing else: the list is what matters."""
    look = look_of(option.palette)
    handle = slider.toRectF()
    inset = max(2.0, min(handle.width(), handle.height()) / 4)
    active = bool(option.state & (_State.State_MouseOver | _State.State_Sunken))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(option.rect, look.base)
    painter.setPen(Qt.PenStyle.NoPen)
    if max(option.rect.width(), option.rect.height()) < px(40):
        # A list that has given way shows no more than its edge: there is nothing to drag.
        painter.restore()
        return
    painter.setBrush(look.muted if active else look.border)
    handle.adjust(inset, inset, -inset, -inset)
    radius = min(handle.width(), handle.height()) / 2
    painter.drawRoundedRect(handle, radius, radius)
    painter.restore()


def paint_menu_bar(painter: QPainter, option: QStyleOption, look: Look) -> None:
    """Paint the bar at the leading edge of the chosen line of a menu."""
    bar = QRect(option.rect.x(), option.rect.y(), px(3), option.rect.height())
    painter.fillRect(QStyle.visualRect(option.direction, option.rect, bar), look.focus)
