"""Joins the outbox window to the loop: shows what waits, posts what the user answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.core.days import day_of, day_span
from app.core.decision import Decision
from app.core.messages import (
    Change,
    ConflictAnswered,
    DiscardAsked,
    ForeignAnswered,
    MatchAnswered,
    MendAsked,
    Message,
    RedoAsked,
    RetryAsked,
    SyncAsked,
    TwinAnswered,
    UndoAsked,
)
from app.core.model import Side
from app.core.remote import Field
from app.ports.journal import JournalError
from app.ports.settings import TIMESHEET_DAY_STARTS_AT
from app.ui.clock_times import clock_time, dated_time
from app.ui.office import Office, why_not
from app.ui.outbox_book import OutboxBook
from app.ui.outbox_views import HistoryLine, OperationEdit, OperationView
from app.ui.presenter_mend import Day
from app.ui.presenter_operation import OperationWords
from app.ui.presenter_outbox import OutboxTimes
from app.ui.presenter_questions import (
    DISCARD,
    ENDS_OURS,
    ENDS_THEIRS,
    KEEP,
    MATCH,
    NONE,
    RETRY,
    TAKE_BACK,
)
from app.ui.window_raising import raise_window
from app.words import _, ngettext

if TYPE_CHECKING:
    from app.ui.outbox_export import OutboxExport
    from app.ui.outbox_window import OutboxWindow
    from app.ui.shell import Shell

REFRESH_MS = 100
"""While one state follows the other, the window shows so often where things stand."""
HISTORY_LINES = 500


class OutboxLink(QObject):
    """The window is made when it is first opened, and refreshed while it is visible."""

    def __init__(self, shell: Shell, office: Office, sign_in: Callable[[str], None]) -> None:
        super().__init__()
        self._shell = shell
        self._office = office
        self._sign_in = sign_in
        self._window: OutboxWindow | None = None
        self._exporting: OutboxExport | None = None
        times = OutboxTimes(clock_time, dated_time)
        self._times = times
        self._book = OutboxBook(times)
        self._words = OperationWords(self._book, office.journal, times, self._day_of)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self._show_if_visible)

    def refresh(self) -> None:
        """Show the new state soon, if the window shows any; states in between are passed over."""
        if self._window is not None and self._window.isVisible() and not self._refresh.isActive():
            self._refresh.start(REFRESH_MS)

    def open(self, subject_id: str = "") -> None:
        """Show what waits; choose this operation, without an id the first that needs the user."""
        if self._window is None:
            self._window = self._make()
        fresh = not self._window.isVisible()
        self._show()
        raise_window(self._window)
        if subject_id:
            self._window.choose(subject_id)
        elif fresh:
            self._window.list.choose_id(self._book.first_held())

    def _make(self) -> OutboxWindow:
        from app.ui.outbox_window import OutboxWindow

        office = self._office
        window = OutboxWindow(
            office.clock.now, self._shell.find_items, self._operation, self._history
        )
        window.retry_asked.connect(lambda i: self._do(RetryAsked(i), i))
        window.discard_asked.connect(lambda i: self._do(DiscardAsked(i), i))
        window.mended.connect(self._mend)
        window.answered.connect(self._answer)
        window.sides_saved.connect(self._save_sides)
        window.export_asked.connect(self._export)
        window.sign_in_asked.connect(self._sign_in)
        window.sync_asked.connect(lambda: self._do(SyncAsked()))
        window.undo_asked.connect(lambda: self._do(UndoAsked()))
        window.redo_asked.connect(lambda: self._do(RedoAsked()))
        return window

    # ----------------------------------------------------------------- showing

    def _show_if_visible(self) -> None:
        if self._window is not None and self._window.isVisible():
            self._show()

    def _show(self) -> None:
        assert self._window is not None
        clock = self._office.clock
        view = self._book.view(self._office.state(), clock.now(), clock.boot_seconds())
        self._window.show_view(view)

    def _operation(self, operation_id: str) -> OperationView | None:
        return self._words.view(self._office.state(), operation_id, self._office.clock.now())

    def _history(self, operation_id: str) -> list[HistoryLine]:
        from app.words.ledger import MENDABLE, ledger_sentence

        now = self._office.clock.now()

        def moment(at: datetime) -> str:
            return dated_time(at, now)

        lines = self._office.journal.ledger(HISTORY_LINES, operation_id)
        shown = [
            HistoryLine(moment(line.at), ledger_sentence(line, moment), line.what in MENDABLE)
            for line in reversed(lines)
        ]
        row = self._book.row(operation_id)
        shown.append(HistoryLine(_("Now"), f"{row.state}: {row.why}"))
        return shown

    def _day_of(self, at: datetime) -> Day:
        office = self._office
        zone = office.clock.zone()[0]
        starts_at = time.fromisoformat(office.settings.get(TIMESHEET_DAY_STARTS_AT))
        from_at, to_at = day_span(day_of(at, zone, starts_at), zone, starts_at)
        return Day(from_at, to_at, zone)

    # ----------------------------------------------------------------- what the user does

    def _mend(self, edit: OperationEdit) -> None:
        said: dict[str, object] = {}
        for name in ("comment", "activity", "tags", "started_at", "stopped_at"):
            value = getattr(edit, name)
            if value is not None:
                said[name] = value
        if edit.billable is not None:
            said["billable"] = edit.billable[0]
        if edit.item_key is not None:
            subject = self._office.state().subjects.get(edit.id)
            account = "" if subject is None else subject.account
            key = edit.item_key
            said["item"] = self._shell.item_of(account, key) if key else None
        change = Change(**said)  # type: ignore[arg-type]  # each value came out of a field of its type
        self._do(MendAsked(edit.id, change), edit.id)

    def _answer(self, operation_id: str, answer: str) -> None:
        messages: dict[str, Message] = {
            RETRY: RetryAsked(operation_id),
            DISCARD: DiscardAsked(operation_id),
            NONE: MatchAnswered(operation_id, None),
            ENDS_OURS: ForeignAnswered(operation_id, Side.OURS),
            ENDS_THEIRS: ForeignAnswered(operation_id, Side.THEIRS),
            KEEP: TwinAnswered(operation_id, take_back=False),
            TAKE_BACK: TwinAnswered(operation_id, take_back=True),
        }
        if answer.startswith(MATCH):
            self._do(MatchAnswered(operation_id, answer.removeprefix(MATCH)), operation_id)
        else:
            self._do(messages[answer], operation_id)

    def _save_sides(self, operation_id: str, theirs: frozenset[str]) -> None:
        fields = frozenset(Field(name) for name in theirs)
        self._do(ConflictAnswered(operation_id, fields), operation_id)

    def _export(self, operation_id: str) -> None:
        from app.ui.outbox_export import ask_for_file

        if self._exporting is not None:
            self._exporting.stop()
        elif self._window is not None:
            only = [operation_id] if operation_id else []
            ask_for_file(self._window, "timekept-outbox.json", lambda path: self._write(path, only))

    def _write(self, path: str, only: list[str]) -> None:
        from app.ui.outbox_export import OutboxExport, export_shapes

        office = self._office
        state, clock = office.state(), office.clock
        # A book of its own: what is written is one moment, however long the writing takes.
        book = OutboxBook(self._times)
        book.view(state, clock.now(), clock.boot_seconds())
        shapes = export_shapes(state, book, office.journal, clock, only)
        self._exporting = export = OutboxExport(path, shapes, self)
        export.went.connect(self._wrote)
        export.ended.connect(self._written)
        export.start()

    def _wrote(self, count: int) -> None:
        if self._window is not None:
            words = ngettext("{count} is written so far.", "{count} are written so far.", count)
            self._window.head.show_writing(words.format(count=count))

    def _written(self, why: str) -> None:
        self._exporting = None
        if self._window is not None:
            self._window.head.show_writing("")
            self._window.show_refusal("", why)

    def _do(self, message: Message, operation_id: str = "") -> None:
        def answered(outcome: Decision | JournalError) -> None:
            if self._window is None:
                return
            sentence = why_not(outcome, self._office.clock)
            if sentence:
                self._window.show_refusal(operation_id, sentence)
            else:
                self._window.say_done(operation_id)

        self._office.post(message, answered)
