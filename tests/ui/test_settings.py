"""The settings window: changes that hold at once, captured keys, refusals, live sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.ports.settings import SETTINGS
from app.ui.settings_pages import read_hours
from app.ui.settings_views import AccountRow, HotkeyView, SettingsView, SourceView
from app.ui.settings_window import SettingsWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

Key = Qt.Key
Held = Qt.KeyboardModifier
TOGGLE, PANEL = "hotkeys.toggle", "hotkeys.panel"
VIEW = SettingsView(
    accounts=(
        AccountRow("Work <b>&</b>", "7pace", 0, "signed in"),
        AccountRow("Here", "local", -1, "never sent", can_sign_in=False, why_kept="One stays."),
    ),
    idle_after_seconds=300,
    day_starts_at="00:00",
    day_target_hours=8,
    hotkeys=(
        HotkeyView(TOGGLE, "Start or stop", "Ctrl+Alt+S", "Works."),
        HotkeyView(PANEL, "Show the panel", "Ctrl+Alt+T", "Works."),
    ),
    tray_ink="follow",
    presence_source=SourceView("Input is watched by the XSync alarm."),
    hotkey_source=SourceView("They are grabbed from the X server."),
    about=("Timekept 0.1.0",),
)


class Window:
    """The window, and what it told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.shown = SettingsWindow()
        self.told: list[tuple[object, ...]] = []
        self.shown.setting_changed.connect(lambda *said: self.told.append(said))
        self.shown.account_add_asked.connect(lambda: self.told.append(("add",)))
        self.shown.account_remove_asked.connect(lambda name: self.told.append(("remove", name)))
        self.shown.sign_in_asked.connect(lambda name: self.told.append(("sign-in", name)))
        qtbot.addWidget(self.shown)
        self.shown.show_view(VIEW)
        self.shown.show()
        self.shown.activateWindow()
        qtbot.waitUntil(self.shown.isActiveWindow)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return Window(qtbot)


def test_pages_are_chosen_by_keys(window: Window) -> None:
    window.shown.list.setFocus()
    QTest.keyClick(window.shown.list, Key.Key_Down)
    assert window.shown.pages.currentWidget() is window.shown.time
    QTest.keyClick(window.shown.list, Key.Key_Escape)
    assert not window.shown.isVisible()


def test_every_key_that_is_told_is_a_setting(window: Window) -> None:
    known = {setting.key for setting in SETTINGS}
    pages = (window.shown.time, window.shown.hotkeys, window.shown.look)
    assert {key for page in pages for key in page.fields} <= known


def test_the_idle_threshold_holds_at_once(window: Window) -> None:
    box = window.shown.time.idle
    box.setCurrentIndex(box.findText("10 minutes"))
    box.activated.emit(box.currentIndex())
    assert window.told == [("presence.idle_after_seconds", 600)]


def test_a_value_of_ones_own_is_kept_in_the_list(window: Window) -> None:
    window.shown.show_view(replace(VIEW, idle_after_seconds=90, day_starts_at="04:30"))
    assert window.shown.time.idle.currentText() == "90 seconds"
    assert window.shown.time.starts.currentText() == "04:30"
    assert window.told == [], "showing is not changing"


def test_the_day_start_is_told(window: Window) -> None:
    box = window.shown.time.starts
    box.setCurrentIndex(box.findData("04:00"))
    box.activated.emit(box.currentIndex())
    assert window.told == [("timesheet.day_starts_at", "04:00")]


@pytest.mark.parametrize(
    "typed, hours",
    [("7:30", 7.5), ("7.5", 7.5), ("7,5", 7.5), ("8", 8), ("", 0), ("0", 0), ("24", 24)],
)
def test_a_target_is_read(window: Window, typed: str, hours: float) -> None:
    window.shown.show_page(window.shown.time)
    field = window.shown.time.target
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Key.Key_Return)
    assert window.told == [("timesheet.day_target_hours", hours)]


@pytest.mark.parametrize("typed", ["25", "7:60", "7:3", "much", "-1", "1:2:3", "nan"])
def test_a_target_that_cannot_be_is_said_and_kept(window: Window, typed: str) -> None:
    assert read_hours(typed) is None
    window.shown.show_page(window.shown.time)
    field = window.shown.time.target
    field.setText(typed)
    field.setFocus()
    QTest.keyClick(field, Key.Key_Return)
    assert window.told == []
    assert window.shown.time.fields["timesheet.day_target_hours"].refusal.isVisible()
    assert field.text() == typed


def test_keys_are_taken_as_they_are_pressed(window: Window) -> None:
    window.shown.show_page(window.shown.hotkeys)
    field = window.shown.hotkeys.key_field(TOGGLE)
    field.setFocus()
    QTest.keyClick(field, Key.Key_K, Held.ControlModifier | Held.AltModifier)
    assert window.told == [(TOGGLE, "Ctrl+Alt+K")]
    assert field.text() == "Ctrl+Alt+K"
    QTest.keyClick(field, Key.Key_F9, Held.MetaModifier)
    assert window.told[-1] == (TOGGLE, "Super+F9")
    QTest.keyClick(field, Key.Key_Backspace)
    assert window.told[-1] == (TOGGLE, "")


