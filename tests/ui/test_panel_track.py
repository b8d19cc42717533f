"""The running track in the panel: comment, activity type, start, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.ui.views import SyncView
from tests.ui.panel_rig import Rig
from tests.ui.sample_views import (
    NOW,
    RUNNING,
    RUNS,
    STOPPED,
    berlin,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

# What the display without a screen cannot do, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rig(qtbot: QtBot) -> Rig:
    """Give a panel that is not open yet."""
    return Rig(qtbot)


def test_a_comment_is_handed_on_once(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_M, CTRL)
    assert rig.body.fields.comment.hasFocus()
    rig.type("Fix it")
    with qtbot.waitSignal(rig.panel.comment_changed, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == ["Fix it"]
    with qtbot.assertNotEmitted(rig.panel.comment_changed):
        rig.body.search.setFocus()


def test_a_comment_being_typed_is_not_overwritten(rig: Rig) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_M, CTRL)
    rig.type("Half a sen")
    rig.panel.show_view(
        msgspec.structs.replace(RUNS, running=msgspec.structs.replace(RUNNING, comment="other"))
    )
    assert rig.body.fields.comment.text() == "Half a sen"
    rig.key(Key.Key_Escape)
    assert rig.body.fields.comment.text() == "other"
    assert rig.body.search.hasFocus()
    assert rig.panel.isVisible()


def test_stopping_keeps_the_comment_that_was_just_typed(rig: Rig) -> None:
    rig.open(RUNS)
    told: list[object] = []
    rig.panel.comment_changed.connect(told.append)
    rig.panel.stop_asked.connect(lambda: told.append("stop"))
    rig.key(Key.Key_M, CTRL)
    rig.type("Done")
    rig.key(Key.Key_D, CTRL)
    assert told == ["Done", "stop"]


def test_closing_keeps_the_comment_too(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_M, CTRL)
    rig.type("Done")
    with qtbot.waitSignal(rig.panel.comment_changed, timeout=500) as seen:
        rig.panel.close()
    assert seen.args == ["Done"]


def test_going_to_another_window_keeps_the_comment(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_M, CTRL)
    rig.type("Done")
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    with qtbot.waitSignal(rig.panel.comment_changed, timeout=500) as seen:
        other.activateWindow()
    assert seen.args == ["Done"]


def test_an_activity_is_chosen(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    activity = rig.body.fields.activity
    assert activity.currentText() == "Development"
    activity.setFocus()
    with qtbot.waitSignal(rig.panel.activity_changed, timeout=500) as seen:
        rig.key(Key.Key_Down)
    assert seen.args == ["test"]


def test_no_activities_is_said_and_never_left_unsaid(rig: Rig) -> None:
    none = msgspec.structs.replace(
        RUNNING, activities=(), activity_id="", no_activities="Clockify has no activity types."
    )
    rig.open(msgspec.structs.replace(RUNS, running=none))
    activity = rig.body.fields.activity
    assert not activity.isEnabled()
    assert "Clockify has no activity types." in activity.toolTip()
    silent = msgspec.structs.replace(none, no_activities="")
    rig.panel.show_view(msgspec.structs.replace(RUNS, running=silent))
    assert not activity.isVisible()


def test_the_start_is_moved_by_typing(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_E, CTRL)
    editor = rig.body.editor
    assert editor.isVisible()
    assert rig.body.stop.isVisible()
    assert editor.field.text() == "09:12"
    rig.type("905")
    assert editor.preview.text() == "The length becomes 1:12."
    assert rig.body.header.clock.text() == "1:05"
    with qtbot.waitSignal(rig.panel.start_moved, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == [berlin(9, 5)]
    moved = msgspec.structs.replace(RUNNING, started_at=berlin(9, 5))
    rig.panel.show_view(msgspec.structs.replace(RUNS, running=moved))
    assert not editor.isVisible()
    assert rig.body.header.clock.text() == "1:12"


def test_a_start_that_was_not_touched_keeps_its_seconds(rig: Rig, qtbot: QtBot) -> None:
    exact = msgspec.structs.replace(RUNNING, started_at=berlin(9, 12, 34))
    rig.open(msgspec.structs.replace(RUNS, running=exact))
    rig.key(Key.Key_E, CTRL)
    with qtbot.assertNotEmitted(rig.panel.start_moved):
        rig.key(Key.Key_Return)
    assert not rig.body.editor.isVisible()
    rig.key(Key.Key_E, CTRL)
    rig.body.editor.earlier.click()
    with qtbot.waitSignal(rig.panel.start_moved, timeout=500) as seen:
        rig.key(Key.Key_Return)
    assert seen.args == [berlin(9, 7, 34)]


def test_an_unreadable_start_is_said_at_the_field(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_E, CTRL)
    rig.type("25:90")
    assert rig.body.editor.refusal.sentence == ""
    with qtbot.assertNotEmitted(rig.panel.start_moved):
        rig.key(Key.Key_Return)
    assert "“25:90” is no time" in rig.body.editor.refusal.sentence
    assert rig.body.editor.field.hasFocus()
    rig.type("9")
    assert rig.body.editor.refusal.sentence == ""


def test_a_refused_start_keeps_what_was_typed(rig: Rig) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_E, CTRL)
    rig.type("8:00")
    rig.key(Key.Key_Return)
    rig.panel.show_refusal("start", "That is before “Planning” ended.")
    assert rig.body.editor.isVisible()
    assert rig.body.editor.field.text() == "8:00"
    assert rig.body.editor.refusal.sentence == "That is before “Planning” ended."
    rig.panel.show_view(RUNS)
    assert rig.body.editor.isVisible()


def test_a_hint_is_taken_and_marked(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_E, CTRL)
    hint = rig.body.editor.hints[0]
    QTest.mouseClick(hint, Qt.MouseButton.LeftButton)
    assert rig.body.editor.field.text() == "09:05"
    assert hint.isChecked()
    rig.key(Key.Key_Up)
    assert rig.body.editor.field.text() == "09:10"
    assert not hint.isChecked()


def test_a_step_never_goes_into_the_future(rig: Rig) -> None:
    recent = msgspec.structs.replace(RUNNING, started_at=NOW - timedelta(minutes=2))
    rig.open(msgspec.structs.replace(RUNS, running=recent))
    rig.key(Key.Key_E, CTRL)
    rig.body.editor.later.click()
    assert rig.body.editor.field.read() == NOW


def test_escape_leaves_the_start_editor_first(rig: Rig, qtbot: QtBot) -> None:
    rig.open(RUNS)
    rig.key(Key.Key_E, CTRL)
    with qtbot.assertNotEmitted(rig.panel.start_moved):
        rig.key(Key.Key_Escape)
    assert not rig.body.editor.isVisible()
    assert rig.panel.isVisible()
    assert rig.body.search.hasFocus()


def test_refusals_stand_where_they_happened(rig: Rig) -> None:
    rig.open(RUNS)
    rig.panel.show_refusal("activity", "Work does not know this activity type.")
    assert rig.body.fields.refusal.isVisible()
    rig.panel.show_refusal("search", "Side has no such item.")
    assert rig.body.search_refusal.sentence == "Side has no such item."
    rig.panel.show_refusal("track", "The disk is full.")
    assert rig.body.track_refusal.isVisible()
    rig.key(Key.Key_D, CTRL)
    assert not rig.body.track_refusal.isVisible()
    assert not rig.body.fields.refusal.isVisible()


def test_a_refusal_of_a_field_that_is_not_there_is_still_said(rig: Rig) -> None:
    rig.open(STOPPED)
    rig.panel.show_refusal("comment", "Nothing runs any more.")
    assert rig.body.track_refusal.isVisible()


def test_offline_is_told_with_its_next_step(rig: Rig, qtbot: QtBot) -> None:
    waits = SyncView(
        "offline",
        "3 changes wait",
        detail="Work is offline since 09:40. All is kept here.",
        next_try="Next try at 10:20",
    )
    rig.open(msgspec.structs.replace(RUNS, sync=waits))
    footer = rig.body.footer
    assert footer.detail.isVisible()
    assert footer.next_try.text() == "Next try at 10:20"
    with qtbot.waitSignal(rig.panel.sync_asked, timeout=500):
        footer.try_button.click()
    with qtbot.waitSignal(rig.panel.open_outbox, timeout=500):
        footer.show_button.click()
    with qtbot.waitSignal(rig.panel.open_outbox, timeout=500):
        footer.sync.click()
    rig.panel.show_view(RUNS)
    assert not footer.detail.isVisible()
    assert not footer.try_button.isVisible()


def test_tab_goes_to_comment_then_activity_and_all_around(rig: Rig) -> None:
    rig.open(RUNS)
    seen: list[QWidget] = []
    for _each in range(12):
        rig.key(Key.Key_Tab)
        seen.append(rig.focus)
        if rig.focus is rig.body.search:
            break
    body = rig.body
    assert seen == [
        body.fields.comment,
        body.fields.activity,
        body.stop,
        body.edit,
        body.header.since,
        body.list,
        body.footer.sync,
        body.search,
    ]
