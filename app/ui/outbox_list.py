"""The list of the outbox: a heading for each account, its operations below, painted by row."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from app.ui.clock_times import clock_time
from app.ui.outbox_heading import OutboxHeading
from app.ui.outbox_model import Column, OutboxModel
from app.ui.outbox_painting import GAP, MARGIN, OutboxCells
from app.ui.outbox_views import LineKey, OutboxGroup, OutboxRow, OutboxView
from app.ui.outbox_words import life_words, next_words
from app.ui.theme import px, scaled_font, widest_digits
from app.ui.timesheet_header import TableHeader
from app.ui.timesheet_rows import Index
from app.words import _

LEAST_WHAT, WHAT = 160, 0.52


class OutboxList(QTableView):
    """The operations; headings are passed over.

    While lines come and go, the line that stands first stays first, so that it can be read.
    """

    chosen_changed = Signal()
    open_asked = Signal()
    """Enter, or a double click."""
    sync_asked = Signal()
    sign_in_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = OutboxModel(self)
        self._taking = False
        self._chosen_id = ""
        numbers = frozenset({int(Column.NEXT), int(Column.TRIES)})
        self.setHorizontalHeader(TableHeader(numbers, px(MARGIN), px(GAP), self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setModel(self.lines)
        self._cells = OutboxCells(self)
        self.setItemDelegate(self._cells)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(_("What waits"))
        self.doubleClicked.connect(self.open_asked)

    # ----------------------------------------------------------------- what it is shown

    def show_view(self, view: OutboxView) -> None:
        """Show what waits; what was chosen stays chosen, else what stands in its place is."""
        at = max(0, self.currentIndex().row())
        chosen, top = self._chosen_id, self._top()
        self._taking = True
        self.lines.show(view)
        self._show_headings()
        wanted = self.lines.place_of_id(chosen) if chosen else -1
        if wanted < 0:
            wanted = self._reachable(at, 1)
        if wanted < 0:
            wanted = self._reachable(at, -1)
        self._go(wanted)
        self._keep_top(top)
        self._taking = False
        self.chosen_changed.emit()

    def chosen(self) -> OutboxRow | None:
        """Return the chosen operation."""
        line = self.lines.line(self.currentIndex().row())
        return line if isinstance(line, OutboxRow) else None

    def choose_id(self, subject_id: str) -> bool:
        """Choose an operation and bring it into sight; return whether there is one."""
        at = self.lines.place_of_id(subject_id) if subject_id else -1
        if at >= 0:
            self._go(at)
            self.scrollTo(self.lines.index(at, 0))
        return at >= 0

    def headings(self) -> list[OutboxHeading]:
        """Return the headings as they stand."""
        found = (self.indexWidget(self.lines.index(at, 0)) for at in self._heading_places())
        return [it for it in found if isinstance(it, OutboxHeading)]

    def _heading_places(self) -> list[int]:
        return [at for at, key in enumerate(self.lines.keys) if not key.id]

    def _show_headings(self) -> None:
        for at in self._heading_places():
            group = self.lines.line(at)
            heading = self.indexWidget(self.lines.index(at, 0))
            if not isinstance(heading, OutboxHeading):
                heading = OutboxHeading()
                heading.sync_asked.connect(self.sync_asked)
                heading.sign_in_asked.connect(self.sign_in_asked)
                self.setSpan(at, 0, 1, len(Column))
                self.setIndexWidget(self.lines.index(at, 0), heading)
            if isinstance(group, OutboxGroup):
                heading.show_group(group)

    def _go(self, at: int) -> None:
        if at < 0:
            self._chosen_id = ""
            self.setCurrentIndex(QModelIndex())
            return
        self._chosen_id = self.lines.keys[at].id
        if at != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self.setCurrentIndex(self.lines.index(at, 0))

    def _top(self) -> list[LineKey]:
        """The lines from the first in sight on; none where the list stands at its beginning."""
        first = self.indexAt(QPoint(0, 0)).row()
        return self.lines.keys[first:] if self.verticalScrollBar().value() and first > 0 else []

    def _keep_top(self, top: list[LineKey]) -> None:
        stays = next((at for key in top if (at := self.lines.place_of(key)) >= 0), 0)
        self.verticalScrollBar().setValue(stays)

    # ----------------------------------------------------------------- what the user does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by keys, over the headings; letters are not searched for."""
        now, last = self.currentIndex().row(), len(self.lines.keys) - 1
        key = Qt.Key(event.key())
        page = max(1, self.viewport().height() // px(32) - 1)
        steps = {
            Qt.Key.Key_Down: (now + 1, 1),
            Qt.Key.Key_Up: (now - 1, -1),
            Qt.Key.Key_Home: (0, 1),
            Qt.Key.Key_End: (last, -1),
            Qt.Key.Key_PageDown: (min(now + page, last), -1),
            Qt.Key.Key_PageUp: (max(now - page, 0), 1),
        }
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in steps and not plain:
            to = self._reachable(*steps[key])
            if to >= 0:
                self._go(to)
                self.scrollTo(self.lines.index(to, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not plain:
            self.open_asked.emit()
        elif event.text() or key == Qt.Key.Key_Delete:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _reachable(self, at: int, step: int) -> int:
        """The first operation from there on, or back; -1 for none."""
        keys = self.lines.keys
        while 0 <= at < len(keys) and not keys[at].id:
            at += step
        return at if 0 <= at < len(keys) else -1

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell that another operation is chosen."""
        super().currentChanged(current, previous)
        if not self._taking:
            key = self.lines.keys[current.row()] if current.isValid() else LineKey("")
            self._chosen_id = key.id
            self.chosen_changed.emit()
        self.viewport().update()

    # ----------------------------------------------------------------- how it looks

    def fit_columns(self) -> None:
        """Give state, next and tries what their words need; what and why share the rest."""
        self._cells.fit()
        self.verticalHeader().setDefaultSectionSize(px(32))
        metrics = QFontMetricsF(scaled_font(1.0, bold=True, even_digits=True))
        states = max(metrics.horizontalAdvance(it.word) for it in life_words().values())
        nexts = [metrics.horizontalAdvance(it) for it in next_words()]
        state = px(MARGIN) + px(22) + int(states) + px(GAP)
        clock = widest_digits(metrics, clock_time(datetime(2000, 1, 1, 22, tzinfo=UTC)))
        when = int(max(clock, *nexts)) + px(GAP)
        tries = int(metrics.horizontalAdvance(_("Tries"))) + px(MARGIN)
        rest = max(px(LEAST_WHAT), self.viewport().width() - state - when - tries)
        for column, width in (
            (Column.STATE, state),
            (Column.WHAT, round(rest * WHAT)),
            (Column.WHY, rest - round(rest * WHAT)),
            (Column.NEXT, when),
            (Column.TRIES, tries),
        ):
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self.fit_columns()