def test_a_held_key_alone_is_nothing_yet(window: Window) -> None:
    window.shown.show_page(window.shown.hotkeys)
    field = window.shown.hotkeys.key_field(TOGGLE)
    field.setFocus()
    QTest.keyClick(field, Key.Key_Control, Held.ControlModifier)
    assert window.told == []
    assert field.text() == "Ctrl+Alt+S"
    assert window.shown.hotkeys.fields[TOGGLE].refusal.sentence == ""


def test_a_bare_letter_is_refused_with_the_reason(window: Window) -> None:
    window.shown.show_page(window.shown.hotkeys)
    field = window.shown.hotkeys.key_field(PANEL)
    field.setFocus()
    QTest.keyClick(field, Key.Key_K)
    assert window.told == []
    said = window.shown.hotkeys.fields[PANEL].refusal.sentence
    assert "would take this key from every program" in said
    assert field.text() == "Ctrl+Alt+T"


def test_tab_and_esc_leave_the_key_field(window: Window) -> None:
    window.shown.show_page(window.shown.hotkeys)
    field = window.shown.hotkeys.key_field(TOGGLE)
    field.setFocus()
    QTest.keyClick(field, Key.Key_Tab)
    assert window.shown.hotkeys.key_field(PANEL).hasFocus()
    QTest.keyClick(window.shown.hotkeys.key_field(PANEL), Key.Key_Escape)
    assert not window.shown.isVisible()
    assert window.told == []


def test_a_taken_key_is_said_at_its_field(window: Window) -> None:
    taken = "Ctrl+Alt+T is taken by another program. Choose other keys."
    window.shown.show_refusal(PANEL, taken)
    assert window.shown.pages.currentWidget() is window.shown.hotkeys
    field = window.shown.hotkeys.fields[PANEL]
    assert field.refusal.sentence == taken
    assert field.widget.accessibleDescription() == taken
    view = replace(
        VIEW, hotkeys=(VIEW.hotkeys[0], replace(VIEW.hotkeys[1], state=taken, works=False))
    )
    window.shown.show_view(view)
    assert field.refusal.sentence == taken
    window.shown.show_view(VIEW)
    assert field.refusal.sentence == ""
    assert field.hint.text() == "Works."


def test_the_ink_is_told(window: Window) -> None:
    window.shown.show_page(window.shown.look)
    window.shown.look.choices["dark"].click()
    assert window.told == [("ui.tray_ink", "dark")]


def test_accounts_are_added_signed_in_and_removed(window: Window) -> None:
    page = window.shown.accounts
    page.add.click()
    line = page.rows["Work <b>&</b>"]
    line.sign_in.click()
    line.remove.click()
    assert window.told == [
        ("add",),
        ("sign-in", "Work <b>&</b>"),
        ("remove", "Work <b>&</b>"),
    ]
    here = page.rows["Here"]
    assert here.sign_in.isHidden()
    assert not here.remove.isEnabled()
    assert here.remove.toolTip() == "One stays."


def test_a_refused_removal_stands_at_the_account(window: Window) -> None:
    window.shown.list.setCurrentRow(3)
    window.shown.show_refusal("Work <b>&</b>", "3 changes are not told yet.")
    assert window.shown.pages.currentWidget() is window.shown.accounts
    line = window.shown.accounts.rows["Work <b>&</b>"]
    assert line.refusal.sentence == "3 changes are not told yet."


def warns(window: Window) -> bool:
    return window.shown.time.source.bar == "warning"


def test_live_sources_are_named_where_one_would_doubt(window: Window) -> None:
    window.shown.show_page(window.shown.time)
    assert window.shown.time.source.accessibleName() == "Input is watched by the XSync alarm."
    assert not warns(window)
    blind = SourceView("Timekept cannot see when you are away.", works=False)
    window.shown.show_view(replace(VIEW, presence_source=blind))
    assert warns(window)


def test_everything_has_a_name_and_is_plain(window: Window) -> None:
    for at in range(window.shown.list.count()):
        window.shown.list.setCurrentRow(at)
        for widget in window.shown.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), widget
            if isinstance(widget, QLabel) and widget.text():
                assert widget.textFormat() == Qt.TextFormat.PlainText


@pytest.fixture
def large_type() -> Iterator[None]:
    before = QApplication.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * 2)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


def test_large_type_fits(large_type: None, window: Window) -> None:
    for at in range(window.shown.list.count()):
        window.shown.list.setCurrentRow(at)
        QApplication.processEvents()
        for label in window.shown.findChildren(QLabel):
            if label.isVisible() and label.text() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
