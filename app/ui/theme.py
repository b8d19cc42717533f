"""The colours, type sizes and measures of every window, from the palette where it has them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

Tone = Literal["text", "muted", "accent", "on-accent", "warning"]
"""What a piece of text or a mark says by its colour; see `Look.tone`."""

SMALL, BODY, TITLE, PAGE_TITLE, CLOCK = 0.92, 1.0, 1.25, 1.5, 2.5
"""Type sizes as factors of the system font; `SMALL` never falls below 11 px."""

SMALLEST_POINTS = 8.25
READABLE = 4.5
"""The least contrast of text that must be read (WCAG 2.2, 1.4.3)."""
VISIBLE = 3.0
"""The least contrast of what marks a control's edge (WCAG 2.2, 1.4.11)."""

_LIGHT = {
    "window": "#F3F4F6",
    "base": "#FFFFFF",
    "alternate": "#F8F9FA",
    "text": "#1B1F24",
    "button": "#FFFFFF",
    "highlight": "#2B66C9",
    "highlighted": "#FFFFFF",
    "muted": "#59626D",
    "soft": "#DCE8FB",
    "disabled": "#7A828C",
}
_DARK = {
    "window": "#24272B",
    "base": "#1B1E21",
    "alternate": "#202327",
    "text": "#E9ECEF",
    "button": "#2C3035",
    "highlight": "#7FB0FF",
    "highlighted": "#10151C",
    "muted": "#A4ADB7",
    "soft": "#263A57",
    "disabled": "#7F8892",
}


class Look(Struct, frozen=True):
    """Every colour role of one palette.

    `soft_selection` is a fill under ordinary text; `accent` says "runs now" and nothing else,
    `warning` says "needs you". `accounts` are for marks and bars, never for text. In a
    high-contrast palette the soft fills are plain `base`.
    """

    dark: bool
    high_contrast: bool
    window: QColor
    base: QColor
    alternate: QColor
    text: QColor
    button: QColor
    muted: QColor
    hairline: QColor
    border: QColor
    focus: QColor
    soft_selection: QColor
    accent: QColor
    on_accent: QColor
    accent_soft: QColor
    warning: QColor
    warning_soft: QColor
    accounts: tuple[QColor, QColor, QColor]

    def tone(self, tone: Tone) -> QColor:
        """Return the colour of text in that tone."""
        if tone == "text":
            return self.text
        if tone == "muted":
            return self.muted
        if tone == "accent":
            return self.accent
        if tone == "on-accent":
            return self.on_accent
        return self.warning

    def account(self, index: int) -> QColor:
        """Return the colour of an account's mark; the local account's (below 0) is muted."""
        return self.muted if index < 0 else self.accounts[index % len(self.accounts)]


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two opaque colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """Return `share` (0 to 1) of one colour laid over another, opaque."""
    rest = 1 - share
    return QColor(
        round(over.red() * share + under.red() * rest),
        round(over.green() * share + under.green() * rest),
        round(over.blue() * share + under.blue() * rest),
    )


def look_of(palette: QPalette) -> Look:
    """Return the colour roles that belong to a palette; the last few are remembered."""
    return _look(
        palette.color(QPalette.ColorRole.Window).rgb(),
        palette.color(QPalette.ColorRole.Base).rgb(),
        palette.color(QPalette.ColorRole.AlternateBase).rgb(),
        palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text).rgb(),
        palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Button).rgb(),
        palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight).rgb(),
    )


def app_look() -> Look:
    """Return the colour roles of the application's palette."""
    return look_of(QApplication.palette())


def light_palette() -> QPalette:
    """Return the light palette, for desktops that bring none of their own."""
    return _palette(_LIGHT)


def dark_palette() -> QPalette:
    """Return the dark palette, for desktops that bring none of their own."""
    return _palette(_DARK)


def dress(app: QApplication) -> None:
    """Give the application its style and, where the desktop brings no palette, its own one.

    Called before the first window is made, not at start-up: a tray icon alone needs neither.
    Calling it again does nothing. Another style than Fusion (Windows, macOS) is left alone.
    """
    from app.ui.style import TimekeptStyle

    style = app.style()
    if isinstance(style, TimekeptStyle) or style.name().lower() != "fusion":
        return
    bare = app.palette() == style.standardPalette()
    app.setStyle(TimekeptStyle())
    if bare:
        _follow_scheme(app)


