"""The tray icon tells its states apart by shape, at every size and on every panel."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.tray_icon import SIZES, icon_name, ink, tray_icon, tray_pixmap
from app.ui.views import TrayMark, TrayShape
from tests.ui.test_marks import difference, ink_of

STATES: list[tuple[TrayShape, TrayMark]] = [
    ("stopped", ""),
    ("running", ""),
    ("asking", ""),
    ("running", "wait"),
    ("stopped", "wait"),
    ("running", "attention"),
    ("stopped", "attention"),
    ("connecting", ""),
    ("signed-out", ""),
]
BLACK = QColor("black")


def _drawn(shape: TrayShape, mark: TrayMark, size: int) -> QImage:
    return tray_pixmap(shape, mark, size, BLACK).toImage()


@pytest.mark.parametrize("size", SIZES)
def test_states_differ_by_shape(size: int, qapp: QApplication) -> None:
    for one, other in combinations(STATES, 2):
        # An eleventh of the picture: what the eye can tell at 16 px.
        apart = difference(_drawn(*one, size), _drawn(*other, size))
        assert apart > size * size * 0.055, (one, other)


@pytest.mark.parametrize("mark", ["", "wait", "attention"])
@pytest.mark.parametrize("size", SIZES)
def test_running_is_solid_under_every_mark(mark: TrayMark, size: int, qapp: QApplication) -> None:
    solid, hollow = (sum(ink_of(_drawn(shape, mark, size))) for shape in ("running", "stopped"))
    assert solid > hollow * 1.25


def test_a_dial_with_a_mark_has_no_hands_at_16_px(qapp: QApplication) -> None:
    # Where the upright hand stands on the ring: 8,5 on the grid.
    assert _drawn("stopped", "", 16).pixelColor(8, 5).alpha() > 200
    assert _drawn("stopped", "wait", 16).pixelColor(8, 5).alpha() < 60
    assert _drawn("stopped", "wait", 32).pixelColor(16, 10).alpha() > 200
    assert icon_name("running", "attention", 16) == "tray-running-attention-16"
    assert icon_name("running", "attention", 22) == "tray-running-attention"


def test_only_the_dial_carries_a_mark() -> None:
    assert icon_name("asking", "wait", 22) == "tray-asking"
    assert icon_name("signed-out", "attention", 16) == "tray-signed-out"


def test_the_symbol_has_one_colour(qapp: QApplication) -> None:
    image = tray_pixmap("running", "wait", 32, QColor("#F4F6F8")).toImage()
    inked = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert inked == {"#f4f6f8"}


def test_the_icon_has_every_size_that_hosts_ask_for(qapp: QApplication) -> None:
    icon = tray_icon("running", "", BLACK)
    assert sorted(size.width() for size in icon.availableSizes()) == sorted(SIZES)
    assert icon.isMask()


def test_the_colour_follows_the_palette_unless_it_is_set(qapp: QApplication) -> None:
    light, dark = theme.light_palette(), theme.dark_palette()
    assert ink("follow", light).lightness() < 60
    assert ink("follow", dark).lightness() > 200
    assert ink("dark", light) == ink("follow", dark)
    assert ink("light", dark) == ink("follow", light)
