"""What can be undone between two commands without the app: steps in a file beside the store."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.core.model import LedgerLine, Subject
from app.core.state import AppState

FILE_NAME = "undo.json"
LAST_LINES = 3
"""So many of the ledger's newest lines say whether anything happened since."""


class _Steps(msgspec.Struct, frozen=True):
    """The steps, newest last, and the ledger's newest lines when they were written."""

    lines: tuple[LedgerLine, ...]
    undo: tuple[Subject, ...]
    redo: tuple[Subject, ...]


class UndoFile:
    """Keeps the steps of one command for the next. They are a convenience, never the record: a
    file that cannot be read, or that is older than what happened last, is as good as none.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._kept: _Steps | None = None

    def restored(self, state: AppState, lines: Sequence[LedgerLine]) -> AppState:
        """The state with the steps of the last command, if nothing has happened since then."""
        try:
            steps = msgspec.json.decode(self._path.read_bytes(), type=_Steps)
        except (OSError, msgspec.MsgspecError, ValueError):
            return state
        if steps.lines != tuple(lines):
            return state
        self._kept = steps
        return replace(state, undo=steps.undo, redo=steps.redo)

    def keep(self, state: AppState, lines: Sequence[LedgerLine]) -> None:
        """Write the steps whole, or leave none."""
        steps = _Steps(tuple(lines), state.undo, state.redo)
        if steps == self._kept:
            return
        beside = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            if not state.undo and not state.redo:
                self._path.unlink(missing_ok=True)
                return
            beside.unlink(missing_ok=True)
            file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as stream:
                stream.write(msgspec.json.encode(steps))
            beside.replace(self._path)
