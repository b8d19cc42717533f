"""The outbox window by mouse and keys: choosing, trying again, giving up, when nothing waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.core.model import Subject
from app.core.state import Connection, Lane
from app.ui.outbox_views import OutboxRow
from tests.ui.outbox_stage import (
    ALT,
    CONTROL,
    HELD,
    NOW,
    REFUSAL,
    SENT,
    TWO,
    WAITS,
    Key,
    Outbox,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def outbox(qtbot: QtBot) -> Outbox:
    return Outbox(qtbot)


def test_headings_are_passed_over_by_every_key(outbox: Outbox) -> None:
    assert outbox.chosen == "sent"
    seen = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_End, Key.Key_Home):
        outbox.press(key)
        seen.append(outbox.chosen)
    outbox.press(Key.Key_PageDown)
    seen.append(outbox.chosen)
    outbox.press(Key.Key_PageUp)
    assert [*seen, outbox.chosen] == ["held", "waits", "held", "two", "sent", "two", "sent"]


def test_a_row_is_chosen_by_a_click_and_a_heading_is_not(outbox: Outbox) -> None:
    rows = outbox.window.list
    for at, chosen in ((2, "held"), (3, "held"), (4, "waits")):
        place = rows.visualRect(rows.lines.index(at, 1)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert outbox.chosen == chosen


def test_a_held_one_is_tried_again_or_given_up(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    outbox.press(Key.Key_T, CONTROL)
    outbox.press(Key.Key_Delete)
    outbox.click(outbox.window.pane.as_it_is)
    outbox.click(outbox.window.pane.discard)
    again, up = ("retry_asked", "held"), ("discard_asked", "held")
    assert outbox.asked == [again, up, again, up]


def test_what_cannot_be_done_says_why(outbox: Outbox) -> None:
    pane = outbox.window.pane
    outbox.press(Key.Key_Delete)
    assert pane.refusal.sentence.startswith("It is not known yet whether it arrived")
    outbox.press(Key.Key_T, CONTROL)
    assert pane.refusal.sentence == "It is not held: it goes by itself."
    assert outbox.asked == []
    outbox.press(Key.Key_Down)
    assert not pane.refusal.isVisible()


def test_all_is_tried_and_taken_back_by_keys(outbox: Outbox) -> None:
    outbox.press(Key.Key_F5)
    outbox.press(Key.Key_Z, CONTROL)
    outbox.press(Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert outbox.asked == [("sync_asked",), ("undo_asked",), ("redo_asked",)]
    outbox.press(Key.Key_Escape)
    assert not outbox.window.isVisible()


def test_a_heading_offers_what_helps_its_account(outbox: Outbox) -> None:
    outbox.show(
        Work=Lane(connection=Connection.SIGN_IN_REQUIRED),
        Side=Lane(connection=Connection.ONLINE, throttled_until=NOW.replace(minute=32)),
    )
    work, side = outbox.window.list.headings()
    assert side.button.isHidden()
    outbox.click(work.button)
    outbox.show(Work=Lane(connection=Connection.OFFLINE), Side=Lane())
    for heading in outbox.window.list.headings():
        outbox.click(heading.button)
    assert outbox.asked == [("sign_in_asked", "Work"), ("sync_asked",), ("sync_asked",)]


def test_tab_reaches_everything_and_shows_where_it_is(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    reached: list[QWidget] = []
    while outbox.focus not in reached:
        reached.append(outbox.focus)
        outbox.press(Key.Key_Tab)
    pane = outbox.window.pane
    wanted = {outbox.window.list, outbox.window.head.export, pane.send, pane.as_it_is}
    wanted |= {pane.happened, pane.export, pane.discard, pane.form.activity, pane.form.comment}
    wanted |= {heading.button for heading in outbox.window.list.headings()}
    assert wanted <= set(reached)
    assert all(widget.accessibleName() for widget in reached)


def test_what_was_chosen_stays_chosen(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    outbox.show(HELD, WAITS, TWO)
    assert outbox.chosen == "held"


def test_what_is_not_there_cannot_be_chosen(outbox: Outbox) -> None:
    outbox.press(Key.Key_Down)
    for subject_id in ("", "unknown"):
        assert not outbox.window.list.choose_id(subject_id)
    outbox.show(HELD, WAITS, TWO)
    assert outbox.chosen == "held"


def test_when_the_chosen_one_is_told_the_next_is_chosen(outbox: Outbox) -> None:
    outbox.show(HELD, WAITS, TWO)
    assert outbox.chosen == "held"
    outbox.show(HELD)
    assert outbox.chosen == "held"
    assert outbox.window.pane.title.text() == "Work refused this entry."


def test_a_refusal_is_said_where_it_was_asked(outbox: Outbox) -> None:
    outbox.window.show_refusal("sent", "It is being told.")
    assert outbox.window.pane.refusal.isVisible()
    outbox.window.show_refusal("", "The disk is full.")
    assert outbox.window.refusal.sentence == "The disk is full."
    assert outbox.window.refusal.isVisible()


def test_when_nothing_waits_it_teaches(outbox: Outbox) -> None:
    outbox.state = replace(outbox.state, subjects={})
    outbox.show()
    assert not outbox.window.list.isVisible()
    shown = [it.text() for it in outbox.window.findChildren(QLabel) if it.isVisible()]
    assert "Nothing waits" in shown
    assert any("it waits here until it is told" in words for words in shown)
    assert not outbox.window.head.export.isEnabled()


def test_rows_are_read_out_and_plain(outbox: Outbox) -> None:
    model = outbox.window.list.lines
    said = model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"held, New entry, 11:20 – 12:00: Notes <b>&</b> more, “{REFUSAL}”, you, 2"
    assert "&lt;b&gt;" in model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    outbox.press(Key.Key_Down)
    for label in outbox.window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or not label.text(), label.text()
    assert outbox.window.pane.quote.text() == f"“{REFUSAL}”"


def test_what_happened_is_told_newest_last(outbox: Outbox) -> None:
    outbox.note("held", "told", write="create")
    outbox.note("held", "refused", words=REFUSAL)
    outbox.press(Key.Key_Down)
    outbox.press(Key.Key_Return, ALT)
    history = outbox.window.pane.history
    assert history.isVisible()
    assert history.hasFocus()
    said = [history.item(at).text() for at in range(history.count())]
    assert said == [
        "The entry was sent to Work.",
        f"Work refused it: “{REFUSAL}” It is kept here and waits for you.",
    ]
    assert not outbox.window.pane.form.isVisible()
    outbox.press(Key.Key_Escape)
    assert outbox.window.pane.form.isVisible()
    assert outbox.window.list.hasFocus()
    outbox.click(outbox.window.pane.happened)
    assert history.isVisible()
    outbox.click(outbox.window.pane.happened)
    assert not history.isVisible()


def test_one_or_all_can_be_exported(outbox: Outbox) -> None:
    outbox.click(outbox.window.head.export)
    outbox.click(outbox.window.pane.export)
    assert outbox.asked == [("export_asked", ""), ("export_asked", "sent")]


def many(count: int) -> list[Subject]:
    return [replace(WAITS, id=f"m{number}", order=number) for number in range(count)]


def test_a_list_that_is_read_stays_where_it_is_while_lines_go(qtbot: QtBot) -> None:
    subjects = many(300)
    outbox = Outbox(qtbot, *subjects)
    rows = outbox.window.list
    rows.verticalScrollBar().setValue(150)
    top = rows.lines.keys[rows.indexAt(QPoint(0, 0)).row()]
    for told in (37, 90):
        outbox.show(*subjects[told:])
        assert rows.lines.keys[rows.indexAt(QPoint(0, 0)).row()] == top
        assert outbox.window.head.note.text().startswith(f"Telling {told} of 300.")
    assert rows.headings()[0].isVisibleTo(rows.viewport())


def test_only_what_is_seen_is_worded(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    worded: list[str] = []
    row = outbox.book.row

    def listened(operation_id: str) -> OutboxRow:
        worded.append(operation_id)
        return row(operation_id)

    monkeypatch.setattr(outbox.book, "row", listened)
    subjects = many(10_000)
    outbox.show(*subjects)
    outbox.window.list.viewport().repaint()
    assert 0 < len(set(worded)) < 200
    worded.clear()
    outbox.show(*subjects[1:])
    outbox.window.list.viewport().repaint()
    assert len(set(worded)) < 200


@pytest.fixture
def _large_type() -> Iterator[None]:
    before = QApplication.font()
    font = QApplication.font()
    font.setPointSizeF(before.pointSizeF() * 2)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


@pytest.mark.usefixtures("_large_type")
def test_with_large_type_the_pane_stands_below_and_nothing_is_cut(qtbot: QtBot) -> None:
    outbox = Outbox(qtbot)
    outbox.press(Key.Key_Down)
    pane = outbox.window.pane
    assert pane.send.width() >= pane.send.sizeHint().width()
    quote = pane.quote
    qtbot.waitUntil(lambda: quote.height() >= quote.heightForWidth(quote.width()))
    assert outbox.window.list.rowHeight(1) >= outbox.window.fontMetrics().height()


def test_sent_is_known_by_its_mark(outbox: Outbox) -> None:
    row = outbox.book.row(SENT.id)
    assert (row.state, row.state_mark, row.why) == ("in flight", "arrow-dotted", "Sent at 14:00.")
