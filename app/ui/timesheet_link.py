"""Joins the timesheet window to the loop: shows the day that is looked at, posts what is edited."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.days import day_of
from app.core.decision import Decision
from app.core.messages import (
    Change,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    RedoAsked,
    StartAsked,
    SyncAsked,
    UndoAsked,
)
from app.ports.journal import JournalError
from app.ports.settings import TIMESHEET_DAY_STARTS_AT, TIMESHEET_DAY_TARGET_HOURS
from app.ui.clock_times import clock_time
from app.ui.office import Office, why_not
from app.ui.window_raising import raise_window

if TYPE_CHECKING:
    from app.ui.shell import Shell
    from app.ui.timesheet import TimesheetWindow
    from app.ui.timesheet_views import EntryEdit


class TimesheetLink(QObject):
    """The window is made when it is first opened, and refreshed while it is visible."""

    def __init__(self, shell: Shell, office: Office) -> None:
        super().__init__()
        self._shell = shell
        self._office = office
        self._window: TimesheetWindow | None = None
        self._day: date | None = None
        self._account = ""

    def refresh(self) -> None:
        """Show the new state if the window shows any."""
        if self._window is not None and self._window.isVisible():
            self._show_day()

    def open(self) -> None:
        """Show the day that was looked at last, today at first."""
        if self._window is None:
            self._window = self._make()
        self._show_day()
        raise_window(self._window)

    def _make(self) -> TimesheetWindow:
        from app.ui.timesheet import TimesheetWindow

        office = self._office
        window = TimesheetWindow(office.clock.now, self._shell.find_items)
        window.day_asked.connect(self._see_day)
        window.account_filter_changed.connect(self._see_account)
        window.entry_added.connect(self._add)
        window.entry_changed.connect(self._change)
        window.entry_deleted.connect(lambda i: self._do(EntryDeleteAsked(i), i))
        window.undo_asked.connect(lambda: self._do(UndoAsked()))
        window.redo_asked.connect(lambda: self._do(RedoAsked()))
        window.start_again.connect(self._start_again)
        window.sync_asked.connect(lambda: self._do(SyncAsked()))
        return window

    def _see_day(self, day: date) -> None:
        self._day = None if day == self._today() else day
        self._show_day()

    def _see_account(self, account: str) -> None:
        self._account = account
        self._show_day()

    def _starts_at(self) -> time:
        return time.fromisoformat(self._office.settings.get(TIMESHEET_DAY_STARTS_AT))

    def _today(self) -> date:
        clock = self._office.clock
        return day_of(clock.now(), clock.zone()[0], self._starts_at())

    def _show_day(self) -> None:
        from app.ui.presenter_timesheet import day_view

        office = self._office
        assert self._window is not None
        self._window.show_day(
            day_view(
                office.state(),
                office.journal,
                self._day or self._today(),
                office.clock.zone()[0],
                self._starts_at(),
                office.settings.get(TIMESHEET_DAY_TARGET_HOURS),
                office.clock.now(),
                clock_time,
                self._account,
            )
        )

    def _add(self, edit: EntryEdit) -> None:
        account = edit.account or self._shell.default_account()
        self._do(EntryAddAsked(account, self._change_of(edit, account)))

    def _change(self, edit: EntryEdit) -> None:
        base = self._office.journal.subject(edit.id)
        if base is not None:
            self._do(EntryEditAsked(base, self._change_of(edit, base.account)), edit.id)

    def _change_of(self, edit: EntryEdit, account: str) -> Change:
        said: dict[str, object] = {}
        for name in ("comment", "activity", "started_at", "stopped_at"):
            value = getattr(edit, name)
            if value is not None:
                said[name] = value
        if edit.item_key is not None:
            key = edit.item_key
            said["item"] = self._shell.item_of(account, key) if key else None
        return Change(**said)  # type: ignore[arg-type]  # each value came out of a field of its type

    def _start_again(self, subject_id: str) -> None:
        known = self._office.journal.subject(subject_id)
        if known is not None:
            facts = known.meant
            self._do(
                StartAsked(
                    known.account,
                    item=facts.item,
                    comment=facts.comment,
                    activity=facts.activity,
                    tags=facts.tags,
                    billable=facts.billable,
                ),
                subject_id,
            )

    def _do(self, message: Message, entry_id: str = "") -> None:
        self._office.post(message, lambda outcome: self._answered(outcome, entry_id))

    def _answered(self, outcome: Decision | JournalError, entry_id: str) -> None:
        sentence = why_not(outcome, self._office.clock)
        if sentence and self._window is not None and self._window.isVisible():
            self._window.show_refusal(entry_id, sentence)
        elif sentence:
            self._shell.say(sentence)
