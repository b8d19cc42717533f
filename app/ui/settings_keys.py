"""The field that takes a key combination as it is pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.line_edit import LineEdit
from app.words import _

_HELD = (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_PLAIN = Qt.KeyboardModifier.NoModifier


class KeyField(LineEdit):
    """Shows a combination and takes another: press it. Backspace is none, Tab and Esc leave it."""

    pressed = Signal(str)
    """What was pressed, as "Ctrl+Alt+S"; empty for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setPlaceholderText(_("none"))

    def event(self, event: QEvent) -> bool:
        """Take every combination before a shortcut of the window does; let bare Tab move on."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                if self._is_ours(event):
                    event.accept()
                    return True
            elif event.type() == QEvent.Type.KeyPress and self._is_ours(event):
                self._take(event)
                return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        bare = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == _PLAIN
        leaves = event.key() in (
            Qt.Key.Key_Tab,
            Qt.Key.Key_Backtab,
            Qt.Key.Key_Escape,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        )
        return not (bare and leaves)

    def _take(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() in _HELD or event.key() == Qt.Key.Key_unknown:
            return
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and (
            event.modifiers() == _PLAIN
        ):
            self.pressed.emit("")
            return
        words = QKeySequence(event.keyCombination()).toString(
            QKeySequence.SequenceFormat.PortableText
        )
        self.pressed.emit(words.replace("Meta+", "Super+"))
