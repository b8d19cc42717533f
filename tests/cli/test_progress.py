"""A `sync --wait` at a terminal shows how far it has come; anywhere else it says nothing of it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from app.cli.progress import MANY, Progress
from app.sandbox.server import Sandbox
from tests.cli.program import Program


def test_the_line_is_written_over_and_leaves_nothing_behind() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    for left in (MANY - 1, 0):
        progress.show(left)
    progress.end()
    assert stream.getvalue() == ""
    for left in (12, 12, 11, 0):
        progress.show(left)
    progress.end()
    lines = stream.getvalue().split("\r")
    assert [line.strip() for line in lines if line.strip()] == [
        "0 of 12 changes are told.",
        "1 of 12 changes are told.",
        "12 of 12 changes are told.",
    ]
    assert lines[-1] == ""
    assert not lines[-2].strip()


def at_a_terminal(work: Program, *words: str) -> tuple[int, str]:
    """Run a command whose standard error is a terminal: its status, and what the terminal got."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        env=work.environment,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = b""
        while piece := _read(ours):
            seen += piece
        process.wait(60)
    os.close(ours)
    return process.returncode, seen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux says so when the other end is closed.
        return b""


@pytest.mark.parametrize("with_app", [False, True], ids=["without the app", "with the app"])
def test_it_is_shown_at_a_terminal_alone(work: Program, sandbox: Sandbox, with_app: bool) -> None:
    sandbox.stop()
    if with_app:
        work.start_app()
    for number in range(MANY):
        words = ("--start", f"-{number + 3}h", "--stop", f"-{number + 2}h")
        work.ok("entry", "add", "1349", *words)
    status, seen = at_a_terminal(work, "sync", "--wait", "1")
    assert status == 3
    shown = f"0 of {MANY} changes are told."
    assert shown in seen
    # What is said at the end stands on a line of its own.
    assert f"\r{MANY} changes wait for Work: " in seen.replace(" " * len(shown), "")
    said = work.run("sync", "--wait", "1")
    assert said.status == 3
    assert said.err.startswith(f"{MANY} changes wait for Work: ")
    assert shown not in said.err
    assert shown not in at_a_terminal(work, "sync")[1]
    sandbox.start()
    status, seen = at_a_terminal(work, "outbox", "send", "--wait", "30")
    assert status == 0
    assert "wait for" not in seen
