"""Marks: every file is a picture that others read as we do, and every shape differs."""

from __future__ import annotations

from itertools import combinations
from typing import get_args
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.ui.marks import ICONS, Mark, account_pixmap, mark_pixmap, outline, paint_mark

FILES = sorted(path.stem for path in ICONS.glob("*.svg"))


def ink_of(image: QImage) -> list[int]:
    """Return how much ink each pixel has, 0 to 255."""
    return [
        image.pixelColor(x, y).alpha() for y in range(image.height()) for x in range(image.width())
    ]


def difference(one: QImage, other: QImage) -> float:
    """Return by how many whole pixels two pictures differ."""
    pairs = zip(ink_of(one), ink_of(other), strict=True)
    return sum(abs(here - there) for here, there in pairs) / 255


def test_every_mark_has_its_file_and_every_file_its_mark() -> None:
    named = {name for name in FILES if not name.startswith("tray-")}
    assert named == set(get_args(Mark))


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_one_path_in_the_current_colour(name: str) -> None:
    root = ElementTree.parse(ICONS / f"{name}.svg").getroot()
    assert root.get("viewBox") == "0 0 16 16"
    (path,) = list(root)
    assert path.get("fill") == "currentColor"
    assert path.get("fill-rule") == "evenodd"


@pytest.mark.parametrize("name", FILES)
def test_an_svg_library_paints_it_as_we_do(name: str, qapp: QApplication) -> None:
    ours, theirs = (QImage(48, 48, QImage.Format.Format_ARGB32) for _each in range(2))
    for image in (ours, theirs):
        image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(ours)
    paint_mark(painter, QRectF(0, 0, 48, 48), name, QColor("black"))
    painter.end()
    painter = QPainter(theirs)
    QSvgRenderer(str(ICONS / f"{name}.svg")).render(painter, QRectF(0, 0, 48, 48))
    painter.end()
    assert sum(ink_of(theirs)) > 255 * 20
    assert difference(ours, theirs) < 6


def test_a_mark_without_a_file_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        outline("no such mark")


def test_row_marks_differ_at_16_px(qapp: QApplication) -> None:
    black = QColor("black")
    drawn = {name: mark_pixmap(name, 16, black).toImage() for name in get_args(Mark)}
    for one, other in combinations(drawn, 2):
        assert difference(drawn[one], drawn[other]) > 12, (one, other)


def test_accounts_differ_by_shape_alone(qapp: QApplication) -> None:
    black = QColor("black")
    drawn = [account_pixmap(index, 16, black).toImage() for index in range(-1, 6)]
    for one, other in combinations(drawn, 2):
        assert difference(one, other) > 8
    assert difference(account_pixmap(6, 16, black).toImage(), drawn[1]) == 0


def test_a_mark_is_tinted_and_fits_the_screen(qapp: QApplication) -> None:
    pixmap = mark_pixmap("stop", 16, QColor("#ff0000"), ratio=2.0)
    assert pixmap.width() == 32
    assert pixmap.deviceIndependentSize().width() == 16
    assert pixmap.toImage().pixelColor(16, 16) == QColor("#ff0000")
