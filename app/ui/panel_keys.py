"""The keys of the panel that work wherever the focus is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.panel import Panel


def add_keys(panel: Panel) -> None:
    """Give the panel its keys, as actions that last as long as it does."""
    keys: list[tuple[str, Callable[[], object]]] = [
        ("Ctrl+D", panel.stop),
        ("Ctrl+E", panel.change_start),
        ("Ctrl+M", panel.edit_comment),
        ("F2", panel.edit_asked.emit),
        ("Ctrl+Z", panel.undo_asked.emit),
        ("Ctrl+Shift+Z", panel.redo_asked.emit),
        ("F5", panel.sync_asked.emit),
        ("Ctrl+Shift+O", panel.open_outbox.emit),
        ("Ctrl+Shift+T", panel.open_timesheet.emit),
        ("Ctrl+,", panel.open_settings.emit),
        ("F1", panel.show_keys),
        ("Ctrl+Q", panel.quit_asked.emit),
    ]
    keys += [(f"Ctrl+{number}", partial(panel.start_recent, number - 1)) for number in range(1, 10)]
    for sequence, do in keys:
        action = QAction(panel)
        action.setShortcut(QKeySequence(sequence))
        action.triggered.connect(partial(_perform, do))
        panel.addAction(action)


def _perform(do: Callable[[], object], _checked: bool = False) -> None:
    do()
