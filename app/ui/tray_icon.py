"""The tray icon of each state: one symbol in one colour, told apart by its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap

from app.ui.marks import CLEAR, paint_mark

if TYPE_CHECKING:
    from app.ui.views import TrayMark, TrayShape

SIZES = (16, 22, 24, 32, 44, 48, 64)
"""The sizes that tray hosts ask for, in px."""

PanelTone = Literal["follow", "light", "dark"]
"""What the icon is made for: the palette's own lightness, or a light or dark desktop panel."""

_INK_ON_LIGHT = QColor("#1B1F24")
_INK_ON_DARK = QColor("#F4F6F8")


def icon_name(shape: TrayShape, mark: TrayMark, size: int) -> str:
    """Return which of `resources/icons` shows the state at `size` px.

    Only the dial carries a mark, so that it is always seen whether time runs; at 16 px a dial with
    a mark has no hands, since both together are noise there.
    """
    if not mark or shape not in ("stopped", "running"):
        return f"tray-{shape}"
    return f"tray-{shape}-{mark}-16" if size <= 16 else f"tray-{shape}-{mark}"


def ink(tone: PanelTone, palette: QPalette) -> QColor:
    """Return the colour of the symbol.

    The panel's colour is not the palette's on every desktop (a dark bar over light windows is
    common), and no desktop tells it: so it can be set, and follows the palette otherwise.
    """
    if tone == "follow":
        tone = "dark" if palette.color(QPalette.ColorRole.Window).lightness() < 128 else "light"
    return _INK_ON_DARK if tone == "dark" else _INK_ON_LIGHT


def tray_pixmap(shape: TrayShape, mark: TrayMark, size: int, colour: QColor) -> QPixmap:
    """Return the symbol of a state, `size` px wide, on nothing."""
    pixmap = QPixmap(size, size)
    pixmap.fill(CLEAR)
    painter = QPainter(pixmap)
    paint_mark(painter, QRectF(0, 0, size, size), icon_name(shape, mark, size), colour)
    painter.end()
    return pixmap


def tray_icon(shape: TrayShape, mark: TrayMark, colour: QColor) -> QIcon:
    """Return the icon of a state in every size that a host may ask for."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(tray_pixmap(shape, mark, size, colour))
    # macOS then colours it itself, as it does with the other symbols of its bar.
    icon.setIsMask(True)
    return icon
