"""The timesheet window: a day's entries with their totals, edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from app.ui.refusal import Refusal
from app.ui.theme import dress, px, set_tab_order
from app.ui.timesheet_editor import RowEditor
from app.ui.timesheet_footer import DayFooter
from app.ui.timesheet_list import DayList
from app.ui.timesheet_toolbar import Toolbar
from app.ui.timesheet_views import DayRow, DayView, EntryEdit
from app.ui.views import SearchHit
from app.words import _

WIDTH, HEIGHT = 960, 560


class TimesheetWindow(QWidget):
    """A day, by rows. It asks for days and changes by signals and shows the views that come back.

    `now` returns the moment, an aware UTC datetime; `find_items` is asked as the user types a work
    item. While a track runs and the window is visible, it asks for its day anew by the minute.
    """

    day_asked = Signal(date)
    account_filter_changed = Signal(str)
    """The account's name, empty for all."""
    entry_added = Signal(object)
    entry_changed = Signal(object)
    """An `EntryEdit`."""
    entry_deleted = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    start_again = Signal(str)
    """The id of the entry whose work is to go on now."""
    sync_asked = Signal()

    def __init__(
        self,
        now: Callable[[], datetime],
        find_items: Callable[[str], Sequence[SearchHit]],
        parent: QWidget | None = None,
    ) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent, Qt.WindowType.Window)
        self._now = now
        self._view: DayView | None = None
        self._editing = False
        self._awaited = False
        self.setWindowTitle(_("Timesheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.toolbar = Toolbar()
        self.refusal = Refusal()
        self.refusal.setContentsMargins(px(16), 0, px(16), px(8))
        self.list = DayList()
        self.footer = DayFooter()
        self.editor = RowEditor(now, find_items, self.list.viewport())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.refusal)
        column.addWidget(self.list, 1)
        column.addWidget(self.footer)
        self._connect()
        self._add_keys()
        set_tab_order([self.toolbar.add_button, self.list])
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self._minute_passed)
        self._fit()

    # ----------------------------------------------------------------- what it is shown

    def show_day(self, view: DayView) -> None:
        """Show a day. What is being typed stays; a save that was awaited is done now."""
        before = self._view
        self._view = view
        self.setAccessibleName(_("Timesheet"))
        self.toolbar.show_day(view, self._now().astimezone(ZoneInfo(view.zone)).year)
        self.footer.show_day(view)
        if self._awaited or (before is not None and before.day != view.day):
            self._close_editor()
        extra = self._editing and not self._has(self.editor.entry_id)
        self.list.show_rows(view.rows, extra=extra)
        if self._editing:
            self.list.put_editor(self.editor, self._edited_at())
        elif self.list.chosen() is None and view.rows:
            self.list.choose(len(view.rows) - 1)
        self._await_minute()

    def show_refusal(self, entry_id: str, sentence: str) -> None:
        """Say that something about this entry was refused; what was typed is there again."""
        mine = entry_id == self.editor.entry_id and (self._editing or self._awaited)
        typed = entry_id == self.editor.entry_id and self.editor.is_touched()
        self._awaited = False
        if mine or typed:
            if not self._editing:
                self._open_editor()
            self.editor.say(sentence)
            self.list.put_editor(self.editor, self._edited_at())
        else:
            if entry_id:
                self.list.choose_id(entry_id)
            self.refusal.say(sentence)

    # ----------------------------------------------------------------- what the user does

    def edit_chosen(self) -> None:
        """Edit the chosen row, or fill the chosen gap."""
        row, view = self.list.chosen(), self._view
        if row is None or view is None or self._editing:
            return
        self.refusal.say("")
        if row.kind == "gap":
            self.add_entry()
        elif row.is_time and row.why_fixed:
            self.refusal.say(row.why_fixed)
        elif row.is_time:
            self.editor.edit(row, view)
            self._open_editor()
            self.editor.start.setFocus()
            self.editor.start.selectAll()

    def add_entry(self) -> None:
        """Begin a new entry: in the chosen gap, else where the day has room for it."""
        view = self._view
        if view is None or self._editing:
            return
        self.refusal.say("")
        from_at, to_at = view.add_from_at, view.add_to_at
        row = self.list.chosen()
        if row is not None and row.kind == "gap" and row.stopped_at is not None:
            from_at, to_at = row.started_at, row.stopped_at
        self.editor.add(view, from_at, to_at)
        self._open_editor()
        self.editor.item.setFocus()

    def delete_chosen(self) -> None:
        """Ask to delete the chosen entry; Ctrl+Z brings it back."""
        row = self._chosen_time()
        if row is None:
            return
        if row.why_fixed:
            self.refusal.say(row.why_fixed)
        elif row.kind == "running":
            self.refusal.say(_("This track runs. Stop it first, then it can be deleted."))
        else:
            self.refusal.say("")
            self.entry_deleted.emit(row.id)

    def go(self, days: int) -> None:
        """Ask for another day, so many days on or back."""
        if self._view is not None and self._may_leave():
            self.day_asked.emit(self._view.day + timedelta(days=days))

    def go_today(self) -> None:
        """Ask for the day that is now, by the user's day start."""
        view = self._view
        if view is None or not self._may_leave():
            return
        # The day's own beginning tells when days begin: so today is found without the setting.
        passed = self._now() - view.from_at
        day = view.day + timedelta(days=passed // timedelta(days=1))
        self.day_asked.emit(day)

    def _start_again(self) -> None:
        row = self._chosen_time()
        if row is not None:
            self.start_again.emit(row.id)

    def _chosen_time(self) -> DayRow | None:
        row = self.list.chosen()
        return row if row is not None and row.is_time and not self._editing else None

    def _saved(self, edit: EntryEdit) -> None:
        # Closed by the next view, which shows it; a refusal keeps it open.
        self._awaited = True
        (self.entry_changed if edit.id else self.entry_added).emit(edit)

    def _may_leave(self) -> bool:
        """Whether nothing that was typed would be lost."""
        if self._editing and self.editor.is_touched():
            self.editor.say(_("Save this first, or take it back by Esc."))
            return False
        return True

    # ----------------------------------------------------------------- the editor

    def _open_editor(self) -> None:
        view = self._view
        assert view is not None
        self._editing = True
        self.list.show_rows(view.rows, extra=not self._has(self.editor.entry_id))
        self.list.put_editor(self.editor, self._edited_at())

    def _close_editor(self) -> None:
        self._awaited = False
        if not self._editing:
            return
        entry_id = self.editor.entry_id
        had_focus = self.editor.isAncestorOf(QApplication.focusWidget() or self)
        self._editing = False
        self.editor.item.close_list()
        self.editor.hide()
        self.list.put_editor(None)
        if self._view is not None:
            self.list.show_rows(self._view.rows)
        if entry_id:
            self.list.choose_id(entry_id)
        if had_focus:
            self.list.setFocus()

    def _has(self, entry_id: str) -> bool:
        rows = self._view.rows if self._view is not None else ()
        return bool(entry_id) and any(row.id == entry_id for row in rows)

    def _edited_at(self) -> int:
        rows = self._view.rows if self._view is not None else ()
        wanted = self.editor.entry_id
        found = [at for at, row in enumerate(rows) if wanted and row.id == wanted]
        return found[0] if found else len(rows)

    def _refit_editor(self) -> None:
        if self._editing:
            self.list.fit_editor()

    # ----------------------------------------------------------------- inside

    def _connect(self) -> None:
        self.toolbar.back.connect(partial(self.go, -1))
        self.toolbar.on.connect(partial(self.go, 1))
        self.toolbar.today.connect(self.go_today)
        self.toolbar.undo.connect(self.undo_asked)
        self.toolbar.add.connect(self.add_entry)
        self.toolbar.account_chosen.connect(self._account_chosen)
        self.list.edit_asked.connect(self.edit_chosen)
        self.list.delete_asked.connect(self.delete_chosen)
        self.list.menu_asked.connect(self._open_menu)
        self.list.chosen_changed.connect(partial(self.refusal.say, ""))
        self.editor.saved.connect(self._saved)
        self.editor.left.connect(self._close_editor)
        self.editor.resized.connect(self._refit_editor, Qt.ConnectionType.QueuedConnection)

    def _add_keys(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Alt+Left", partial(self.go, -1)),
            ("Alt+Right", partial(self.go, 1)),
            ("Alt+Home", self.go_today),
            ("Ins", self.add_entry),
            ("Ctrl+N", self.add_entry),
            ("Ctrl+R", self._start_again),
            ("Ctrl+Z", self.undo_asked.emit),
            ("Ctrl+Shift+Z", self.redo_asked.emit),
            ("F5", self.sync_asked.emit),
            ("F8", partial(self.list.choose_to_mend, 1)),
            ("Shift+F8", partial(self.list.choose_to_mend, -1)),
        ]
        for sequence, do in keys:
            action = QAction(self)
            action.setShortcut(QKeySequence(sequence))
            action.triggered.connect(partial(_perform, do))
            self.addAction(action)

    def _account_chosen(self, account: str) -> None:
        if self._may_leave():
            self._close_editor()
            self.account_filter_changed.emit(account)
        elif self._view is not None:
            self.toolbar.choose_account(self._view.account)

    def _open_menu(self, place: QPoint) -> None:
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def make_menu(self) -> QMenu:
        """Return the menu of the chosen row."""
        menu = QMenu(self)
        row = self.list.chosen()
        lines: list[tuple[str, str, Callable[[], None]]] = []
        if row is not None and row.kind == "gap":
            lines = [(_("Fill…"), "Enter", self.edit_chosen)]
        elif row is not None and row.is_time:
            lines = [
                (_("Edit"), "Enter", self.edit_chosen),
                (_("Start again"), "Ctrl+R", self._start_again),
                (_("Delete"), "Del", self.delete_chosen),
            ]
        lines.append((_("Add an entry…"), "Ins", self.add_entry))
        for words, key, do in lines:
            action = menu.addAction(f"{words}\t{key}")
            action.triggered.connect(partial(_perform, do))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, unless something typed would be lost."""
        if event.key() == Qt.Key.Key_Escape:
            if self._may_leave():
                self.close()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the minutes right from now on; the rows have the focus."""
        super().showEvent(event)
        self.list.setFocus()
        self._await_minute()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the minutes be."""
        self._tick.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; when the user closes the window, not if something typed would be lost.

        The app that quits closes it too, and must not be held up.
        """
        if event.spontaneous() and not self._may_leave():
            event.ignore()
            return
        self._close_editor()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()
            self.list.fit_columns()

    @property
    def ticking(self) -> bool:
        """Whether it will ask for its day when the minute changes."""
        return self._tick.isActive()

    def _await_minute(self) -> None:
        view = self._view
        running = next((it for it in view.rows if it.kind == "running"), None) if view else None
        if running is None or not self.isVisible():
            self._tick.stop()
            return
        elapsed = (self._now() - running.started_at).total_seconds()
        self._tick.start(int((60 - elapsed % 60) * 1000) + 50)

    def _minute_passed(self) -> None:
        if self._view is not None:
            self.day_asked.emit(self._view.day)
        self._await_minute()

    def _fit(self) -> None:
        """Take 960 px, more with larger type, as far as the screen goes."""
        area = self.screen().availableGeometry()
        self.setMinimumSize(min(px(560), area.width()), min(px(320), area.height()))
        self.resize(min(px(WIDTH), area.width()), min(px(HEIGHT), area.height()))


def _perform(do: Callable[[], object], _checked: bool = False) -> None:
    do()
