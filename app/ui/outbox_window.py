"""The outbox window: what waits, why, and when it goes on; try again, or give up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui.account_field import wrapping
from app.ui.band import Band
from app.ui.button import Button
from app.ui.elided_label import ElidedLabel
from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.outbox_list import OutboxList
from app.ui.outbox_views import OutboxView
from app.ui.refusal import Refusal
from app.ui.theme import TITLE, dress, px, set_tab_order
from app.words import _

WIDTH, HEIGHT = 960, 480


class OutboxWindow(QWidget):
    """A list by account; below it what the chosen operation waits for, and what can be done."""

    retry_asked = Signal(str)
    """The id of a held operation that may go again."""
    discard_asked = Signal(str)
    """The id of an operation to give up; Ctrl+Z brings it back."""
    sync_asked = Signal()
    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(_("Outbox"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.title = Label(factor=TITLE, bold=True, wrap=False)
        self.note = ElidedLabel(tone="muted")
        self.try_all = Button(_("Try all now"))
        self.try_all.setToolTip(_("Tell everything that can go, and ask the servers (F5)"))
        self.undo = Button(_("Undo"))
        self.list = OutboxList()
        self.words = wrapping("")
        self.refusal = Refusal()
        self.retry = Button(_("Try again"))
        self.discard = Button(_("Discard"))
        self._build()
        self._connect()
        self._fit()

    def show_view(self, view: OutboxView) -> None:
        """Show what waits."""
        self.title.setText(view.title)
        self.note.setText(view.note)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.note)
        self._empty_title.setText(view.title)
        self._empty_words.setText(view.note)
        self.list.show_view(view)
        self.undo.setEnabled(view.can_undo)
        self.undo.setToolTip(
            _("Take back the last change (Ctrl+Z)")
            if view.can_undo
            else _("Nothing was changed that could be taken back.")
        )
        for part in (self.title, self.note):
            part.setVisible(bool(view.groups))
        self._pages.setCurrentIndex(0 if view.groups else 1)
        self._foot.setVisible(bool(view.groups))

    def show_refusal(self, sentence: str) -> None:
        """Say why what was asked about the chosen operation was refused."""
        self.refusal.say(sentence)

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

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()
            self.list.fit_columns()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(16), px(12))
        head.setSpacing(px(8))
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addStretch(0)
        head.addWidget(self.undo)
        head.addWidget(self.try_all)
        column.addLayout(head)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        empty = Band(fill="base", top=True)
        middle = QVBoxLayout(empty)
        middle.setSpacing(px(8))
        self._empty_title = Label(factor=TITLE, bold=True)
        self._empty_words = Label(tone="muted")
        middle.addStretch(2)
        mark = MarkLabel("tick", tone="muted")
        middle.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._empty_title, self._empty_words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            middle.addWidget(label)
        middle.addStretch(3)
        self._pages.addWidget(empty)
        column.addWidget(self._pages, 1)
        self._foot = Band(fill="window", top=True)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(px(16), px(12), px(16), px(12))
        foot.setSpacing(px(8))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.words, 1)
        row.addWidget(self.discard, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignTop)
        foot.addLayout(row)
        foot.addWidget(self.refusal)
        column.addWidget(self._foot)
        set_tab_order([self.list, self.retry, self.discard, self.undo, self.try_all])

    def _connect(self) -> None:
        self.list.chosen_changed.connect(self._show_chosen)
        self.retry.clicked.connect(self._retry)
        self.discard.clicked.connect(self._discard)
        self.try_all.clicked.connect(self.sync_asked)
        self.undo.clicked.connect(self.undo_asked)
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+T", self._retry),
            ("Ctrl+Z", self.undo_asked.emit),
            ("F5", self.sync_asked.emit),
        ]
        for sequence, do in keys:
            action = QAction(self)
            action.setShortcut(QKeySequence(sequence))
            action.triggered.connect(partial(_perform, do))
            self.addAction(action)

    def _show_chosen(self) -> None:
        row = self.list.chosen()
        self.refusal.say("")
        self.words.setText("" if row is None else row.why)
        for button, why_not in (
            (self.retry, "" if row is None else row.why_not_retried),
            (self.discard, "" if row is None else row.why_not_discarded),
        ):
            button.setEnabled(row is not None and not why_not)
            button.setToolTip(why_not)

    def _retry(self) -> None:
        row = self.list.chosen()
        if row is None:
            return
        if row.why_not_retried:
            self.refusal.say(row.why_not_retried)
        else:
            self.retry_asked.emit(row.id)

    def _discard(self) -> None:
        row = self.list.chosen()
        if row is None:
            return
        if row.why_not_discarded:
            self.refusal.say(row.why_not_discarded)
        else:
            self.discard_asked.emit(row.id)

    def _fit(self) -> None:
        area = self.screen().availableGeometry()
        self.setMinimumSize(min(px(560), area.width()), min(px(320), area.height()))
        self.resize(min(px(WIDTH), area.width()), min(px(HEIGHT), area.height()))


def _perform(do: Callable[[], object], _checked: bool = False) -> None:
    do()
