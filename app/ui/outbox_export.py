"""Writes the outbox to a file: the document of `timekept outbox export`, little by little."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial

from PySide6.QtCore import (
    QElapsedTimer,
    QFileDevice,
    QIODevice,
    QObject,
    QSaveFile,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.model import CheckState
from app.core.state import AppState
from app.ports.clock import Clock
from app.ports.journal import Journal, JournalError
from app.ui.outbox_book import OutboxBook
from app.words import _
from app.words.json_shapes import Json, operation_shape
from app.words.operations import next_try_seconds, unfinished
from app.words.outbox_shapes import check_row_shape, whole_shape

LEDGER_LINES = 1000
"""At most so many lines for each operation, the newest."""
AT_ONCE_MS = 30
"""So long it writes before the windows have their turn."""
_OWNERS = QFileDevice.Permission.ReadOwner | QFileDevice.Permission.WriteOwner


def export_shapes(
    state: AppState, book: OutboxBook, journal: Journal, clock: Clock, only: Collection[str] = ()
) -> Iterator[Json]:
    """The operations of a state, oldest first, each worked out when it is asked for.

    Of the ids in `only` alone if it has any. `book` was given this very state. The ledger of an
    operation has its oldest line first. Raises JournalError.
    """
    now, boot_seconds = clock.now(), clock.boot_seconds()
    names = {
        name: {kind.id.casefold(): kind.name for kind in journal.activity_types(name)}
        for name in state.accounts
    }
    for subject, sync in unfinished(state):
        if only and subject.id not in only:
            continue
        account = state.accounts[subject.account]
        seconds = next_try_seconds(state, subject, now, boot_seconds)
        known = partial(_name, names[subject.account])
        shape = operation_shape(
            subject,
            account,
            sync,
            reason=book.row(subject.id).why,
            next_at=None if seconds is None else now + timedelta(seconds=math.ceil(seconds)),
            activity=known(subject.meant.activity),
            now=now,
        )
        ledger = journal.ledger(LEDGER_LINES, subject.id)[::-1]
        yield shape | whole_shape(subject, account.capabilities, ledger, known)
    for check in state.checks.values():
        if check.state is CheckState.ANSWERED and (not only or check.id in only):
            yield check_row_shape(check)


def _name(names: dict[str, str], activity: str) -> str:
    return names.get(activity.casefold(), activity)


def ask_for_file(parent: QWidget, name: str, done: Callable[[str], None]) -> None:
    """Ask where a JSON file goes; `done` hears its path, and nothing hears that it was left."""
    dialog = QFileDialog(parent, _("Export"), name, _("JSON (*.json)"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(done)
    dialog.open()


class OutboxExport(QObject):
    """Writes a file whole or not at all, with a turn for the windows in between."""

    went = Signal(int)
    """So many are written."""
    ended = Signal(str)
    """Why it could not be written, as a sentence; empty when it was, or was stopped."""

    def __init__(self, path: str, shapes: Iterator[Json], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._shapes = shapes
        self._count = 0
        self._file = QSaveFile(path, self)
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin; it goes on by itself until `ended`."""
        if self._file.open(QIODevice.OpenModeFlag.WriteOnly):
            self._file.setPermissions(_OWNERS)
            self._turn.start(0)
        else:
            self._end(self._file.errorString())

    def stop(self) -> None:
        """Leave it: what was at the place of the file stays."""
        self._file.cancelWriting()
        self._end("")

    def _go_on(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < AT_ONCE_MS:
            try:
                shape = next(self._shapes, None)
            except JournalError as error:
                self._file.cancelWriting()
                self._end(str(error))
                return
            if shape is None:
                written = self._write("\n]\n" if self._count else "[]\n") and self._file.commit()
                self._end("" if written else self._file.errorString())
                return
            words = json.dumps(shape, ensure_ascii=False, indent=2)
            if not self._write(f"{',' if self._count else '['}\n{words}"):
                self._end(self._file.errorString())
                return
            self._count += 1
        self.went.emit(self._count)

    def _write(self, words: str) -> bool:
        data = words.encode("utf-8", "replace")
        return self._file.write(data) == len(data)

    def _end(self, why: str) -> None:
        self._turn.stop()
        sentence = _("{path} could not be written: {why}. Choose another place.")
        self.ended.emit(sentence.format(path=self._path, why=why.rstrip(".")) if why else "")
        self.deleteLater()
