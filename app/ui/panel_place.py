"""Where the panel opens: beside the tray icon, wholly on its screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

MARGIN = 8
TITLE_BAR = 28
"""What a window manager may put above the window; it says so only once the window is shown."""


def place_beside(icon: QRect, size: QSize, area: QRect) -> QPoint:
    """Return the top left corner for a window of `size` in `area`, the room of a screen in px.

    Below an icon in the upper half of the screen, above one in the lower half, in the middle of it
    as far as there is room. Without an icon (an empty rectangle): the lower right corner. Room is
    left for a title bar.
    """
    size = QSize(size.width(), size.height() + TITLE_BAR)
    if icon.isValid():
        left = icon.x() + (icon.width() - size.width()) // 2
        upper = icon.center().y() < area.center().y()
        top = icon.bottom() + 1 + MARGIN if upper else icon.top() - MARGIN - size.height()
    else:
        left, top = area.right() - size.width(), area.bottom() - size.height()
    room = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    left = max(room.left(), min(left, room.right() + 1 - size.width()))
    top = max(room.top(), min(top, room.bottom() + 1 - size.height()))
    return QPoint(left, top)
