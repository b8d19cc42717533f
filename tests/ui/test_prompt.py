"""The prompt window: answers by keys and pointer, no stolen focus or keys, the countdown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.label import Label
from app.ui.prompt import KEYS_COUNT_AFTER_MS, PromptWindow
from app.ui.prompt_views import AnswerView, PromptView, StripView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 11, 12, 11, 18, tzinfo=UTC)
ABSENCE = PromptView(
    id="a",
    kind="absence",
    window_title="You were away",
    mark="padlock",
    title="You were away for 0:42.",
    text="From 10:31 to 11:13, screen locked. “A <b>bold</b> & R&D” kept running.",
    answers=(
        AnswerView("keep", "Keep the time", "0:42 stays on <b>it</b> & all.", "Keep 0:42"),
        AnswerView("discard", "Take it off and stop", "It ends at 10:31.", "Take off 0:42"),
        AnswerView("discard-continue", "Take it off and go on", "A new one.", "Take off, go on"),
    ),
    undoable=True,
    strip=StripView(4740, 2520, 300, ("09:12", "10:31", "11:13"), "It, 1:19", "It, then away"),
)
CHECK = PromptView(
    id="c",
    kind="check",
    window_title="Activity check",
    mark="question",
    title="Are you still working?",
    text="Work asks.",
    answers=(
        AnswerView("yes", "Yes, go on", "It runs on.", "Go on"),
        AnswerView("no", "No, stop it now", "It ends now.", "Stop now"),
    ),
    asked_at=NOW - timedelta(seconds=72),
    until_at=NOW + timedelta(seconds=108),
)


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def window(qtbot: QtBot, clock: list[datetime]) -> PromptWindow:
    made = PromptWindow(now=lambda: clock[0])
    qtbot.addWidget(made)
    return made


def ready(qtbot: QtBot, window: PromptWindow) -> None:
    """Make it the active window and wait until its keys count."""
    window.activateWindow()
    qtbot.waitUntil(window.keys_count, timeout=5000)


def heard(signal: object) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    signal.connect(lambda *values: said.append(values))  # type: ignore[attr-defined]  # any signal
    return said


def test_it_shows_without_taking_the_focus(qtbot: QtBot, window: PromptWindow) -> None:
    window.show_prompt(ABSENCE)
    assert window.shown_id == "a"
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert not window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus


def test_a_key_that_comes_too_early_is_not_an_answer(qtbot: QtBot, window: PromptWindow) -> None:
    said = heard(window.absence_answered)
    put_off = heard(window.later)
    window.show_prompt(ABSENCE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    target = window.answers.rows[0].button
    for key in (Qt.Key.Key_2, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space):
        QTest.keyClick(target, key)
        QTest.keyClick(window, key)
        QTest.keyClick(window.apply_button, key)
    assert not window.keys_count()
    assert said == put_off == []
    assert window.answers.rows[0].button.isChecked()


def test_a_digit_chooses_and_enter_applies(qtbot: QtBot, window: PromptWindow) -> None:
    said = heard(window.absence_answered)
    window.show_prompt(ABSENCE)
    ready(qtbot, window)
    assert window.apply_button.text() == "Keep 0:42"
    QTest.keyClick(window.answers.rows[0].button, Qt.Key.Key_3)
    assert window.apply_button.text() == "Take off, go on"
    assert window.answers.rows[2].button.hasFocus()
    QTest.keyClick(window.answers.rows[2].button, Qt.Key.Key_Return)
    assert said == [("a", "discard-continue")]
    assert window.isVisible(), "it stays until the answer is on disk"
    window.dismiss()
    assert window.shown_id is None


def test_the_safe_answer_is_chosen_anew_for_each_question(
    qtbot: QtBot, window: PromptWindow
) -> None:
    window.show_prompt(ABSENCE)
    window.answers.choose(2)
    window.dismiss()
    window.show_prompt(CHECK)
    answer = window.answers.answer()
    assert answer is not None
    assert answer.answer == "yes"


def test_a_click_anywhere_in_a_row_chooses_it(qtbot: QtBot, window: PromptWindow) -> None:
    window.show_prompt(ABSENCE)
    QTest.mouseClick(window.answers.rows[1], Qt.MouseButton.LeftButton)
    said = heard(window.absence_answered)
    QTest.mouseClick(window.apply_button, Qt.MouseButton.LeftButton)
    assert said == [("a", "discard")]


@pytest.mark.parametrize("choice, working", [(Qt.Key.Key_1, True), (Qt.Key.Key_2, False)])
def test_a_check_is_answered_yes_or_no(
    qtbot: QtBot, window: PromptWindow, choice: Qt.Key, working: bool
) -> None:
    said = heard(window.check_answered)
    window.show_prompt(CHECK)
    ready(qtbot, window)
    QTest.keyClick(window, choice)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert said == [("c", working)]


@pytest.mark.parametrize("how", ["escape", "close", "button"])
def test_it_can_always_be_put_off(qtbot: QtBot, window: PromptWindow, how: str) -> None:
    said = heard(window.later)
    window.show_prompt(ABSENCE)
    if how == "escape":
        ready(qtbot, window)
        QTest.keyClick(window.answers.rows[0].button, Qt.Key.Key_Escape)
    elif how == "close":
        window.close()
    else:
        QTest.mouseClick(window.decide_later, Qt.MouseButton.LeftButton)
    assert said == [("a",)]
    assert window.shown_id is None


def test_a_question_can_come_up_again_while_it_is_put_off(
    qtbot: QtBot, window: PromptWindow
) -> None:
    window.later.connect(lambda _id: window.show_prompt(CHECK))
    window.show_prompt(ABSENCE)
    window.put_off()
    assert window.shown_id == "c"


def test_the_countdown_counts_only_while_it_is_seen(
    qtbot: QtBot, window: PromptWindow, clock: list[datetime]
) -> None:
    window.show_prompt(CHECK)
    assert window.time_left.words.text() == "1:48 left"
    assert window.ticking
    clock[0] += timedelta(seconds=48)
    qtbot.waitUntil(lambda: window.time_left.words.text() == "1:00 left", timeout=5000)
    clock[0] += timedelta(seconds=70)
    qtbot.waitUntil(lambda: window.time_left.words.text() == "0:00 left", timeout=5000)
    assert not window.ticking


def test_nothing_wakes_up_while_it_is_hidden(qtbot: QtBot, window: PromptWindow) -> None:
    window.show_prompt(CHECK)
    window.hide()
    assert not window.ticking


def test_foreign_words_are_shown_as_they_stand(qtbot: QtBot, window: PromptWindow) -> None:
    window.show_prompt(ABSENCE)
    for label in window.findChildren(Label):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.buddy() is None, "a buddy makes a mnemonic of &"
    row = window.answers.rows[0].button
    assert row.accessibleName() == "Keep the time"
    assert row.accessibleDescription() == "0:42 stays on <b>it</b> & all."
    assert window.accessibleName() == ABSENCE.title


@pytest.fixture
def large_type() -> Iterator[None]:
    before = QApplication.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * 2)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


@pytest.mark.parametrize("view", [ABSENCE, CHECK], ids=["absence", "check"])
def test_nothing_is_cut_at_twice_the_type(
    qtbot: QtBot, large_type: None, window: PromptWindow, view: PromptView
) -> None:
    window.show_prompt(view)
    for label in window.findChildren(Label):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        if label.isVisible():
            place = label.mapTo(window, label.rect().bottomRight())
            assert window.rect().contains(place), label.text()
    end = window.apply_button.mapTo(window, window.apply_button.rect().bottomRight())
    assert window.rect().contains(end)


def test_half_a_second_is_half_a_second() -> None:
    assert KEYS_COUNT_AFTER_MS == 500
