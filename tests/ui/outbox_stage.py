"""An outbox window with sample operations, as the presenter words them, and what it asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.decision import AddLedgerLine
from app.core.model import (
    Account,
    Attempt,
    BootMoment,
    Hold,
    HoldReason,
    LedgerLine,
    Subject,
)
from app.core.remote import (
    ActivityType,
    Capabilities,
    Facts,
    Field,
    RemoteRow,
    WorkItem,
    Write,
    WriteKind,
)
from app.core.state import AppState, Connection, Lane
from app.ui.outbox_book import OutboxBook
from app.ui.outbox_views import HistoryLine, OperationView
from app.ui.outbox_window import OutboxWindow
from app.ui.presenter_mend import Day
from app.ui.presenter_operation import OperationWords
from app.ui.presenter_outbox import OutboxTimes
from app.ui.views import SearchHit
from app.words.ledger import ledger_sentence
from tests.fakes.adapters.memory_journal import MemoryJournal

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NOW = datetime(2026, 11, 12, 14, 25, tzinfo=UTC)
ONLINE = Lane(connection=Connection.ONLINE)
BOOT = BootMoment("b", 100.0)
REFUSAL = "Activity type is <b>required</b>."


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 12, hour, minute, tzinfo=UTC)


TIMES = OutboxTimes(lambda it: f"{it:%H:%M}", lambda it, _now: f"{it:%H:%M}")
NOTES = Facts(at(11, 20), at(12), item=WorkItem("1362", "Notes <b>&</b> more"))
HELD = Subject("held", "Work", NOTES, order=2, tries=2, hold=Hold(HoldReason.REFUSED, NOW, REFUSAL))
SENT = Subject(
    "sent",
    "Work",
    replace(NOTES, item=WorkItem("1349", "Fix login")),
    order=1,
    tries=1,
    attempt=Attempt("t", Write(WriteKind.CREATE, NOTES), frozenset(), at(14), BOOT),
)
WAITS = Subject("waits", "Side", NOTES, order=3)
THEIRS = replace(NOTES, stopped_at=at(12, 30), comment="theirs")
TWO = Subject(
    "two",
    "Side",
    replace(NOTES, comment="ours"),
    order=4,
    acknowledged=THEIRS,
    remote_id="r",
    hold=Hold(
        HoldReason.CONFLICT, NOW, theirs=THEIRS, fields=frozenset({Field.TIME, Field.COMMENT})
    ),
)
NEAR = replace(
    HELD,
    id="near",
    hold=Hold(
        HoldReason.NEAR_MATCH,
        NOW,
        remote_ids=("7", "8"),
        rows=(RemoteRow("7", THEIRS), RemoteRow("8", NOTES)),
    ),
)
USUAL = (SENT, HELD, WAITS, TWO)
HITS = [SearchHit("Work", "1413", "Work", 0, "Import rows", label="#1413")]


def state_of(*subjects: Subject, **lanes: Lane) -> AppState:
    names = ("Work", "Side")
    return AppState(
        accounts={name: Account(name, "7pace", capabilities=Capabilities()) for name in names},
        lanes={name: lanes.get(name, ONLINE) for name in names},
        subjects={it.id: it for it in subjects},
    )


class Outbox:
    """The window over a state that the test sets, and what it asked for."""

    def __init__(self, qtbot: QtBot, *subjects: Subject) -> None:
        self.qtbot = qtbot
        self.state = state_of(*(subjects or USUAL))
        self.journal = MemoryJournal()
        kinds = [ActivityType("dev", "Development"), ActivityType("rev", "Review")]
        self.journal.keep_activity_types("Work", kinds)
        self.book = OutboxBook(TIMES)
        day = Day(at(0), at(0) + timedelta(days=1), "UTC")
        self._words = OperationWords(self.book, self.journal, TIMES, lambda _at: day)
        self.asked: list[tuple[object, ...]] = []
        self.window = OutboxWindow(lambda: NOW, lambda _words: HITS, self._operation, self._history)
        for name in (
            "retry_asked",
            "discard_asked",
            "mended",
            "answered",
            "sides_saved",
            "export_asked",
            "sign_in_asked",
            "sync_asked",
            "undo_asked",
            "redo_asked",
        ):
            getattr(self.window, name).connect(self._hear(name))
        qtbot.addWidget(self.window)
        self.show()
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: self.window.isActiveWindow() and self.window.list.hasFocus())

    def show(self, *subjects: Subject, **lanes: Lane) -> None:
        """Show another state; without subjects the one that there is."""
        if subjects or lanes:
            self.state = state_of(*(subjects or self.state.subjects.values()), **lanes)
        self.window.show_view(self.book.view(self.state, NOW, 100.0))

    def note(self, subject_id: str, what: str, **detail: str) -> None:
        """Write a line into the ledger."""
        line = LedgerLine(at(12), "Work", subject_id, what, detail)
        self.journal.commit([AddLedgerLine(line)])

    def _operation(self, subject_id: str) -> OperationView | None:
        return self._words.view(self.state, subject_id, NOW)

    def _history(self, subject_id: str) -> list[HistoryLine]:
        lines = reversed(self.journal.ledger(100, subject_id))
        return [HistoryLine(TIMES.clock(it.at), ledger_sentence(it, TIMES.clock)) for it in lines]

    def _hear(self, name: str) -> object:
        return lambda *values: self.asked.append((name, *values))

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, held)

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    @property
    def chosen(self) -> str:
        row = self.window.list.chosen()
        return "" if row is None else row.id
