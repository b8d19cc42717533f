"""The app telling the sandbox all that waits in its store; at the end it prints what it took.

Words: the home's folder, the sandbox's address, and `headless`, `window` or `outbox`: without
windows, with tray and panel, or with the outbox window open beside them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# This is a program and not a part of a package: as pytest does it, see pyproject.toml.
sys.path[:0] = [str(ROOT)]

from app.bootstrap.demo import SandboxSecrets  # noqa: E402 - the path comes first
from app.bootstrap.store import build_desk, folders_of  # noqa: E402 - as above
from app.core.messages import ProcessStarted  # noqa: E402 - as above
from app.core.state import AppState  # noqa: E402 - as above
from app.runtime.desk import Desk  # noqa: E402 - as above

ACCOUNT = "Work"
WARM = 10
"""After one part in so many is told, everything that a replay needs is loaded."""

_WITHIN_SECONDS = 900.0
_TICK_MS = 1
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


class Watch:
    """Counts what is told, and keeps time, memory and the longest gap between two looks."""

    def __init__(self, waiting: int) -> None:
        self._waiting = waiting
        self._left = waiting
        self._began = 0.0
        self._told_all = 0.0
        self._last = 0.0
        self._worked = 0.0
        self.warm_mib = self.peak_mib = 0.0
        self.gaps: list[float] = []
        self.work: list[float] = []

    def begin(self) -> None:
        """The replay begins now."""
        self._began = time.perf_counter()

    def published(self, state: AppState) -> None:
        """A new state: how much is left, and how much memory is taken by now."""
        self._left = len(state.subjects)
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MIB
        if self._waiting - self._left <= self._waiting // WARM:
            self.warm_mib = max(self.warm_mib, resident)
        else:
            self.peak_mib = max(self.peak_mib, resident)
        if not self._left and not self._told_all:
            self._told_all = time.perf_counter()

    def ticked(self) -> bool:
        """The event loop came round; True when all is told."""
        now, worked = time.perf_counter(), time.thread_time()
        if self._last and self._left < self._waiting:
            self.gaps.append(1000 * (now - self._last))
            self.work.append(1000 * (worked - self._worked))
        self._last, self._worked = now, worked
        return self.over

    @property
    def over(self) -> bool:
        """Whether all is told, or it takes too long."""
        return bool(self._told_all) or time.perf_counter() - self._began > _WITHIN_SECONDS

    def tell(self) -> None:
        """Print what was seen."""
        found = {
            "left": self._left,
            "seconds": (self._told_all or time.perf_counter()) - self._began,
            "warm_mib": self.warm_mib,
            "peak_mib": self.peak_mib,
            "longest_ms": sorted(self.gaps)[-5:],
            "most_work_ms": max(self.work, default=0.0),
        }
        print(json.dumps(found), flush=True)


def main(home: str, url: str, how: str) -> int:
    """Be the app until all is told."""
    secrets = SandboxSecrets({ACCOUNT: os.environ["SANDBOX_TOKEN"]})
    if how == "headless":
        _headless(Path(home), secrets)
    else:
        _windowed(Path(home), secrets, with_outbox=how == "outbox")
    return 0


def _watched(desk: Desk) -> Watch:
    watch = Watch(len(desk.state().subjects))
    desk.loop.subscribe(watch.published)
    watch.begin()
    return watch


def _headless(home: Path, secrets: SandboxSecrets) -> None:
    from app.runtime.thread_inbox import ThreadInbox

    inbox = ThreadInbox()
    desk = build_desk(folders_of(home), inbox, wait_seconds=5, app_runs=True, secrets=secrets)
    try:
        watch = _watched(desk)
        inbox.post(ProcessStarted())
        while not watch.over:
            time.sleep(0.05)
        watch.tell()
    finally:
        desk.close()


def _windowed(home: Path, secrets: SandboxSecrets, *, with_outbox: bool) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.bootstrap.windows import Desktop
    from app.cli.execute import execute
    from app.runtime.inbox import QtInbox
    from app.ui.clock_times import clock_time
    from app.ui.presenter import Presenter
    from app.ui.shell import Shell

    app = QApplication(["timekept"])
    app.setQuitOnLastWindowClosed(False)
    inbox = QtInbox()
    desk = build_desk(folders_of(home), inbox, wait_seconds=5, app_runs=True, secrets=secrets)
    presenter = Presenter(desk.journal, desk.settings, desk.clock, clock_time)
    shell = Shell(inbox.post, desk.state, presenter, desk.journal, desk.clock.now)
    desktop = Desktop(desk, shell, execute)
    try:
        watch = _watched(desk)
        desktop.begin_later(show_panel=True, accounts=())
        if with_outbox:
            QTimer.singleShot(200, shell.outbox_asked.emit)
        timer = QTimer()
        timer.timeout.connect(_when(watch.ticked, app.quit))
        timer.start(_TICK_MS)
        app.exec()
        watch.tell()
    finally:
        desktop.close()
        desk.close()


def _when(over: Callable[[], bool], end: Callable[[], None]) -> Callable[[], None]:
    def ticked() -> None:
        if over():
            end()

    return ticked


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
