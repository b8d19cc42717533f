"""The running track's comment and activity type, changed in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.choice import Choice
from app.ui.line_edit import LineEdit
from app.ui.refusal import Refusal
from app.ui.theme import plain_tooltip
from app.words import _

if TYPE_CHECKING:
    from app.ui.views import RunningView


class CommentField(LineEdit):
    """The comment; Enter keeps it, Esc takes it back."""

    taken_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the typing back on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.taken_back.emit()
            return
        super().keyPressEvent(event)


class TrackFields(QWidget):
    """Comment and activity type of the running track, with the sentence of a refusal below them."""

    comment_changed = Signal(str)
    activity_changed = Signal(str)
    """The id of the activity type."""
    left = Signal()
    """Esc was pressed in the comment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running: RunningView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        self.comment = CommentField()
        self.comment.setPlaceholderText(_("Comment"))
        self.comment.setAccessibleName(_("Comment"))
        self.activity = Choice()
        self.activity.setPlaceholderText(_("Activity"))
        self.activity.setAccessibleName(_("Activity type"))
        self.activity.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.activity.setMinimumContentsLength(9)
        row.addWidget(self.comment, 3)
        row.addWidget(self.activity, 2)
        self.refusal = Refusal()
        column.addWidget(self.refusal)
        self.comment.editingFinished.connect(self.commit_comment)
        self.comment.taken_back.connect(self._take_back)
        self.activity.activated.connect(self._activity_chosen)

    def show_running(self, running: RunningView) -> None:
        """Show the track's comment and activity type; what is being typed is left alone."""
        before, self._running = self._running, running
        same_track = before is not None and before.started_at == running.started_at
        typing = self.comment.hasFocus() and self.comment.isModified() and same_track
        if not typing and self.comment.text() != running.comment:
            self.comment.setText(running.comment)
            # Its beginning is what people know it by.
            self.comment.setCursorPosition(0)
        if before is None or before.activities != running.activities:
            self.activity.clear()
            for activity in running.activities:
                self.activity.addItem(activity.name, activity.activity_id)
        at = self.activity.findData(running.activity_id) if running.activity_id else -1
        if self.activity.currentIndex() != at:
            self.activity.setCurrentIndex(at)
        self.activity.setEnabled(bool(running.activities))
        self.activity.setToolTip(plain_tooltip(running.no_activities))
        # Disabled controls are never without a reason: where there is none, there is no control.
        self.activity.setVisible(bool(running.activities or running.no_activities))

    def commit_comment(self) -> None:
        """Hand on the comment if it was changed."""
        if self._running is None or not self.comment.isModified():
            return
        self.comment.setModified(False)
        words = self.comment.text().strip()
        if words != self._running.comment:
            self.refusal.say("")
            self.comment_changed.emit(words)

    def _take_back(self) -> None:
        if self._running is not None:
            self.comment.setText(self._running.comment)
        self.refusal.say("")
        self.left.emit()

    def _activity_chosen(self, at: int) -> None:
        chosen = self.activity.itemData(at)
        if self._running is not None and chosen != self._running.activity_id:
            self.refusal.say("")
            self.activity_changed.emit(chosen)
