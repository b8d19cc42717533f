"""The outbox from end to end: a real window over the real loop, against a sandbox that refuses."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.bootstrap.demo import SandboxSecrets
from app.bootstrap.office import DeskOffice
from app.bootstrap.store import build_desk, folders_of
from app.core.decision import Decision
from app.core.messages import (
    AccountAdded,
    Change,
    DiscardAsked,
    EntryAddAsked,
    EntryEditAsked,
    ForeignAnswered,
    MatchAnswered,
    Message,
    ProcessStarted,
    RetryAsked,
    TwinAnswered,
)
from app.core.model import Account, HoldReason, Side, Subject
from app.core.remote import WorkItem
from app.ports.journal import JournalError
from app.providers.kinds import KINDS
from app.runtime.inbox import QtInbox
from app.sandbox.server import Sandbox
from app.ui.clock_times import clock_time
from app.ui.outbox_window import OutboxWindow
from app.ui.presenter import Presenter
from app.ui.shell import Shell
from app.ui.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

KIND, ACCOUNT = "7pace", "Work"
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
# The platform without a screen has no stack of windows, no tray, and takes no hints for sizes.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support",
    "No such signal QPlatformNativeInterface::systemTrayWindowChanged",
    extend=True,
)


class Listening(DeskOffice):
    """The office, and what the windows posted there."""

    posted: ClassVar[list[Message]] = []

    def post(
        self, message: Message, reply: Callable[[Decision | JournalError], None] | None = None
    ) -> None:
        """Hand it on, and remember it."""
        self.posted.append(message)
        super().post(message, reply)


class Story:
    """The desk with its account at a sandbox, and the outbox window over it."""

    def __init__(self, qtbot: QtBot, home: Path, sandbox: Sandbox) -> None:
        self.qtbot = qtbot
        self.sandbox = sandbox
        inbox = QtInbox()
        secrets = SandboxSecrets({ACCOUNT: sandbox.token(KIND)})
        self.desk = desk = build_desk(
            folders_of(home), inbox, wait_seconds=5, app_runs=True, secrets=secrets
        )
        presenter = Presenter(desk.journal, desk.settings, desk.clock, clock_time)
        self.shell = Shell(inbox.post, desk.state, presenter, desk.journal, desk.clock.now)
        desk.loop.subscribe(self.shell.published)
        self.office = Listening(desk, lambda: None, dict, dict)
        self.office.posted.clear()
        self.windows = Windows(self.shell, self.office)
        self.shell.refreshed.connect(self.windows.refresh)
        account = Account(ACCOUNT, KIND, sandbox.url(KIND), capabilities=KINDS[KIND].capabilities)
        self.post(AccountAdded(account))
        self.post(ProcessStarted())

    def close(self) -> None:
        """End as the app does; no event may read the store after that."""
        for window in QApplication.topLevelWidgets():
            window.close()
        self.desk.close()
        for timer in self.shell.findChildren(QTimer):
            timer.stop()

    def post(self, message: object) -> None:
        """Post, and wait until it is decided."""
        outcomes: list[object] = []
        self.desk.inbox.post(message, outcomes.append)  # type: ignore[arg-type]  # any message
        self.until(lambda: outcomes)
        assert getattr(outcomes[0], "refusal", outcomes[0]) is None

    def until(self, what: Callable[[], object]) -> None:
        """Wait as long as a slow machine may take."""
        self.qtbot.waitUntil(lambda: bool(what()), timeout=30_000)

    def add(self, comment: str = "", item: WorkItem | None = None) -> str:
        """Write down an entry of ten minutes; its id."""
        to_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        change = Change(
            item=item, comment=comment, started_at=to_at - timedelta(minutes=10), stopped_at=to_at
        )
        self.post(EntryAddAsked(ACCOUNT, change))
        (entry,) = self.desk.journal.entries(to_at - timedelta(hours=1), to_at)
        return entry.id

    def subject(self, subject_id: str) -> Subject:
        found = self.desk.journal.subject(subject_id)
        assert found is not None
        return found

    def held(self, subject_id: str) -> HoldReason | None:
        hold = self.subject(subject_id).hold
        return None if hold is None else hold.reason

    def open(self, subject_id: str = "") -> OutboxWindow:
        """Open the window, at this operation."""
        if subject_id:
            self.shell.operation_asked.emit(subject_id)
        else:
            self.shell.outbox_asked.emit()
        window = next(it for it in QApplication.topLevelWidgets() if isinstance(it, OutboxWindow))
        self.qtbot.addWidget(window)
        self.until(window.isActiveWindow)
        return window

    @property
    def worklogs(self) -> list[tuple[str, int]]:
        """Comment and length of each row at the server."""
        rows = self.sandbox.ledger(KIND)["worklogs"]
        return [(row["comment"] or "", row["length"]) for row in rows]

    def press(self, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, held)


@pytest.fixture
def story(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with Sandbox([KIND]) as sandbox:
        made = Story(qtbot, tmp_path / "home", sandbox)
        yield made
        made.close()
    monkeypatch.undo()
    time.tzset()


def test_what_was_refused_is_mended_and_taken(story: Story) -> None:
    entry = story.add()
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)
    window = story.open(entry)
    pane = window.pane
    assert "required" in pane.quote.text()
    assert pane.form.isAncestorOf(QApplication.focusWidget() or window)
    # It is refused once more first: nothing that was typed is lost by that.
    once = {"kind": "status", "status": 422, "times": 1, "match": {"method": "POST"}}
    story.sandbox.fault(KIND, once)
    pane.form.comment.setFocus()
    QTest.keyClicks(pane.form.comment, "what it was")
    story.press(Key.Key_Return)
    story.until(lambda: "Validation error" in pane.quote.text())
    assert pane.form.comment.text() == "what it was"
    assert story.worklogs == []
    QTest.mouseClick(pane.as_it_is, Qt.MouseButton.LeftButton)
    story.until(lambda: story.worklogs == [("what it was", 600)])
    story.until(lambda: not window.list.isVisible())
    assert window.head.title.text() == "Nothing waits"
    assert story.subject(entry).remote_id


def test_two_versions_become_the_one_that_was_chosen(story: Story) -> None:
    entry = story.add("before")
    story.until(lambda: story.subject(entry).acknowledged is not None)
    remote_id = story.subject(entry).remote_id
    story.sandbox.elsewhere(KIND, do="edit", id=remote_id, comment="theirs", length=1200)
    ours = story.subject(entry)
    earlier = ours.meant.started_at - timedelta(minutes=5)
    story.post(EntryEditAsked(ours, Change(comment="ours", started_at=earlier)))
    story.until(lambda: story.held(entry) is HoldReason.CONFLICT)
    window = story.open()
    story.press(Key.Key_Return)
    dialog = window.sides
    story.until(dialog.isVisible)
    assert set(dialog.cells) == {"time", "comment"}
    QTest.mouseClick(dialog.cells["time"][1], Qt.MouseButton.LeftButton)
    assert "(0:20)" in dialog.outcome.text()
    assert "“ours”" in dialog.outcome.text()
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    story.until(lambda: story.worklogs == [("ours", 1200)])
    story.until(lambda: not dialog.isVisible())
    assert story.held(entry) is None


def test_what_was_given_up_comes_back_by_undo(story: Story) -> None:
    entry = story.add()
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)
    window = story.open()
    window.list.setFocus()
    story.press(Key.Key_Delete)
    story.until(lambda: not window.list.isVisible())
    assert story.subject(entry).deleted
    story.until(window.head.undo.isEnabled)
    QTest.mouseClick(window.head.undo, Qt.MouseButton.LeftButton)
    story.until(window.list.isVisible)
    assert not story.subject(entry).deleted
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)


def test_all_of_it_can_be_saved_as_a_file(story: Story, tmp_path: Path) -> None:
    entry = story.add()
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)
    window = story.open()
    QTest.mouseClick(window.head.export, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    file = tmp_path / "outbox.json"
    dialog.fileSelected.emit(str(file))
    dialog.close()
    story.until(file.exists)
    (shape,) = json.loads(file.read_text(encoding="utf-8"))
    assert (shape["id"], shape["state"], shape["operation"]) == (entry, "held", "create")
    assert shape["ledger"][0]["what"] == "added"
    assert "refused" in [line["what"] for line in shape["ledger"]]
    assert file.stat().st_mode & 0o077 == 0
    QTest.mouseClick(window.pane.export, Qt.MouseButton.LeftButton)
    (dialog,) = (it for it in window.findChildren(QFileDialog) if it.isVisible())
    dialog.fileSelected.emit(str(tmp_path / "nowhere" / "outbox.json"))
    dialog.close()
    story.until(lambda: "could not be written" in window.refusal.sentence)


def test_the_window_reads_what_happened(story: Story) -> None:
    entry = story.add()
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)
    window = story.open(entry)
    story.press(Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    history = window.pane.history
    story.until(history.isVisible)
    said = [history.item(at).text() for at in range(history.count())]
    assert said[0] == "It was written down here."
    assert any(words.startswith("Work refused it: “") for words in said)
    assert said[-1].startswith("held: ")


def test_each_answer_is_asked_of_the_core_and_its_refusal_said(story: Story) -> None:
    entry = story.add()
    story.until(lambda: story.held(entry) is HoldReason.REFUSED)
    window = story.open(entry)
    asked: dict[str, Message] = {
        "match:7": MatchAnswered(entry, "7"),
        "none": MatchAnswered(entry, None),
        "ends-ours": ForeignAnswered(entry, Side.OURS),
        "ends-theirs": ForeignAnswered(entry, Side.THEIRS),
        "keep": TwinAnswered(entry, take_back=False),
        "take-back": TwinAnswered(entry, take_back=True),
    }
    for code in asked:
        window.answered.emit(entry, code)
    # It is held for another reason than these: the core says so, and the window where it was asked.
    story.until(lambda: window.pane.refusal.sentence)
    assert story.office.posted == list(asked.values())
    window.answered.emit(entry, "retry")
    window.answered.emit(entry, "discard")
    assert story.office.posted[-2:] == [RetryAsked(entry), DiscardAsked(entry)]


def test_states_that_follow_each_other_are_shown_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = story.open()
    shown: list[object] = []
    monkeypatch.setattr(window, "show_view", shown.append)
    for _each in range(50):
        story.windows.refresh()
    assert shown == []
    story.until(lambda: shown)
    assert len(shown) == 1
