"""The panel by keys: what is searched for, and what Enter then starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.panel_rig import Rig
from tests.ui.sample_views import (
    FIRST,
    HITS,
    RUNS,
    STOPPED,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# What the display without a screen cannot do, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rig(qtbot: QtBot) -> Rig:
    """Give a panel that is not open yet."""
    return Rig(qtbot)


def test_the_first_key_typed_is_a_search(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.body.stop.setFocus()
    with qtbot.waitSignal(rig.panel.search_asked, timeout=500) as seen:
        rig.type("l")
    assert seen.args == ["l"]
    assert rig.body.search.hasFocus()
    assert rig.body.search.text() == "l"


def test_letters_typed_on_the_list_search(rig: Rig) -> None:
    rig.open(RUNS)
    rig.body.list.setFocus()
    rig.type("x")
    assert rig.body.search.text() == "x"


def test_enter_switches_to_the_first_that_does_not_run(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("login")
    rig.panel.show_hits(HITS, "login")
    assert [row.title for row in rig.body.list.rows] == [
        "Your history",
        "Fix login timer",
        "Login page",
        "Side",
        "Website / login copy",
    ]
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == ["1371", "Work", ""]
    assert rig.body.search.text() == ""
    assert rig.body.list.rows[0].title == "Recent"


def test_arrows_choose_and_skip_headings(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("login")
    rig.panel.show_hits(HITS)
    rig.key(Key.Key_Down)
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        rig.key(Key.Key_Enter)
    assert seen.args == ["w", "Side", ""]
    rig.type("login")
    rig.panel.show_hits(HITS)
    rig.key(Key.Key_Down)
    rig.key(Key.Key_Down)
    rig.key(Key.Key_Up)
    rig.key(Key.Key_Up)
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        rig.key(Key.Key_Enter)
    assert seen.args == ["1371", "Work", ""]


def test_enter_waits_for_the_answer_to_what_was_typed(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("lo")
    rig.panel.show_hits(HITS, "lo")
    rig.type("gx")
    with qtbot.assertNotEmitted(rig.panel.start_asked):
        rig.key(Key.Key_Return)
        rig.panel.show_hits(HITS, "lo")
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        rig.panel.show_hits(HITS[2:], "logx")
    assert seen.args == ["w", "Side", ""]


def test_ctrl_enter_starts_with_the_words(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("login  timer")
    rig.panel.show_hits(HITS)
    with qtbot.waitSignal(rig.panel.start_with_comment_asked, timeout=500) as seen:
        rig.key(Key.Key_Return, CTRL)
    assert seen.args == ["login timer"]


def test_with_nothing_found_enter_takes_the_words(rig: Rig, qtbot: QtBot) -> None:
    rig.open(STOPPED)
    rig.type("logn")
    rig.panel.show_hits([], "logn")
    assert rig.body.pages.currentWidget() is rig.body.nothing
    assert rig.body.nothing.sentence.text().startswith("Nothing is called “logn”.")
    with qtbot.waitSignal(rig.panel.start_with_comment_asked, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == ["logn"]


def test_enter_in_an_empty_search_continues_the_last(rig: Rig, qtbot: QtBot) -> None:
    rig.open(STOPPED)
    with qtbot.waitSignal(rig.panel.continue_asked, timeout=500):
        rig.key(Key.Key_Return)


def test_enter_in_an_empty_search_leaves_a_running_track_alone(rig: Rig, qtbot: QtBot) -> None:
    rig.open(msgspec.structs.replace(RUNS, continues="Fix login timer"))
    panel = rig.panel
    with (
        qtbot.assertNotEmitted(panel.continue_asked),
        qtbot.assertNotEmitted(panel.start_with_comment_asked),
    ):
        rig.key(Key.Key_Return)


def test_the_very_first_enter_starts_the_clock(rig: Rig, qtbot: QtBot) -> None:
    rig.open(FIRST)
    assert rig.body.pages.currentWidget() is rig.body.welcome
    with qtbot.waitSignal(rig.panel.start_with_comment_asked, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == [""]


def test_escape_clears_first_and_closes_then(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("lo")
    rig.key(Key.Key_Escape)
    assert rig.body.search.text() == ""
    assert rig.panel.isVisible()
    with qtbot.waitSignal(rig.panel.closed, timeout=500):
        rig.key(Key.Key_Escape)
    assert not rig.panel.isVisible()


def test_a_number_key_starts_a_recent_item(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        rig.key(Key.Key_3, CTRL)
    assert seen.args == ["p1", "Studio", "plan"]
    with qtbot.assertNotEmitted(rig.panel.start_asked):
        rig.key(Key.Key_9, CTRL)


def test_a_click_starts_a_recent_item(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rows = rig.body.list
    place = rows.visualRect(rows.model().index(1, 0)).center()
    with qtbot.waitSignal(rig.panel.start_asked, timeout=500) as seen:
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert seen.args == ["1350", "Work", ""]


def test_a_heading_and_what_runs_cannot_be_started(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.type("login")
    rig.panel.show_hits(HITS)
    rows = rig.body.list
    for row in (0, 1):
        place = rows.visualRect(rows.model().index(row, 0)).center()
        with qtbot.assertNotEmitted(rig.panel.start_asked):
            QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert rows.current() is None
        assert rows.selectedIndexes() == []


def test_what_was_chosen_stays_chosen_when_the_list_comes_again(rig: Rig) -> None:
    rig.open(RUNS)
    rig.type("login")
    rig.panel.show_hits(HITS)
    rig.key(Key.Key_Down)
    rig.panel.show_hits((*HITS[:2], msgspec.structs.replace(HITS[1], item_key="n"), HITS[2]))
    chosen = rig.body.list.current()
    assert chosen is not None
    assert chosen.item_key == "w"


def test_every_button_works_by_enter_and_space(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    for key in (Key.Key_Return, Key.Key_Space):
        rig.body.stop.setFocus()
        with qtbot.waitSignal(rig.panel.stop_asked, timeout=500):
            rig.key(key)
