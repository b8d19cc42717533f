"""Open Timekept on a virtual desktop, take a picture of tray and panel, and keep it running."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from virtual_desktop import VirtualDesktop, end_process
from x_screen import DesktopError, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

# It takes a second on a quiet machine; the bound is for a busy one.
APP_WITHIN_SECONDS = 30.0


def main(arguments: Sequence[str]) -> int:
    """Open Timekept on a virtual desktop; return the exit status."""
    parser = argparse.ArgumentParser(description="Timekept on a virtual desktop.")
    parser.add_argument("--once", action="store_true", help="end after the picture is taken")
    ours, for_timekept = parser.parse_known_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with VirtualDesktop() as desktop:
            return _show(desktop, for_timekept, once=ours.once)
    except DesktopError as problem:
        print(problem, file=sys.stderr)
        return 1


def _end(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: the second Ctrl-C must not break the clearing up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _show(desktop: VirtualDesktop, for_timekept: Sequence[str], *, once: bool) -> int:
    timekept = str(Path(sys.executable).with_name("timekept"))
    app = subprocess.Popen(
        [timekept, "run", "--show-panel", *for_timekept],
        env=desktop.environment,
        # Ctrl-C in the terminal is for us; we end the app before its desktop.
        start_new_session=True,
    )
    try:
        wait_until(
            lambda: app.poll() is not None or desktop.screen.tray_icons(app.pid),
            "the tray icon",
            APP_WITHIN_SECONDS,
        )
        if app.poll() is None:
            desktop.screen.wait_for_window(app.pid, within_seconds=APP_WITHIN_SECONDS)
            _print_picture(desktop)
            if once:
                return 0
            print("Timekept keeps running there; Ctrl-C ends it.", flush=True)
        status = app.wait()
        print(f"Timekept ended with status {status}.", file=sys.stderr)
        return status
    finally:
        if app.poll() is None:
            end_process(app)


def _print_picture(desktop: VirtualDesktop) -> None:
    file, name = tempfile.mkstemp(prefix="timekept-", suffix=".png")
    os.close(file)
    print(f"Screenshot of tray and panel: {desktop.screen.screenshot(Path(name))}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
