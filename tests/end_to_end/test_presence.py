"""Away from the desk: one question on return, which takes no focus; each answer counts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import SandboxProcess, Timekept, instant
from tests.end_to_end.screen import (
    active_window,
    answer,
    answer_by_keys,
    apply_button,
    later_button,
)

if TYPE_CHECKING:
    from tests.desktop import Desktop, Window

AWAY = "You were away — Timekept"
IDLE_AFTER_SECONDS = 2
# A window of somebody else, in which the user types; it prints what arrives in it.
EDITOR = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
line = QLineEdit()
line.setWindowTitle("Editor")
line.resize(300, 60)
line.move(100, 100)
line.textChanged.connect(lambda text: print(text, flush=True))
line.show()
sys.exit(app.exec())
"""


@pytest.fixture
def editor(desktop: Desktop) -> Iterator[Window]:
    """Give another program's window that has the focus."""
    with subprocess.Popen(
        [sys.executable, "-c", EDITOR], env=desktop.environment, stdout=subprocess.PIPE
    ) as program:
        try:
            window = desktop.screen.wait_for_window(program.pid, "Editor")
            desktop.focus(window)
            yield window
        finally:
            program.terminate()


@pytest.fixture
def away(
    on_desktop: Timekept, sandbox: SandboxProcess, desktop: Desktop, editor: Window
) -> Timekept:
    """Run the app with a track of a quarter of an hour, and be away from the desk."""
    app = on_desktop
    app.join(sandbox)
    app.ok("config", "set", "presence.idle_after_seconds", str(IDLE_AFTER_SECONDS))
    app.start_app(headless=False)
    app.ok("start", "1349", "--comment", "Fix timer", "--at", "-15m")
    wait_until(lambda: sandbox.running, "the track on the server")
    wait_until(lambda: app.json("status")["presence"] == "away", "`status` to say away", 20)
    assert not desktop.screen.windows(app.pid), "It asked before anybody came back."
    return app


def come_back(app: Timekept, desktop: Desktop, editor: Window) -> tuple[Window, Any]:
    """Type into the other window; returns the prompt, and the absence as `checks` has it."""
    letters = iter("abcdefghijklmnopqrstuvwxyz" * 4)

    def asked() -> bool:
        # A nudge is not a return: input that lasts is.
        desktop.type_text(next(letters))
        return bool(desktop.screen.windows(app.pid))

    wait_until(asked, "the question", 20)
    prompt = desktop.screen.wait_for_window(app.pid, AWAY)
    assert len(desktop.screen.windows(app.pid)) == 1
    assert active_window(desktop) == editor.xid, "The question took the focus."
    (absence,) = app.json("checks")
    return prompt, absence


def told(app: Timekept, sandbox: SandboxProcess, count: int) -> list[tuple[Any, ...]]:
    """Wait until the server has `count` entries and nothing waits; they and ours are the same."""
    wait_until(
        lambda: not any(app.json("status")["outbox"].values()) and len(sandbox.worklogs) == count,
        f"{count} entries on the server",
        20,
    )
    ours = [
        (instant(e["started_at"]), e["seconds"]) for e in app.json("entries") if e["stopped_at"]
    ]
    assert [worklog[:2] for worklog in sandbox.worklogs] == ours
    return ours


def test_keep_by_click(
    away: Timekept, sandbox: SandboxProcess, desktop: Desktop, editor: Window, pictures: Path
) -> None:
    track = away.running
    prompt, absence = come_back(away, desktop, editor)
    assert absence["track_id"] == track["track_id"]
    desktop.screenshot(pictures / "presence-1-away.png")
    # The first answer, to keep the time, is chosen.
    desktop.click(apply_button(prompt))
    wait_until(lambda: not desktop.screen.windows(away.pid), "the prompt to go")
    assert away.json("checks") == []
    assert away.json("status")["presence"] == "present"
    assert away.running["track_id"] == track["track_id"]
    assert away.running["started_at"] == track["started_at"]
    away.ok("stop")
    ((began_at, seconds),) = told(away, sandbox, 1)
    assert began_at == instant(track["started_at"])
    assert 15 * 60 <= seconds < 18 * 60


def test_discard_and_stop_by_click(
    away: Timekept, sandbox: SandboxProcess, desktop: Desktop, editor: Window
) -> None:
    track = away.running
    prompt, absence = come_back(away, desktop, editor)
    gone_from = instant(absence["from_at"])
    desktop.click(answer(prompt, 2, 3))
    desktop.click(apply_button(prompt))
    wait_until(lambda: not desktop.screen.windows(away.pid), "the prompt to go")
    assert away.running is None
    wait_until(lambda: sandbox.running is None, "the stop on the server")
    began_at = instant(track["started_at"])
    assert told(away, sandbox, 1) == [(began_at, (gone_from - began_at).total_seconds())]
    # The last input may have come a little before the start was typed.
    assert 14 * 60 < (gone_from - began_at).total_seconds() < 18 * 60


def test_discard_and_go_on_by_key(
    away: Timekept, sandbox: SandboxProcess, desktop: Desktop, editor: Window
) -> None:
    track = away.running
    prompt, absence = come_back(away, desktop, editor)
    gone_from, back_at = instant(absence["from_at"]), instant(absence["to_at"])
    assert back_at - gone_from >= timedelta(seconds=IDLE_AFTER_SECONDS)
    answer_by_keys(desktop, prompt, 3, 3)
    wait_until(lambda: not desktop.screen.windows(away.pid), "the prompt to go")
    went_on = away.running
    assert went_on["track_id"] != track["track_id"]
    assert (went_on["comment"], instant(went_on["started_at"])) == ("Fix timer", back_at)
    began_at = instant(track["started_at"])
    first = (began_at, (gone_from - began_at).total_seconds())
    assert told(away, sandbox, 1) == [first]
    wait_until(lambda: sandbox.running, "the track that goes on, on the server")
    away.ok("stop")
    entries = told(away, sandbox, 2)
    assert entries[0] == first
    assert entries[1][0] == back_at


def test_a_question_put_off_waits_and_is_asked_once(
    away: Timekept, sandbox: SandboxProcess, desktop: Desktop, editor: Window
) -> None:
    prompt, absence = come_back(away, desktop, editor)
    desktop.click(later_button(prompt))
    wait_until(lambda: not desktop.screen.windows(away.pid), "the prompt to go")
    assert [check["id"] for check in away.json("checks")] == [absence["id"]]
    away.ok("checks", "answer", absence["id"], "discard")
    assert away.running is None
    wait_until(lambda: len(sandbox.worklogs) == 1, "the entry on the server")
    assert not desktop.screen.windows(away.pid)
