"""Colours stand out enough, sizes follow the font, and foreign words stay plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from app.ui import theme
from app.ui.style import TimekeptStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def bare_app(qapp: QApplication) -> Iterator[QApplication]:
    """Give the application as Qt made it, and leave it so."""
    font = QFont(qapp.font())
    qapp.setStyle("Fusion")
    qapp.setPalette(qapp.style().standardPalette())
    yield qapp
    qapp.setStyle("Fusion")
    qapp.setPalette(qapp.style().standardPalette())
    qapp.setFont(font)


def _palette(window: str, base: str, text: str, highlight: str = "#268bd2") -> QPalette:
    palette = QPalette(QColor(window))
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    palette.setColor(QPalette.ColorRole.Text, QColor(text))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(highlight))
    return palette


PALETTES: dict[str, Callable[[], QPalette]] = {
    "ours, light": theme.light_palette,
    "ours, dark": theme.dark_palette,
    "plain white": lambda: _palette("#ffffff", "#ffffff", "#202020"),
    "solarized": lambda: _palette("#eee8d5", "#fdf6e3", "#333333"),
    "nord": lambda: _palette("#2e3440", "#242933", "#eceff4", "#88c0d0"),
    "high contrast": lambda: _palette("#000000", "#000000", "#ffffff", "#ffff00"),
}


def test_contrast_is_the_one_of_the_guideline() -> None:
    black, white = QColor("black"), QColor("white")
    assert theme.contrast(black, white) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), white) == pytest.approx(4.48, abs=0.01)
    assert theme.contrast(white, white) == pytest.approx(1)


@pytest.mark.parametrize("name", PALETTES)
def test_what_must_be_read_can_be_read(name: str, qapp: QApplication) -> None:
    look = theme.look_of(PALETTES[name]())
    for ground in (look.base, look.window, look.soft_selection):
        assert theme.contrast(look.text, ground) >= 4.5
        assert theme.contrast(look.muted, ground) >= 4.5
    assert theme.contrast(look.accent, look.base) >= 4.5
    assert theme.contrast(look.warning, look.base) >= 4.5
    assert theme.contrast(look.on_accent, look.accent) >= 4.5
    assert theme.contrast(look.warning, look.warning_soft) >= 4.5
    assert theme.contrast(look.text, look.warning_soft) >= 4.5
    for ground in (look.base, look.window):
        assert theme.contrast(look.border, ground) >= 3.0


@pytest.mark.parametrize("palette", [theme.light_palette, theme.dark_palette])
def test_account_marks_are_seen_on_rows_and_on_the_chosen_row(
    palette: Callable[[], QPalette],
) -> None:
    look = theme.look_of(palette())
    for index in range(-1, 6):
        assert theme.contrast(look.account(index), look.base) >= 3.0
        assert theme.contrast(look.account(index), look.soft_selection) >= 3.0


def test_light_and_dark_are_told_by_the_window() -> None:
    assert not theme.look_of(theme.light_palette()).dark
    assert theme.look_of(theme.dark_palette()).dark


def test_high_contrast_has_no_soft_fills() -> None:
    look = theme.look_of(PALETTES["high contrast"]())
    assert look.high_contrast
    assert look.soft_selection == look.warning_soft == look.accent_soft == look.base
    assert look.muted == look.text


def test_our_palette_is_for_desktops_without_one(bare_app: QApplication) -> None:
    theme.dress(bare_app)
    assert isinstance(bare_app.style(), TimekeptStyle)
    assert bare_app.palette().window().color() == theme.light_palette().window().color()
    bare_app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert bare_app.palette().window().color() == theme.dark_palette().window().color()
    bare_app.styleHints().colorSchemeChanged.disconnect()


def test_a_palette_of_the_desktop_is_kept(bare_app: QApplication) -> None:
    bare_app.setPalette(PALETTES["nord"]())
    theme.dress(bare_app)
    assert bare_app.palette().window().color() == QColor("#2e3440")


def test_dressing_twice_keeps_the_style(bare_app: QApplication) -> None:
    theme.dress(bare_app)
    style = bare_app.style()
    theme.dress(bare_app)
    assert bare_app.style() is style
    bare_app.styleHints().colorSchemeChanged.disconnect()


def test_measures_grow_with_the_font_and_never_shrink(bare_app: QApplication) -> None:
    font = QFont(bare_app.font())
    font.setPointSizeF(6)
    bare_app.setFont(font)
    assert theme.px(32) == 32
    font.setPointSizeF(26)
    bare_app.setFont(font)
    assert theme.px(32) > 60
    assert theme.scaled_font(theme.CLOCK).pointSizeF() == pytest.approx(65)


def test_small_type_does_not_become_tiny(bare_app: QApplication) -> None:
    font = QFont(bare_app.font())
    font.setPointSizeF(8.5)
    bare_app.setFont(font)
    assert theme.scaled_font(theme.SMALL).pointSizeF() == theme.SMALLEST_POINTS


def test_controls_are_as_high_as_the_grid_says(bare_app: QApplication) -> None:
    theme.dress(bare_app)
    button = QPushButton("Save")
    assert button.sizeHint().height() >= theme.px(32)
    assert button.sizeHint().width() >= theme.px(64)
    bare_app.styleHints().colorSchemeChanged.disconnect()


def test_foreign_words_are_no_markup_and_no_mnemonic() -> None:
    assert theme.plain_tooltip("<b>x</b> & y") == "<span>&lt;b&gt;x&lt;/b&gt; &amp; y</span>"
    assert theme.plain_tooltip("") == ""
    assert theme.without_mnemonic("Save & go\tCtrl+S\nnow") == "Save && go Ctrl+S now"
