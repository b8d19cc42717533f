"""The head of the outbox: how much waits, how far the telling is, undo and export."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

from app.ui.button import Button
from app.ui.elided_label import ElidedLabel
from app.ui.label import Label
from app.ui.outbox_views import OutboxView
from app.ui.theme import TITLE, look_of, px
from app.words import _


class ProgressLine(QWidget):
    """A line below the head, which fills while many operations are told; it always has its room."""

    def __init__(self) -> None:
        super().__init__()
        self._told = self._of = 0
        self.setFixedHeight(px(3))

    def show_told(self, told: int, of: int) -> None:
        """Show so many of so many; of none, nothing."""
        if (told, of) != (self._told, self._of):
            self._told, self._of = told, of
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the part that is told."""
        look = look_of(self.palette())
        painter = QPainter(self)
        line = look.border if look.high_contrast else look.hairline
        if self._of <= 0:
            painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), line)
            return
        painter.fillRect(self.rect(), line)
        part = QRect(0, 0, round(self.width() * self._told / self._of), self.height())
        painter.fillRect(QStyle.visualRect(self.layoutDirection(), self.rect(), part), look.focus)


class OutboxHead(QWidget):
    """Title, note and the buttons of the whole window."""

    def __init__(self) -> None:
        super().__init__()
        self._note = ""
        self._writing = ""
        self.title = Label(factor=TITLE, bold=True, wrap=False, even_digits=True)
        self.note = ElidedLabel(tone="muted", even_digits=True)
        self.undo = Button(_("Undo"))
        self.export = Button(_("Export…"))
        self.export.setToolTip(_("Save all of this, and what happened to it, as a file"))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(12), px(16), px(9))
        row.setSpacing(px(8))
        row.addWidget(self.title)
        row.addWidget(self.note, 1)
        row.addStretch(0)
        row.addWidget(self.undo)
        row.addWidget(self.export)

    def show_view(self, view: OutboxView) -> None:
        """Show how much waits."""
        waits = bool(view.lines)
        self.title.setText(view.title)
        note = view.note
        if view.of:
            note = _("Telling {told} of {all}. You can close this window.").format(
                told=view.told, all=view.of
            )
        self._note = note
        self.note.setText(self._writing or note)
        self.title.setVisible(waits)
        self.note.setVisible(waits)
        self.export.setEnabled(waits or bool(self._writing))
        self.undo.setEnabled(view.can_undo)
        self.undo.setToolTip(
            _("Take back the last change (Ctrl+Z)")
            if view.can_undo
            else _("Nothing was changed that could be taken back.")
        )

    def show_writing(self, words: str) -> None:
        """Say how far the export is; the button stops it meanwhile. With no words it is over."""
        self._writing = words
        self.note.setText(words or self._note)
        self.export.set_words(_("Stop writing") if words else _("Export…"))
