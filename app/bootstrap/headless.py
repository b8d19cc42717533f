"""Runs the app without windows: commands come in by the control socket alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.bootstrap.garbage import collect_from_now_on
from app.bootstrap.plain_imports import imports_left_alone
from app.bootstrap.signals import quitting_on_signals
from app.bootstrap.store import LOCK_WAIT_SECONDS, build_desk, folders_of
from app.core.messages import ProcessStarted
from app.runtime.desk import Desk
from app.words.repairs import repair_sentence

Execute = Callable[[Sequence[str], str | None, Desk], tuple[int, str, str]]
"""Runs a command's words with what it was given on standard input: (status, stdout, stderr)."""


def run_headless(
    execute: Execute, home: Path | None = None, *, wait_seconds: float = LOCK_WAIT_SECONDS
) -> int:
    """Run the app without windows until a signal ends it; the exit status.

    Commands come in by the control socket and go to `execute`. Raises as `open_desk` does, and
    ControlUnavailable.
    """
    with imports_left_alone():
        from PySide6.QtCore import QCoreApplication

    from app.runtime.control import ControlServer
    from app.runtime.inbox import QtInbox

    app = QCoreApplication(["timekept"])
    desk = build_desk(folders_of(home), QtInbox(), wait_seconds=wait_seconds, app_runs=True)
    server = ControlServer(desk, execute)
    no_more_upkeep = desk.keep_up(lambda _sentence: None)
    try:
        if desk.repair is not None and sys.stderr is not None:
            print(repair_sentence(desk.repair), file=sys.stderr)
        server.open(desk.folders.socket_file)
        desk.inbox.post(ProcessStarted())
        collect_from_now_on()
        with quitting_on_signals():
            return app.exec()
    finally:
        no_more_upkeep()
        server.close()
        desk.close()
