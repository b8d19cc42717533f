"""No word of ours is cut, in any state of the panel, at 100, 125 and 200 % text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.ui.elided_label import ElidedLabel
from app.ui.panel import Panel
from app.ui.panel_comment_row import CommentRow
from app.ui.panel_place import place_beside
from app.ui.views import SyncView
from tests.ui.sample_views import FIRST, HITS, NOW, RUNNING, RUNS, SIGN_IN, STOPPED, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def _search(panel: Panel) -> None:
    panel.body.search.setText("login")
    panel.show_hits(HITS)


def _refused(panel: Panel) -> None:
    panel.change_start()
    panel.show_start_note("It touches “Planning” and overlaps nothing at all that you have.")
    panel.body.editor.refusal.say("That is before “Planning” ended, so nothing was changed.")


WAITS = SyncView(
    "offline",
    "12 changes wait",
    detail="Work is offline since 09:40. All is kept here, whatever happens.",
    next_try="Next try at 10:20",
)
LONG = msgspec.structs.replace(RUNNING, title="Überschreitung " * 12, where="Alpha " * 40)
STATES: dict[str, tuple[object, Callable[[Panel], object]]] = {
    "running": (RUNS, lambda _panel: None),
    "stopped": (STOPPED, lambda _panel: None),
    "first": (FIRST, lambda _panel: None),
    "searching": (RUNS, _search),
    "start": (RUNS, lambda panel: panel.change_start()),
    "refused": (RUNS, _refused),
    "offline": (msgspec.structs.replace(RUNS, sync=WAITS), lambda _panel: None),
    "notice": (msgspec.structs.replace(RUNS, notice=SIGN_IN), lambda _panel: None),
    "long": (msgspec.structs.replace(RUNS, running=LONG, sync=WAITS), lambda _panel: None),
    "said": (RUNS, lambda p: p.show_refusal("activity", "Work does not know this. " * 3)),
}


@pytest.fixture(params=[100, 125, 200])
def sized_app(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[QApplication]:
    """Give the application at a text size, and restore it."""
    before = QFont(qapp.font())
    font = QFont(before)
    font.setPointSizeF(9.75 * request.param / 100)
    qapp.setFont(font)
    yield qapp
    qapp.setFont(before)


def _in_scroll_area(widget: QWidget, panel: Panel) -> bool:
    above = widget.parentWidget()
    while above is not None and above is not panel:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def cut_widgets(panel: Panel) -> list[str]:
    """Return what is seen but does not fit its place."""
    cut = []
    for widget in panel.findChildren(QWidget):
        if not widget.isVisible() or _in_scroll_area(widget, panel):
            continue
        name = f"{type(widget).__name__} {widget.accessibleName()!r} {widget.size()}"
        where = QRect(widget.mapTo(panel, QPoint(0, 0)), widget.size())
        if not panel.rect().contains(where):
            cut.append(f"{name} outside")
        if isinstance(widget, ElidedLabel | CommentRow):
            wanted = QSize(0, widget.sizeHint().height())
        elif isinstance(widget, QLabel) and widget.wordWrap():
            wanted = QSize(0, widget.heightForWidth(widget.width()))
        elif isinstance(widget, QLabel | QPushButton):
            wanted = widget.sizeHint()
        elif isinstance(widget, QLineEdit):
            wanted = QSize(0, widget.sizeHint().height())
        else:
            continue
        if wanted.width() > widget.width() or wanted.height() > widget.height():
            cut.append(f"{name} wants {wanted}")
    return cut


@pytest.mark.parametrize("state", STATES)
def test_nothing_of_ours_is_cut(state: str, sized_app: QApplication, qtbot: QtBot) -> None:
    view, go = STATES[state]
    panel = Panel(lambda: NOW, ZONE)
    qtbot.addWidget(panel)
    panel.show_view(view)  # type: ignore[arg-type]  # a table of views
    panel.open_near()
    go(panel)
    for _each in range(4):
        sized_app.processEvents()
    assert cut_widgets(panel) == []
    assert not panel.body.header.title.is_elided() or state == "long"
    if view in (STOPPED, FIRST):
        assert not panel.body.header.where.is_elided()


def test_the_check_sees_what_is_cut(qtbot: QtBot, qapp: QApplication) -> None:
    panel = Panel(lambda: NOW, ZONE)
    qtbot.addWidget(panel)
    panel.show_view(RUNS)
    panel.show()
    panel.body.edit.setFixedWidth(10)
    qapp.processEvents()
    assert any("Edit" in line for line in cut_widgets(panel))


def test_at_least_the_size_of_the_drawing(qtbot: QtBot) -> None:
    panel = Panel(lambda: NOW, ZONE)
    qtbot.addWidget(panel)
    panel.show_view(RUNS)
    panel.open_near()
    assert panel.width() >= 360
    assert panel.height() >= 472


def test_right_to_left_puts_the_clock_on_the_left(qtbot: QtBot, qapp: QApplication) -> None:
    panel = Panel(lambda: NOW, ZONE)
    qtbot.addWidget(panel)
    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel.show_view(RUNS)
    panel.open_near()
    qapp.processEvents()
    assert panel.body.header.clock.x() < panel.body.header.title.x()
    assert not panel.grab().isNull()


AREA = QRect(0, 30, 1920, 1050)
SIZE = QSize(360, 472)


@pytest.mark.parametrize(
    "icon, expected",
    [
        (QRect(1000, 4, 24, 24), QPoint(832, 38)),
        (QRect(1000, 1084, 24, 24), QPoint(832, 572)),
        (QRect(1890, 1084, 24, 24), QPoint(1552, 572)),
        (QRect(0, 1084, 24, 24), QPoint(8, 572)),
        (QRect(), QPoint(1552, 572)),
    ],
)
def test_it_opens_beside_the_icon_and_on_the_screen(icon: QRect, expected: QPoint) -> None:
    assert place_beside(icon, SIZE, AREA) == expected


def test_it_opens_at_the_top_left_of_a_screen_that_is_too_small() -> None:
    assert place_beside(QRect(), QSize(500, 500), QRect(0, 0, 400, 300)) == QPoint(8, 8)
