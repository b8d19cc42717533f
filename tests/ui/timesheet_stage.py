"""A timesheet window with a sample day, and what it asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.timesheet import TimesheetWindow
from app.ui.timesheet_views import AccountChoice, DayRow, DayView, EntryEdit
from app.ui.views import ActivityView, SearchHit

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NOW = datetime(2026, 11, 12, 14, 25, tzinfo=UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 12, hour, minute, second, tzinfo=UTC)


def row(name: str, start_at: datetime, stop_at: datetime, **changes: object) -> DayRow:
    made = DayRow(
        kind="entry",
        start=f"{start_at:%H:%M}",
        stop=f"{stop_at:%H:%M}",
        length="1:00",
        started_at=start_at,
        stopped_at=stop_at,
        id=name,
        title="Fix <b>login</b> & timer",
        label="#1349",
        item_key="1349",
        comment="again",
        activity="Development",
        activity_id="dev",
        account="Work",
        account_index=0,
        state="on the server",
        state_mark="tick",
        state_tone="muted",
    )
    return replace(made, **changes)


ROWS = (
    row("a", at(8, 0, 30), at(9, 0)),
    replace(row("", at(9), at(9, 30)), kind="gap", title="Gap: nothing is recorded.", state=""),
    row("b", at(9, 30), at(10, 30), state="needs you", state_mark="held", state_tone="warning"),
    row("l", at(11), at(12), why_fixed="Work has locked this entry."),
    row("r", at(13), at(14), kind="running", stop="now", stopped_at=None, state="runs"),
)
DAY = DayView(
    day=date(2026, 11, 12),
    zone="UTC",
    from_at=at(0),
    to_at=at(0) + timedelta(days=1),
    rows=ROWS,
    accounts=(
        AccountChoice("Work", 0, (ActivityView("dev", "Development"), ActivityView("t", "Test"))),
        AccountChoice("Side", 1, (), "Side has no activity types.", "1:10"),
    ),
    add_from_at=at(12),
    add_to_at=at(13),
    add_account="Work",
    total="6:00",
    total_note="of 8:00",
    gaps="Gaps 0:30",
    is_today=True,
    can_undo=True,
)
HITS = [
    SearchHit("Your history", "1371", "Work", 0, "Login page", label="#1371", runs=True),
    SearchHit("Side", "s", "Side", 1, "Website / login copy", comment="copy"),
]


class Sheet:
    """The window, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.asked: list[tuple[str, object]] = []
        self.searched: list[str] = []
        self.now = NOW
        self.window = TimesheetWindow(lambda: self.now, self._find)
        qtbot.addWidget(self.window)
        for name in (
            "day_asked",
            "account_filter_changed",
            "entry_added",
            "entry_changed",
            "entry_deleted",
            "undo_asked",
            "redo_asked",
            "start_again",
            "sync_asked",
        ):
            getattr(self.window, name).connect(self._hear(name))
        self.window.show_day(DAY)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: self.window.isActiveWindow() and self.window.list.hasFocus())

    def _find(self, words: str) -> list[SearchHit]:
        self.searched.append(words)
        return HITS

    def _hear(self, name: str) -> object:
        return lambda *values: self.asked.append((name, values[0] if values else None))

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(
        self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focus, key, modifiers)

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def edit(self, at: int) -> None:
        self.window.list.choose(at)
        self.press(Key.Key_Return)

    @property
    def edits(self) -> list[EntryEdit]:
        return [edit for _name, edit in self.asked if isinstance(edit, EntryEdit)]
