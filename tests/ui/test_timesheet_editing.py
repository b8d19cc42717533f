"""Editing a day in place: only what changed is told, refusals keep what was typed, new entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from app.ui.timesheet_views import EntryEdit
from tests.ui.timesheet_stage import ALT, CONTROL, DAY, ROWS, Key, Sheet, at

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def sheet(qtbot: QtBot) -> Sheet:
    return Sheet(qtbot)


# --- editing -------------------------------------------------------------------------------------


def test_an_untouched_entry_is_left_as_it_is(sheet: Sheet) -> None:
    sheet.edit(0)
    assert sheet.window.editor.isVisible()
    assert sheet.window.editor.start.hasFocus()
    sheet.press(Key.Key_Return)
    assert sheet.edits == []
    assert not sheet.window.editor.isVisible()
    assert sheet.window.list.hasFocus()


def test_only_what_was_changed_is_told(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.stop.setFocus()
    sheet.window.editor.stop.selectAll()
    sheet.type("915")
    assert sheet.window.editor.length.text() == "1:14"
    sheet.press(Key.Key_Return)
    assert sheet.asked == [("entry_changed", EntryEdit(id="a", stopped_at=at(9, 15)))]
    assert sheet.window.editor.isVisible(), "it closes when the change is on disk"
    sheet.window.show_day(DAY)
    assert not sheet.window.editor.isVisible()


def test_comment_and_activity_are_told(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("  other   words ")
    sheet.window.editor.activity.setCurrentIndex(2)
    sheet.window.editor.comment.setFocus()
    sheet.press(Key.Key_Return)
    assert sheet.edits == [EntryEdit(id="a", comment="other words", activity="t")]


def test_the_running_track_has_no_end_to_edit(sheet: Sheet) -> None:
    sheet.edit(4)
    assert not sheet.window.editor.stop.isEnabled()
    sheet.window.editor.start.setFocus()
    sheet.window.editor.start.selectAll()
    sheet.type("1305")
    sheet.press(Key.Key_Return)
    assert sheet.edits == [EntryEdit(id="r", started_at=at(13, 5))]


@pytest.mark.parametrize(
    "field, words, said",
    [
        ("start", "25:90", "“25:90” is no time."),
        ("stop", "7:00", "The end, 7:00, is not after the start."),
        ("stop", "23:00", "23:00 is still to come."),
        ("stop", "", "Type when it ended"),
        ("item", "nothing like it", "Nothing is chosen for “nothing like it”."),
    ],
)
def test_bad_input_is_said_and_kept(sheet: Sheet, field: str, words: str, said: str) -> None:
    sheet.edit(0)
    widget = {
        "start": sheet.window.editor.start,
        "stop": sheet.window.editor.stop,
        "item": sheet.window.editor.item,
    }[field]
    widget.setText(words)
    sheet.press(Key.Key_Return)
    assert sheet.edits == []
    assert sheet.window.editor.refusal.sentence.startswith(said)
    assert sheet.window.editor.refusal.isVisible()
    assert widget.text() == words
    assert widget.hasFocus()
    assert widget.accessibleDescription().startswith(said)


def test_a_refusal_of_the_core_keeps_what_was_typed(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("other words")
    sheet.press(Key.Key_Return)
    sheet.window.show_day(DAY)
    sheet.window.show_refusal("a", "It would overlap.")
    assert sheet.window.editor.isVisible()
    assert sheet.window.editor.refusal.sentence == "It would overlap."
    assert sheet.window.editor.comment.text() == "other words"


def test_a_refusal_of_another_row_stands_above_the_list(sheet: Sheet) -> None:
    sheet.window.show_refusal("b", "It cannot be deleted.")
    assert sheet.window.refusal.sentence == "It cannot be deleted."
    chosen = sheet.window.list.chosen()
    assert chosen is not None
    assert chosen.id == "b"


def test_esc_takes_back_and_then_closes(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("other words")
    sheet.press(Key.Key_Escape)
    assert not sheet.window.editor.isVisible()
    assert sheet.window.isVisible()
    assert sheet.edits == []
    sheet.edit(0)
    assert sheet.window.editor.comment.text() == "again"


def test_a_new_view_leaves_what_is_typed_alone(sheet: Sheet) -> None:
    sheet.edit(2)
    sheet.window.editor.comment.setText("other words")
    sheet.window.show_day(replace(DAY, rows=ROWS[1:]))
    assert sheet.window.editor.isVisible()
    assert sheet.window.editor.comment.text() == "other words"
    shown = sheet.window.editor.geometry()
    assert shown == sheet.window.editor.geometry().intersected(sheet.window.list.viewport().rect())


def test_another_day_or_closing_does_not_lose_what_is_typed(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("other words")
    sheet.press(Key.Key_Left, ALT)
    sheet.window.list.setFocus()
    sheet.press(Key.Key_Escape)
    assert sheet.asked == []
    assert sheet.window.isVisible()
    assert sheet.window.editor.refusal.sentence == "Save this first, or take it back by Esc."


def test_typing_does_not_keep_the_app_from_quitting(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("other words")
    assert sheet.window.close(), "what QApplication.quit does to each window"


def test_the_filter_stays_while_something_is_typed(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.comment.setText("other words")
    accounts = sheet.window.toolbar.accounts
    accounts.setCurrentIndex(2)
    accounts.activated.emit(2)
    assert sheet.asked == []
    assert accounts.currentIndex() == 0


def test_a_locked_row_says_why_it_cannot_be_edited(sheet: Sheet) -> None:
    sheet.edit(3)
    assert not sheet.window.editor.isVisible()
    assert sheet.window.refusal.sentence == "Work has locked this entry."


def test_arrows_in_the_editor_do_not_move_the_list(sheet: Sheet) -> None:
    sheet.edit(2)
    sheet.press(Key.Key_Up)
    chosen = sheet.window.list.chosen()
    assert chosen is not None
    assert chosen.id == "b"


# --- adding --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key, modifiers", [(Key.Key_Insert, None), (Key.Key_N, CONTROL)])
def test_a_new_entry_has_times_already(
    sheet: Sheet, key: Key, modifiers: Qt.KeyboardModifier | None
) -> None:
    sheet.press(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert sheet.window.editor.item.hasFocus()
    assert sheet.window.editor.account.isVisible()
    sheet.window.editor.comment.setText("Talk")
    sheet.press(Key.Key_Return)
    assert sheet.asked == [
        (
            "entry_added",
            EntryEdit(
                id="",
                account="Work",
                item_key="",
                comment="Talk",
                activity="",
                started_at=at(12),
                stopped_at=at(13),
            ),
        )
    ]


def test_a_gap_is_filled_with_its_own_times(sheet: Sheet) -> None:
    sheet.edit(1)
    sheet.press(Key.Key_Return)
    (edit,) = sheet.edits
    assert (edit.started_at, edit.stopped_at) == (at(9), at(9, 30))


def test_a_work_item_is_found_as_it_is_typed(sheet: Sheet) -> None:
    sheet.press(Key.Key_Insert)
    sheet.type("lo")
    item = sheet.window.editor.item
    assert sheet.searched[-1] == "lo"
    assert item.list_is_open()
    sheet.press(Key.Key_Return)
    assert item.text() == "#1371 Login page", "what runs may have time written down too"
    assert not item.list_is_open()
    sheet.press(Key.Key_Return)
    (edit,) = sheet.edits
    assert edit.item_key == "1371"


def test_an_item_brings_its_account_and_words(sheet: Sheet) -> None:
    sheet.press(Key.Key_Insert)
    sheet.type("lo")
    sheet.press(Key.Key_Down)
    sheet.press(Key.Key_Return)
    sheet.press(Key.Key_Return)
    (edit,) = sheet.edits
    assert (edit.item_key, edit.account, edit.comment) == ("s", "Side", "copy")
    assert sheet.window.editor.activity.toolTip() == "Side has no activity types."


def test_an_entry_finds_only_items_of_its_account(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.item.setFocus()
    sheet.window.editor.item.selectAll()
    sheet.type("lo")
    assert [it.title for it in sheet.window.editor.item.popup.list.rows if it.item] == [
        "Login page"
    ]
    sheet.press(Key.Key_Escape)
    assert not sheet.window.editor.item.list_is_open()
    assert sheet.window.editor.isVisible(), "the first Esc closes the list alone"


def test_a_number_typed_in_full_needs_no_choice(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.item.setFocus()
    sheet.window.editor.item.selectAll()
    sheet.type("#1371")
    sheet.window.editor.item.close_list()
    sheet.press(Key.Key_Return)
    assert sheet.edits == [EntryEdit(id="a", item_key="1371")]


def test_an_emptied_item_is_none(sheet: Sheet) -> None:
    sheet.edit(0)
    sheet.window.editor.item.setText("")
    sheet.press(Key.Key_Return)
    assert sheet.edits == [EntryEdit(id="a", item_key="")]