def scaled_font(factor: float, *, bold: bool = False, even_digits: bool = False) -> QFont:
    """Return the system font at `factor` of its size.

    `bold` is semibold; `even_digits` asks the font for digits of equal width, which not every font
    has: size the field by the widest digit too.
    """
    font = QFont(QApplication.font())
    points = font.pointSizeF()
    if points > 0:
        font.setPointSizeF(max(points * factor, min(points, SMALLEST_POINTS)))
    else:
        font.setPixelSize(max(round(font.pixelSize() * factor), min(font.pixelSize(), 11)))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    if even_digits:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def px(at_base: float) -> int:
    """Return a measure of the 8 px grid at the size of the system font: 32 is 64 at 200 % text.

    The base is a line of 16 px, what the usual fonts have at 13 px; smaller fonts do not shrink it.
    """
    return round(at_base * max(1.0, QFontMetricsF(QApplication.font()).height() / 16.0))


def widest_digits(metrics: QFontMetricsF, pattern: str) -> float:
    """Return the width of `pattern` with each digit of it as wide as the font's widest digit."""
    widest = max("0123456789", key=metrics.horizontalAdvance)
    return metrics.horizontalAdvance("".join(widest if c.isdigit() else c for c in pattern))


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows `text` as it stands: Qt would guess markup in foreign words."""
    from html import escape

    return f"<span>{escape(text)}</span>" if text else ""


def without_mnemonic(text: str) -> str:
    """Return foreign words for a button, menu or tab: no mnemonic, no shortcut, no line break."""
    return " ".join(text.split()).replace("&", "&&")


def set_tab_order(widgets: Sequence[QWidget]) -> None:
    """Let `Tab` go through the widgets in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = colour.redF(), colour.greenF(), colour.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _until(least: float, over: QColor, under: QColor, share: float, *against: QColor) -> QColor:
    """Blend, starting at `share`, until the result stands out from every colour in `against`."""
    mixed = blend(over, under, share)
    while share < 1 and any(contrast(mixed, other) < least for other in against):
        share = min(1.0, share + 0.05)
        mixed = blend(over, under, share)
    return mixed


@lru_cache(maxsize=8)
def _look(window: int, base: int, alternate: int, text: int, button: int, highlight: int) -> Look:
    win, bas, ink, edge = QColor(window), QColor(base), QColor(text), QColor(highlight)
    dark = win.lightness() < 128
    high_contrast = contrast(ink, bas) > 20.5
    own = _DARK if dark else _LIGHT
    if win == QColor(own["window"]) and ink == QColor(own["text"]):
        soft, muted = QColor(own["soft"]), QColor(own["muted"])
    else:
        soft = bas if high_contrast else blend(edge, bas, 0.16)
        muted = _until(READABLE, ink, bas, 0.7, bas, win, soft)
    return Look(
        dark=dark,
        high_contrast=high_contrast,
        window=win,
        base=bas,
        alternate=QColor(alternate),
        text=ink,
        button=QColor(button),
        muted=ink if high_contrast else muted,
        hairline=blend(ink, bas, 0.15),
        border=_until(VISIBLE, ink, bas, 0.5, bas, win),
        focus=edge,
        soft_selection=soft,
        accent=QColor("#4CC9A0" if dark else "#0B7258"),
        on_accent=QColor("#10231C" if dark else "#FFFFFF"),
        accent_soft=bas if high_contrast else QColor("#1D362E" if dark else "#E3F2ED"),
        warning=QColor("#F0B455" if dark else "#8F5200"),
        warning_soft=bas if high_contrast else QColor("#3A2E19" if dark else "#FBF0DC"),
        accounts=(
            (QColor("#4C97E0"), QColor("#BC7EDC"), QColor("#DB8A44"))
            if dark
            else (QColor("#2F7FD1"), QColor("#A35BC9"), QColor("#B9661F"))
        ),
    )


def _palette(own: dict[str, str]) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(own["button"]), QColor(own["window"]))
    text, base = QColor(own["text"]), QColor(own["base"])
    for where in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(where, text)
    for where in (role.Base, role.ToolTipBase):
        palette.setColor(where, base)
    palette.setColor(role.AlternateBase, QColor(own["alternate"]))
    palette.setColor(role.Highlight, QColor(own["highlight"]))
    palette.setColor(role.HighlightedText, QColor(own["highlighted"]))
    palette.setColor(role.Link, QColor(own["highlight"]))
    palette.setColor(role.LinkVisited, QColor(own["highlight"]))
    palette.setColor(role.PlaceholderText, QColor(own["muted"]))
    palette.setColor(role.BrightText, QColor("#FFFFFF"))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, QColor(own["disabled"]))
    palette.setColor(group.Disabled, role.Highlight, blend(text, base, 0.3))
    return palette


def _follow_scheme(app: QApplication) -> None:
    """Use our light or dark palette from now on, as the desktop's colour scheme says."""
    from PySide6.QtCore import Qt

    def choose(scheme: Qt.ColorScheme) -> None:
        app.setPalette(dark_palette() if scheme == Qt.ColorScheme.Dark else light_palette())

    hints = app.styleHints()
    choose(hints.colorScheme())
    hints.colorSchemeChanged.connect(choose)
