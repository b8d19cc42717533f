"""The panel's start editor: field, steps, starts worth offering, and what the length becomes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.band import Band
from app.ui.button import Button
from app.ui.label import Label
from app.ui.refusal import Refusal
from app.ui.start_field import StartField
from app.ui.start_text import StartTextError
from app.ui.theme import SMALL, set_tab_order
from app.words import _
from app.words.lengths import length

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from app.ui.views import RunningView

STEP_FOR = timedelta(minutes=5)
_HINTS = 3


class StartEditor(Band):
    """Changes the start of the running track; nothing holds before Save."""

    saved = Signal(datetime)
    """The new start, an aware UTC datetime."""
    left = Signal()
    """Cancel, Esc, or a Save that changes nothing."""
    previewed = Signal(datetime)
    """The start that stands in the field now; `show_note` may say what it touches."""

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, fill="window", edge=True)
        self._now = now
        self._running: RunningView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        caption = Label(_("Start"), bold=True, wrap=False)
        self.field = StartField(now, zone)
        caption.setBuddy(self.field)
        grid.addWidget(caption, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field)
        self.earlier = Button(_("−5 min"), small=True)
        self.later = Button(_("+5 min"), small=True)
        row.addWidget(self.earlier)
        row.addWidget(self.later)
        row.addStretch(1)
        grid.addLayout(row, 0, 1)
        self.refusal = Refusal()
        grid.addWidget(self.refusal, 1, 1)
        self.hints = [Button("", small=True) for _each in range(_HINTS)]
        offered = QVBoxLayout()
        offered.setSpacing(6)
        for at, hint in enumerate(self.hints):
            hint.setCheckable(True)
            offered.addWidget(hint, 0, Qt.AlignmentFlag.AlignLeft)
            hint.clicked.connect(lambda _on=False, at=at: self._take_hint(at))
        grid.addLayout(offered, 2, 1)
        self.preview = Label(bold=True, even_digits=True)
        self.note = Label(tone="muted", factor=SMALL)
        says = QVBoxLayout()
        says.setSpacing(2)
        for label in (self.preview, self.note):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            says.addWidget(label)
        self.note.hide()
        grid.addLayout(says, 3, 1)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addStretch(1)
        self.cancel = Button(_("Cancel"))
        self.save = Button(_("Save"), bold=True)
        self.save.setDefault(True)
        ends.addWidget(self.cancel)
        ends.addWidget(self.save)
        column.addLayout(ends)
        set_tab_order([self.field, self.earlier, self.later, *self.hints, self.cancel, self.save])
        self.field.textChanged.connect(self._changed)
        self.earlier.clicked.connect(lambda: self._step(-STEP_FOR))
        self.later.clicked.connect(lambda: self._step(STEP_FOR))
        self.cancel.clicked.connect(self.left)
        self.save.clicked.connect(self._save)
        self.setAccessibleName(_("Change the start"))
        self.hide()

    def edit(self, running: RunningView) -> None:
        """Begin with the track's start, all of it chosen so that typing replaces it."""
        self._running = running
        self.refusal.say("")
        self.show_hints(running)
        self.field.set_start(running.started_at)
        self._changed()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_hints(self, running: RunningView) -> None:
        """Offer the starts of the view."""
        self._running = running
        for at, button in enumerate(self.hints):
            offered = running.start_hints[at] if at < len(running.start_hints) else None
            button.set_words(offered.text if offered else "")
            button.setVisible(offered is not None)

    def show_note(self, sentence: str) -> None:
        """Say what the start in the field touches or overlaps."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter, leave on Esc, step by the arrows."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._save()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(STEP_FOR if key == Qt.Key.Key_Up else -STEP_FOR)
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Compute the length anew: a minute has passed."""
        if self._running is not None and not self.refusal.sentence:
            self._changed()

    def _changed(self) -> None:
        """Say what the length becomes; a half-typed time is no error yet."""
        self.refusal.say("")
        try:
            at = self.field.read()
        except StartTextError:
            self.preview.setText("")
            self.show_note("")
            self._check_hints(None)
            return
        seconds = (self._now() - at).total_seconds()
        self.preview.setText(_("The length becomes {length}.").format(length=length(seconds)))
        self._check_hints(at)
        self.previewed.emit(at)

    def _check_hints(self, start_at: datetime | None) -> None:
        offered = self._running.start_hints if self._running else ()
        for hint, button in zip(offered, self.hints, strict=False):
            button.setChecked(hint.start_at == start_at)

    def _take_hint(self, at: int) -> None:
        if self._running is not None:
            self.field.set_start(self._running.start_hints[at].start_at)
            self._changed()
            self.field.setFocus()

    def _step(self, by: timedelta) -> None:
        try:
            at = self.field.read() + by
        except StartTextError as error:
            self.refusal.say(str(error))
            return
        self.field.set_start(min(at, self._now()))
        self._changed()

    def _save(self) -> None:
        try:
            at = self.field.read()
        except StartTextError as error:
            self.refusal.say(str(error))
            self.field.setFocus()
            self.field.selectAll()
            return
        if self._running is not None and at == self._running.started_at:
            self.left.emit()
        else:
            self.saved.emit(at)
