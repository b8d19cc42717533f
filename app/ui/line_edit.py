"""A text field that leaves the window's keys to the window, and undo when it has none to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class LineEdit(QLineEdit):
    """`Ctrl+Z` takes back typing while there is some, and else what the user did last.

    Keys with Ctrl that the window has an action for are the window's: on X11 Qt takes `Ctrl+E` and
    others of Emacs for moves in the text.
    """

    def event(self, event: QEvent) -> bool:
        """Refuse the window's keys, undo and redo only when the field has nothing for them."""
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(
            event, QKeyEvent
        ):
            if event.matches(QKeySequence.StandardKey.Undo):
                refused = not self.isUndoAvailable()
            elif event.matches(QKeySequence.StandardKey.Redo):
                refused = not self.isRedoAvailable()
            else:
                refused = self._is_the_windows(event)
            if refused:
                event.ignore()
                return False
        return super().event(event)

    def _is_the_windows(self, event: QKeyEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        keys = QKeySequence(event.keyCombination())
        return any(action.shortcut() == keys for action in self.window().actions())
