"""Writes the outbox to a file: the very document of `timekept outbox export`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QFileDevice, QIODevice, QSaveFile, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.model import CheckState
from app.core.state import AppState
from app.ports.clock import Clock
from app.ports.journal import Journal
from app.ui.outbox_book import OutboxBook
from app.words import _
from app.words.json_shapes import Json, operation_shape
from app.words.operations import next_try_seconds, unfinished
from app.words.outbox_shapes import check_row_shape, whole_shape

LEDGER_LINES = 1000
"""At most so many lines for each operation, the newest."""
_OWNERS = QFileDevice.Permission.ReadOwner | QFileDevice.Permission.WriteOwner


def export_shapes(
    state: AppState, book: OutboxBook, journal: Journal, clock: Clock, only: Collection[str] = ()
) -> list[Json]:
    """The operations, oldest first; of the ids in `only` alone if it has any.

    The ledger of an operation has its oldest line first.
    """
    now, boot_seconds = clock.now(), clock.boot_seconds()
    names = {
        name: {kind.id.casefold(): kind.name for kind in journal.activity_types(name)}
        for name in state.accounts
    }
    shapes = []
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
        shapes.append(shape | whole_shape(subject, account.capabilities, ledger, known))
    answered = (it for it in state.checks.values() if it.state is CheckState.ANSWERED)
    return shapes + [check_row_shape(it) for it in answered if not only or it.id in only]


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


def write_json(path: str, shapes: list[Json]) -> str:
    """Write the file whole or not at all; return why it could not be, empty when it was."""
    file = QSaveFile(path)
    data = json.dumps(shapes, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data):
        file.setPermissions(_OWNERS)
        if file.commit():
            return ""
    return _("{path} could not be written: {why}. Choose another place.").format(
        path=path, why=file.errorString()
    )
