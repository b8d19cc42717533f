"""The account dialog: what is asked and missing, waiting, refusals, and a secret that stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget

from app.ui.account_dialog import AccountDialog
from app.ui.account_views import KindView, OptionView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from app.ui.account_field import FormField

KINDS = (
    KindView(
        "7pace",
        "7pace <b>Timetracker</b>",
        example_url="https://example.test",
        options=(OptionView("api_version", "API version"), "user_name"),
    ),
    KindView("local", "On this computer", needs_url=False, needs_secret=False),
)
SECRET = "s3cret-and-long"


class Form:
    """The dialog and what it asked for."""

    def __init__(self, qtbot: QtBot, dialog: AccountDialog) -> None:
        self.dialog = dialog
        self.asked: list[tuple[object, ...]] = []
        dialog.check_asked.connect(lambda *said: self.asked.append(said))
        dialog.sign_in_asked.connect(lambda *said: self.asked.append(said))
        dialog.check_cancelled.connect(lambda: self.asked.append(("cancelled",)))
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)

    def fill(self, field: FormField, words: str) -> None:
        field.widget.setFocus()
        QTest.keyClicks(field.widget, words)

    def text(self, field: FormField) -> str:
        assert isinstance(field.widget, QLineEdit)
        return field.widget.text()

    def enter(self) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, Qt.Key.Key_Return)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return Form(qtbot, AccountDialog(KINDS))


def filled(form: Form) -> Form:
    form.fill(form.dialog.url, "https://example.test")
    form.fill(form.dialog.secret, SECRET)
    return form


def test_what_was_typed_is_handed_on(form: Form) -> None:
    assert form.dialog.url.widget.hasFocus()
    filled(form).enter()
    assert form.asked == [("7pace", "7pace", "https://example.test", SECRET, {})]


def test_options_are_handed_on_when_they_say_something(form: Form) -> None:
    filled(form)
    QTest.mouseClick(form.dialog.more, Qt.MouseButton.LeftButton)
    widget = QApplication.focusWidget()
    assert isinstance(widget, QLineEdit)
    QTest.keyClicks(widget, "3.2")
    form.enter()
    assert form.asked[0][4] == {"api_version": "3.2"}


@pytest.mark.parametrize("missing", ["name", "url", "secret"])
def test_what_is_missing_is_said_at_its_field(form: Form, missing: str) -> None:
    filled(form)
    field: FormField = getattr(form.dialog, missing)
    assert isinstance(field.widget, QLineEdit)
    field.widget.clear()
    form.enter()
    assert form.asked == []
    assert field.refusal.isVisible()
    assert field.widget.hasFocus()
    assert field.widget.accessibleDescription() == field.refusal.sentence


def test_a_kind_without_a_server_asks_for_a_name_alone(form: Form) -> None:
    assert isinstance(form.dialog.kind.widget, QComboBox)
    form.dialog.kind.widget.setCurrentIndex(1)
    assert form.dialog.url.isHidden()
    assert form.dialog.secret.isHidden()
    assert form.dialog.check.text() == "Add"
    form.dialog.try_check()
    assert form.asked == [("local", "On this computer", "", "", {})]


def test_a_name_of_ones_own_survives_another_kind(form: Form) -> None:
    form.dialog.name.widget.setFocus()
    assert isinstance(form.dialog.name.widget, QLineEdit)
    form.dialog.name.widget.selectAll()
    form.fill(form.dialog.name, "Work")
    assert isinstance(form.dialog.kind.widget, QComboBox)
    form.dialog.kind.widget.setCurrentIndex(1)
    assert form.text(form.dialog.name) == "Work"


def test_while_it_is_checked_nothing_can_be_asked_twice(form: Form, qtbot: QtBot) -> None:
    filled(form).enter()
    form.dialog.try_check()
    assert len(form.asked) == 1
    assert not form.dialog.url.widget.isEnabled()
    qtbot.waitUntil(form.dialog.is_waiting_shown, timeout=5000)


def test_the_check_can_be_cancelled_and_nothing_is_lost(form: Form) -> None:
    filled(form).enter()
    QTest.keyClick(form.dialog, Qt.Key.Key_Escape)
    assert form.asked[-1] == ("cancelled",)
    assert form.dialog.isVisible()
    assert form.dialog.url.widget.isEnabled()
    assert form.text(form.dialog.secret) == SECRET
    QTest.keyClick(form.dialog, Qt.Key.Key_Escape)
    assert not form.dialog.isVisible()


def test_a_check_does_not_keep_the_app_from_quitting(form: Form) -> None:
    filled(form).enter()
    assert form.dialog.close(), "what QApplication.quit does to each window"
    assert form.asked[-1] == ("cancelled",)


def test_a_refusal_stands_at_its_field_and_nothing_is_lost(form: Form) -> None:
    filled(form).enter()
    form.dialog.show_refused("token", "The server does not know this <i>token</i>.")
    assert form.dialog.secret.refusal.sentence == "The server does not know this <i>token</i>."
    assert form.dialog.secret.widget.hasFocus()
    assert form.text(form.dialog.secret) == SECRET
    form.enter()
    assert len(form.asked) == 2
    assert form.dialog.secret.refusal.sentence == ""
    form.dialog.show_refused("", "No keyring is there.")
    assert form.dialog.refusal.sentence == "No keyring is there."
    form.dialog.show_refused("user_name", "Nobody has this name.")
    assert QApplication.focusWidget() is not form.dialog.secret.widget


def test_it_closes_when_the_account_is_there(form: Form) -> None:
    filled(form).enter()
    form.dialog.show_added()
    assert not form.dialog.isVisible()


@pytest.mark.parametrize("how", ["added", "escape", "close"])
def test_the_secret_is_forgotten_when_it_closes(form: Form, how: str) -> None:
    filled(form)
    secret = form.dialog.secret.widget
    assert isinstance(secret, QLineEdit)
    if how == "added":
        form.dialog.show_added()
    elif how == "escape":
        QTest.keyClick(form.dialog, Qt.Key.Key_Escape)
    else:
        form.dialog.close()
    assert secret.text() == ""
    secret.undo()
    assert secret.text() == ""


def test_the_secret_is_shown_nowhere(form: Form) -> None:
    filled(form).enter()
    form.dialog.show_refused("token", "No.")
    secret = form.dialog.secret.widget
    assert isinstance(secret, QLineEdit)
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    assert SECRET not in secret.displayText()
    for widget in form.dialog.findChildren(QWidget):
        said = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel):
            said.append(widget.text())
            assert widget.textFormat() == Qt.TextFormat.PlainText or not widget.text()
        assert SECRET not in " ".join(said)


def test_signing_in_anew_asks_for_the_secret_alone(qtbot: QtBot) -> None:
    form = Form(qtbot, AccountDialog.sign_in("Work", "API key"))
    assert form.dialog.windowTitle() == "Sign in to Work"
    assert form.dialog.name.isHidden()
    assert form.dialog.secret.widget.accessibleName() == "API key"
    form.fill(form.dialog.secret, f" {SECRET} ")
    form.enter()
    assert form.asked == [("Work", SECRET)]


@pytest.fixture
def large_type() -> Iterator[None]:
    before = QApplication.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * 2)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


def test_large_type_fits(large_type: None, form: Form) -> None:
    form.dialog.show_refused("token", "A sentence that is long enough to need a second line. " * 2)
    for label in form.dialog.findChildren(QLabel):
        if label.isVisible() and label.text() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
    bottom = form.dialog.check.mapTo(form.dialog, form.dialog.check.rect().bottomRight())
    assert form.dialog.rect().contains(bottom)
