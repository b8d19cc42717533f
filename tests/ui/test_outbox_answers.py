"""What the outbox asks, answered by mouse and keys: mending, two versions, questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from app.core.model import Hold, HoldReason
from app.core.state import Connection, Lane
from app.ui.outbox_views import OperationEdit
from tests.ui.outbox_stage import (
    CONTROL,
    HELD,
    NEAR,
    NOTES,
    NOW,
    REFUSAL,
    SENT,
    TWO,
    WAITS,
    Key,
    Outbox,
    at,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def mending(qtbot: QtBot) -> Outbox:
    outbox = Outbox(qtbot)
    outbox.press(Key.Key_Down)
    outbox.press(Key.Key_Return)
    return outbox


# --- mending -------------------------------------------------------------------------------------


def test_the_refused_field_has_the_focus_and_says_so(mending: Outbox) -> None:
    form = mending.window.pane.form
    assert mending.focus is form.activity
    assert form.activity.accessibleDescription() == "Work needs one here."
    assert form.activity.currentText() == "Choose an activity"


def test_what_is_mended_by_keys_is_sent(mending: Outbox) -> None:
    form = mending.window.pane.form
    mending.press(Key.Key_Down)
    assert form.activity.currentText() == "Development"
    form.comment.setFocus()
    mending.type("first draft")
    mending.press(Key.Key_Return)
    edit = OperationEdit("held", comment="first draft", activity="dev")
    assert mending.asked == [("mended", edit)]


def test_every_field_can_be_mended(mending: Outbox) -> None:
    form = mending.window.pane.form
    form.item.setFocus()
    form.item.selectAll()
    mending.type("import")
    mending.press(Key.Key_Return)
    form.start.setFocus()
    form.start.selectAll()
    mending.type("1115")
    form.stop.setText("12:10")
    assert form.length.text() == "0:55"
    form.tags.setText("a, b,, a")
    form.billable.setCurrentIndex(1)
    mending.click(mending.window.pane.send)
    edit = OperationEdit(
        "held",
        item_key="1413",
        tags=("a", "b"),
        billable=(True,),
        started_at=at(11, 15),
        stopped_at=at(12, 10),
    )
    assert mending.asked == [("mended", edit)]


def test_words_that_are_no_time_stay_and_say_so(mending: Outbox) -> None:
    form = mending.window.pane.form
    form.stop.setText("26:00")
    mending.click(mending.window.pane.send)
    assert mending.asked == []
    assert mending.focus is form.stop
    assert "26:00" in form.stop.accessibleDescription()
    form.stop.setText("10:00")
    mending.click(mending.window.pane.send)
    assert "not after the start" in form.stop.accessibleDescription()


def test_nothing_changed_is_not_sent_as_a_mend(mending: Outbox) -> None:
    mending.press(Key.Key_Return)
    assert mending.asked == []
    assert mending.window.pane.refusal.sentence.startswith("Nothing is changed yet.")


def test_what_is_typed_stays_through_a_refusal_another_row_and_another_state(
    mending: Outbox,
) -> None:
    form = mending.window.pane.form
    form.comment.setFocus()
    mending.type("half a thou")
    mending.window.show_refusal("held", "The disk is full.")
    assert form.comment.text() == "half a thou"
    mending.show(Side=Lane(connection=Connection.OFFLINE))
    assert form.comment.text() == "half a thou"
    assert mending.focus is form.comment
    mending.press(Key.Key_Escape)
    mending.press(Key.Key_Down)
    mending.press(Key.Key_Up)
    assert form.comment.text() == "half a thou"
    assert mending.window.isVisible()


def test_what_is_typed_for_one_stays_while_another_is_mended(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, HELD, replace(HELD, id="other", order=3))
    form = outbox.window.pane.form
    form.item.setFocus()
    form.item.selectAll()
    outbox.type("import")
    outbox.press(Key.Key_Return)
    form.comment.setText("half a thou")
    outbox.window.choose("other")
    assert form.comment.text() == ""
    outbox.window.choose("held")
    outbox.click(outbox.window.pane.send)
    edit = OperationEdit("held", item_key="1413", comment="half a thou")
    assert outbox.asked == [("mended", edit)]


def test_a_mend_refused_again_shows_the_new_words_and_loses_nothing(mending: Outbox) -> None:
    form = mending.window.pane.form
    form.comment.setText("mended")
    mending.click(mending.window.pane.send)
    meant = replace(NOTES, comment="mended")
    mending.window.say_done("held")
    mending.show(replace(SENT, id="held", meant=meant, order=2))
    assert not form.isVisible()
    again = Hold(HoldReason.REFUSED, NOW, "The comment is too long.")
    mending.show(replace(HELD, meant=meant, hold=again))
    assert mending.window.pane.quote.text() == "“The comment is too long.”"
    assert form.comment.text() == "mended"
    assert form.comment.accessibleDescription() == "Work refused this."
    assert mending.focus is form.comment


def test_a_comment_of_several_lines_is_left_alone(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, replace(HELD, meant=replace(NOTES, comment="one\ntwo")))
    outbox.window.pane.form.activity.setCurrentIndex(1)
    outbox.click(outbox.window.pane.send)
    assert outbox.asked == [("mended", OperationEdit("held", activity="dev"))]


def test_the_servers_words_are_shown_in_full(qtbot: QtBot) -> None:
    words = " ".join(["A very long refusal with <i>markup</i>."] * 30)
    outbox = Outbox(qtbot, replace(HELD, hold=Hold(HoldReason.REFUSED, NOW, words)))
    quote = outbox.window.pane.quote
    assert quote.text() == f"“{words}”"
    qtbot.waitUntil(lambda: quote.height() >= quote.heightForWidth(quote.width()))


# --- two versions --------------------------------------------------------------------------------


def test_a_side_is_chosen_for_each_field_that_differs(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, TWO)
    outbox.press(Key.Key_Return)
    dialog = outbox.window.sides
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.cells["time"][0].button is not None)
    assert set(dialog.cells) == {"time", "comment"}
    assert dialog.outcome.text() == (
        "Result: 11:20 – 12:00 (0:40), #1362 Notes <b>&</b> more, “ours”."
    )
    outbox.click(dialog.cells["comment"][1])
    assert "“theirs”" in dialog.outcome.text()
    outbox.click(dialog.all_theirs)
    assert "11:20 – 12:30 (1:10)" in dialog.outcome.text()
    outbox.click(dialog.all_ours)
    outbox.click(dialog.cells["time"][1])
    outbox.click(dialog.save)
    assert outbox.asked == [("sides_saved", "two", frozenset({"time"}))]
    outbox.window.say_done("two")
    assert not dialog.isVisible()


def test_sides_are_chosen_by_keys(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, TWO)
    outbox.press(Key.Key_Return)
    dialog = outbox.window.sides
    ours = dialog.cells["time"][0].button
    assert ours is not None
    qtbot.waitUntil(ours.hasFocus)
    outbox.press(Key.Key_Right)
    outbox.press(Key.Key_Return)
    assert outbox.asked == [("sides_saved", "two", frozenset({"time"}))]
    outbox.press(Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_was_chosen_stays_while_states_come_and_goes_with_the_question(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, TWO, WAITS)
    outbox.window.choose("two")
    dialog = outbox.window.sides
    outbox.click(dialog.cells["comment"][1])
    outbox.show(Work=Lane(connection=Connection.OFFLINE))
    assert dialog.theirs() == {"comment"}
    outbox.window.show_refusal("two", "The disk is full.")
    assert dialog.refusal.sentence == "The disk is full."
    assert dialog.theirs() == {"comment"}
    outbox.show(WAITS)
    assert not dialog.isVisible()


def test_an_echo_has_its_own_sentence(qtbot: QtBot) -> None:
    assert TWO.hold is not None
    outbox = Outbox(qtbot, replace(TWO, hold=replace(TWO.hold, reason=HoldReason.ECHO)))
    assert outbox.window.pane.title.text() == (
        "Side shows again what “Notes <b>&</b> more” had before."
    )


# --- questions -----------------------------------------------------------------------------------


def test_none_of_the_candidates_is_chosen_for_the_user(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, NEAR)
    pane = outbox.window.pane
    assert [row.view.title for row in pane.answers.rows] == [
        "11:20 – 12:30, Notes <b>&</b> more",
        "11:20 – 12:00, Notes <b>&</b> more",
        "None of them",
    ]
    assert pane.answers.chosen_at() == -1
    outbox.click(pane.send)
    assert outbox.asked == []
    assert pane.refusal.sentence == "Choose one first."
    outbox.press(Key.Key_Return)
    pane.answers.rows[0].button.setFocus()
    outbox.press(Key.Key_2)
    outbox.press(Key.Key_Return)
    outbox.click(pane.answers.rows[2])
    outbox.click(pane.send)
    assert outbox.asked == [("answered", "near", "match:8"), ("answered", "near", "none")]


@pytest.mark.parametrize(
    "hold, chosen, codes",
    [
        (Hold(HoldReason.GONE, NOW), "Create it there again", ["retry", "discard"]),
        (Hold(HoldReason.LOCKED, NOW, REFUSAL), "Send it again", ["retry", "discard"]),
        (Hold(HoldReason.RESTORED, NOW), "Look, then send it", ["retry", "discard"]),
        (Hold(HoldReason.TWIN, NOW, twin_of="x"), "Keep both", ["keep", "take-back"]),
        (
            Hold(HoldReason.FOREIGN_TRACK, NOW, theirs=replace(NOTES, started_at=at(11, 50))),
            "End mine, keep 0:30",
            ["ends-ours", "ends-theirs"],
        ),
    ],
)
def test_a_question_offers_the_safe_answer_first_and_the_button_repeats_it(
    qtbot: QtBot, hold: Hold, chosen: str, codes: list[str]
) -> None:
    outbox = Outbox(qtbot, replace(HELD, hold=hold, acknowledged=NOTES, remote_id="r"))
    pane = outbox.window.pane
    assert pane.send.text() == chosen
    outbox.press(Key.Key_Return)
    assert pane.answers.rows[0].button.hasFocus()
    outbox.press(Key.Key_Return)
    outbox.press(Key.Key_Down)
    assert pane.send.text() != chosen
    outbox.press(Key.Key_Return)
    assert outbox.asked == [("answered", "held", code) for code in codes]
    outbox.press(Key.Key_Escape)
    assert outbox.window.list.hasFocus()


def test_a_refused_deletion_has_no_form(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, replace(HELD, deleted=True, acknowledged=NOTES, remote_id="r"))
    pane = outbox.window.pane
    assert not pane.form.isVisible()
    assert pane.title.text() == "Work refused to delete this entry."
    outbox.press(Key.Key_T, CONTROL)
    assert outbox.asked == [("retry_asked", "held")]


def test_foreign_words_in_answers_are_no_mnemonics(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot, NEAR)
    button = outbox.window.pane.answers.rows[0].button
    assert "&&" in button.text()
    assert button.shortcut().isEmpty()
    assert outbox.window.pane.answers.rows[0].text.textFormat() == Qt.TextFormat.PlainText
