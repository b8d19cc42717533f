"""The timesheet window by keys: choosing, days, what it asks, what is read out, and its size."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.timesheet_rows import Column, heading
from app.ui.timesheet_toolbar import date_words
from tests.ui.timesheet_stage import ALT, CONTROL, DAY, ROWS, SHIFT, Key, Sheet, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def sheet(qtbot: QtBot) -> Sheet:
    return Sheet(qtbot)


# --- choosing and asking -------------------------------------------------------------------------


def test_what_was_done_last_is_chosen_first(sheet: Sheet) -> None:
    chosen = sheet.window.list.chosen()
    assert chosen is not None
    assert chosen.id == "r"


@pytest.mark.parametrize(
    "key, modifiers, asked",
    [
        (Key.Key_Left, ALT, ("day_asked", date(2026, 11, 11))),
        (Key.Key_Right, ALT, ("day_asked", date(2026, 11, 13))),
        (Key.Key_Home, ALT, ("day_asked", date(2026, 11, 12))),
        (Key.Key_Z, CONTROL, ("undo_asked", None)),
        (Key.Key_Z, CONTROL | SHIFT, ("redo_asked", None)),
        (Key.Key_R, CONTROL, ("start_again", "r")),
        (Key.Key_F5, Qt.KeyboardModifier.NoModifier, ("sync_asked", None)),
    ],
)
def test_keys_ask(
    sheet: Sheet, key: Key, modifiers: Qt.KeyboardModifier, asked: tuple[str, object]
) -> None:
    sheet.press(key, modifiers)
    assert sheet.asked == [asked]


def test_today_is_found_from_another_day(sheet: Sheet) -> None:
    past = at(4) - timedelta(days=9)
    view = replace(
        DAY,
        day=date(2026, 11, 3),
        from_at=past,
        to_at=past + timedelta(days=1),
        is_today=False,
    )
    sheet.window.show_day(view)
    QTest.mouseClick(sheet.window.toolbar.today_button, Qt.MouseButton.LeftButton)
    assert sheet.asked == [("day_asked", date(2026, 11, 12))]


def test_del_deletes_at_once_but_never_what_runs_or_is_locked(sheet: Sheet) -> None:
    sheet.window.list.choose(0)
    sheet.press(Key.Key_Delete)
    assert sheet.asked == [("entry_deleted", "a")]
    for at_row, words in ((4, "This track runs."), (3, "Work has locked this entry.")):
        sheet.window.list.choose(at_row)
        sheet.press(Key.Key_Delete)
        assert sheet.window.refusal.sentence.startswith(words)
    sheet.window.list.choose(1)
    sheet.press(Key.Key_Delete)
    assert len(sheet.asked) == 1


def test_what_is_to_mend_is_found_in_turn(sheet: Sheet) -> None:
    found = []
    for _each in range(3):
        sheet.press(Key.Key_F8)
        chosen = sheet.window.list.chosen()
        assert chosen is not None
        found.append(chosen.id or chosen.kind)
    assert found == ["gap", "b", "gap"]
    sheet.press(Key.Key_F8, SHIFT)
    chosen = sheet.window.list.chosen()
    assert chosen is not None
    assert chosen.id == "b"


def test_the_filter_is_handed_on(sheet: Sheet) -> None:
    accounts = sheet.window.toolbar.accounts
    accounts.setCurrentIndex(2)
    accounts.activated.emit(2)
    assert sheet.asked == [("account_filter_changed", "Side")]


def test_undo_is_offered_only_when_there_is_something(sheet: Sheet) -> None:
    sheet.window.show_day(replace(DAY, can_undo=False))
    button = sheet.window.toolbar.undo_button
    assert not button.isEnabled()
    assert button.toolTip()


def test_esc_closes(sheet: Sheet) -> None:
    sheet.press(Key.Key_Escape)
    assert not sheet.window.isVisible()


def test_the_menu_has_what_fits_the_row(sheet: Sheet) -> None:
    def words() -> list[str]:
        menu = sheet.window.make_menu()
        made = [action.text().partition("\t")[0] for action in menu.actions()]
        menu.deleteLater()
        return made

    assert words() == ["Edit", "Start again", "Delete", "Add an entry…"]
    sheet.window.list.choose(1)
    assert words() == ["Fill…", "Add an entry…"]


# --- reading out, minutes, size ------------------------------------------------------------------


def test_rows_are_read_out(sheet: Sheet) -> None:
    model = sheet.window.list.rows
    role = Qt.ItemDataRole.AccessibleTextRole
    said = model.index(2, Column.TIME).data(role)
    assert said == (
        "09:30 to 10:30, 1:00, #1349, Fix <b>login</b> & timer, again, Development, Work, needs you"
    )
    assert model.index(1, Column.ACTIVITY).data(role)
    named = [
        model.headerData(at, Qt.Orientation.Horizontal, role) for at in range(model.columnCount())
    ]
    assert all(named)
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip


def test_every_control_has_a_name(sheet: Sheet) -> None:
    sheet.edit(0)
    for widget in sheet.window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName(), widget


def test_totals_are_read_out(sheet: Sheet) -> None:
    assert sheet.window.footer.accessibleName() == "6:00 of 8:00, Side 1:10, Gaps 0:30"


def test_the_day_is_asked_anew_by_the_minute_while_it_is_seen(sheet: Sheet) -> None:
    assert sheet.window.ticking
    sheet.window.show_day(replace(DAY, rows=ROWS[:2]))
    assert not sheet.window.ticking


def test_nothing_wakes_up_while_it_is_hidden(sheet: Sheet) -> None:
    sheet.window.hide()
    assert not sheet.window.ticking


def test_the_date_is_the_locales() -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        assert date_words(date(2026, 11, 20), 2026) == "Friday, 20 November"
        assert date_words(date(2025, 11, 20), 2026) == "Thursday, 20 November 2025"
        assert date_words(date(2026, 11, 20), 2026, short=True) == "Fri, 20 Nov"
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
        assert date_words(date(2026, 11, 20), 2026) == "Freitag, 20. November"
    finally:
        QLocale.setDefault(before)


@pytest.fixture
def large_type() -> Iterator[None]:
    before = QApplication.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * 2)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


def test_large_type_fits(large_type: None, sheet: Sheet) -> None:
    window = sheet.window
    assert window.list.rowHeight(window.list.rows.index(0, 0)) >= window.fontMetrics().height()
    sheet.edit(0)
    editor = window.editor
    for field in (editor.start, editor.stop, editor.item, editor.comment, editor.save):
        assert editor.rect().contains(field.mapTo(editor, field.rect().topLeft())), field
        assert editor.rect().contains(field.mapTo(editor, field.rect().bottomRight())), field
    digits = editor.start.fontMetrics().horizontalAdvance("00:00")
    assert editor.start.width() > digits
    header = window.list.header()
    for column in (Column.TIME, Column.LENGTH):
        words = header.fontMetrics().horizontalAdvance(heading(column))
        assert window.list.columnWidth(column) > words
