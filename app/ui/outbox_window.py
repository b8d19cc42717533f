"""The outbox window: what waits and why, what it asks of the user, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.ui.outbox_empty import OutboxEmpty
from app.ui.outbox_head import OutboxHead, ProgressLine
from app.ui.outbox_list import OutboxList
from app.ui.outbox_pane import OutboxPane
from app.ui.outbox_sides import SidesDialog
from app.ui.outbox_views import HistoryLine, OperationEdit, OperationView, OutboxView
from app.ui.refusal import Refusal
from app.ui.theme import dress, px, set_tab_order
from app.ui.views import SearchHit
from app.words import _

WIDTH, HEIGHT = 1240, 600
PANE, SIDE_BY_SIDE_FROM = 400, 860


class OutboxWindow(QWidget):
    """A list by account; beside it, or below in a narrow window, all about the chosen operation.

    It asks by signals and shows the views that come back. `operation_of` words the chosen one,
    `history_of` what happened to it; `now` returns the moment, an aware UTC datetime.
    """

    retry_asked = Signal(str)
    """The id of a held operation that may go again as it is."""
    discard_asked = Signal(str)
    """The id of an operation to give up; Ctrl+Z brings it back."""
    mended = Signal(object)
    """An `OperationEdit`."""
    answered = Signal(str, str)
    """The id of an operation, and the code of the answer."""
    sides_saved = Signal(str, object)
    """The id of an operation, and a frozenset of the fields of which theirs is taken."""
    export_asked = Signal(str)
    """The id of an operation, empty for all."""
    sign_in_asked = Signal(str)
    sync_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(
        self,
        now: Callable[[], datetime],
        find_items: Callable[[str], Sequence[SearchHit]],
        operation_of: Callable[[str], OperationView | None],
        history_of: Callable[[str], Sequence[HistoryLine]],
        parent: QWidget | None = None,
    ) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent, Qt.WindowType.Window)
        self._operation_of = operation_of
        self._history_of = history_of
        self.setWindowTitle(_("Outbox"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.head = OutboxHead()
        self.progress = ProgressLine()
        self.refusal = Refusal()
        self.refusal.setContentsMargins(px(16), 0, px(16), px(8))
        self.list = OutboxList()
        self.pane = OutboxPane(now, find_items)
        self.sides = SidesDialog(self)
        self.empty = OutboxEmpty()
        self._awaited = ""
        self._build()
        self._connect()
        self._fit()

    def show_view(self, view: OutboxView) -> None:
        """Show what waits."""
        self.head.show_view(view)
        self.progress.show_told(view.told, view.of)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.note)
        self.empty.show_words(view.title, view.note)
        inside = self.pane.isAncestorOf(QApplication.focusWidget() or self)
        self.list.show_view(view)
        self._pages.setCurrentIndex(0 if view.lines else 1)
        if inside and not self.pane.isAncestorOf(QApplication.focusWidget() or self):
            # What the focus was in is not asked any more.
            self.list.setFocus()

    def choose(self, subject_id: str) -> None:
        """Choose an operation, and go to what it asks."""
        if self.list.choose_id(subject_id):
            self.pane.enter()

    def show_refusal(self, subject_id: str, sentence: str) -> None:
        """Say that what was asked of an operation was refused, where it was asked."""
        self._awaited = ""
        if self.sides.isVisible() and subject_id == self.sides.id:
            self.sides.say(sentence)
        elif subject_id and self._chosen_id() == subject_id:
            self.pane.say(sentence)
        else:
            self.refusal.say(sentence)

    def say_done(self, subject_id: str) -> None:
        """What was asked of an operation is done: its questions go."""
        self.refusal.say("")
        if subject_id == self.sides.id:
            self.sides.hide()
        if subject_id == self._chosen_id():
            self.list.setFocus()

    # ----------------------------------------------------------------- what the user does

    def show_sides(self) -> None:
        """Show the two versions of the chosen operation side by side."""
        operation = self.pane.operation
        if operation is not None and operation.sides is not None:
            self.sides.show_sides(operation.sides)
            self.sides.show()
            self.sides.activateWindow()

    def show_history(self) -> None:
        """Show what happened to the chosen operation, or what it asks again."""
        row_id = self._chosen_id()
        if not row_id:
            return
        if self.pane.history_shown:
            self.pane.leave_history()
            self.list.setFocus()
        else:
            self.pane.show_history(self._history_of(row_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, discard by Del."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_Delete:
            self._discard()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the list."""
        super().showEvent(event)
        self.list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pane below the list where there is no room beside it."""
        super().resizeEvent(event)
        wide = self.width() >= px(SIDE_BY_SIDE_FROM)
        turned = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if turned != self._split.orientation():
            self._split.setOrientation(turned)
            self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()
            self.list.fit_columns()

    # ----------------------------------------------------------------- inside

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.refusal)
        column.addWidget(self.progress)
        self._split = QSplitter()
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self.list)
        self._split.addWidget(self.pane)
        self.list.setMinimumSize(px(320), px(120))
        self.pane.setMinimumSize(px(320), px(160))
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._split)
        self._pages.addWidget(self.empty)
        column.addWidget(self._pages, 1)
        set_tab_order([self.head.undo, self.head.export, self.list])

    def _connect(self) -> None:
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.open_asked.connect(self.pane.enter)
        self.list.sync_asked.connect(self.sync_asked)
        self.list.sign_in_asked.connect(self.sign_in_asked)
        pane = self.pane
        pane.mended.connect(self._mend)
        pane.answered.connect(self.answered)
        pane.sides_asked.connect(self.show_sides)
        pane.retry_asked.connect(self._retry)
        pane.discard_asked.connect(self._discard)
        pane.history_asked.connect(self.show_history)
        pane.export_asked.connect(lambda: self.export_asked.emit(self._chosen_id()))
        pane.left.connect(self._leave_pane)
        self.sides.saved.connect(self.sides_saved)
        self.head.undo.clicked.connect(self.undo_asked)
        self.head.export.clicked.connect(lambda: self.export_asked.emit(""))
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+T", self._retry),
            ("Alt+Return", self.show_history),
            ("Alt+Enter", self.show_history),
            ("Ctrl+Z", self.undo_asked.emit),
            ("Ctrl+Shift+Z", self.redo_asked.emit),
            ("F5", self.sync_asked.emit),
        ]
        for sequence, do in keys:
            action = QAction(self)
            action.setShortcut(QKeySequence(sequence))
            action.triggered.connect(partial(_perform, do))
            self.addAction(action)

    def _chosen_id(self) -> str:
        operation = self.pane.operation
        return "" if operation is None else operation.page.id

    def _show_chosen(self) -> None:
        row = self.list.chosen()
        operation = None if row is None else self._operation_of(row.id)
        if operation is None or operation.page.id != self._chosen_id():
            self.refusal.say("")
        self.pane.show_operation(operation)
        self._go_back_to_form(operation)
        if self.sides.isVisible():
            self._refresh_sides(operation)

    def _mend(self, edit: OperationEdit) -> None:
        self._awaited = edit.id
        self.mended.emit(edit)

    def _go_back_to_form(self, chosen: OperationView | None) -> None:
        """What was mended was refused again: its form goes on where the user still waits for it."""
        if chosen is None or chosen.page.id != self._awaited:
            self._awaited = ""
        elif chosen.mend is not None and self.list.hasFocus():
            self._awaited = ""
            self.pane.enter()

    def _refresh_sides(self, chosen: OperationView | None) -> None:
        """Keep the open dialog on its own entry; it goes with the second version."""
        shown = chosen
        if chosen is None or chosen.page.id != self.sides.id:
            shown = self._operation_of(self.sides.id)
        if shown is None or shown.sides is None:
            self.sides.hide()
        else:
            self.sides.show_sides(shown.sides)

    def _leave_pane(self) -> None:
        if self.pane.history_shown:
            self.pane.leave_history()
        self.list.setFocus()

    def _retry(self) -> None:
        row = self.list.chosen()
        if row is None:
            return
        self.pane.say(row.why_not_retried)
        if not row.why_not_retried:
            self.retry_asked.emit(row.id)

    def _discard(self) -> None:
        row = self.list.chosen()
        if row is None:
            return
        self.pane.say(row.why_not_discarded)
        if not row.why_not_discarded:
            self.discard_asked.emit(row.id)

    def _share(self) -> None:
        beside = self._split.orientation() == Qt.Orientation.Horizontal
        self.pane.stand(beside=beside)
        if beside:
            self._split.setSizes([max(px(320), self.width() - px(PANE)), px(PANE)])
        else:
            self._split.setSizes([self.height() // 2, self.height() // 2])

    def _fit(self) -> None:
        area = self.screen().availableGeometry()
        self.setMinimumSize(min(px(560), area.width()), min(px(360), area.height()))
        self.resize(min(px(WIDTH), area.width()), min(px(HEIGHT), area.height()))
        self._share()


def _perform(do: Callable[[], object], _checked: bool = False) -> None:
    do()
