"""Opens a window that the user asked for, dressed and in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def raise_window(window: QWidget) -> None:
    """Show it and give it the focus: only for a window that the user asked for."""
    from PySide6.QtWidgets import QApplication

    from app.ui.theme import dress

    application = QApplication.instance()
    if isinstance(application, QApplication):
        dress(application)
    window.show()
    window.raise_()
    window.activateWindow()
