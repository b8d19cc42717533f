"""The command line beside the tray app, on a real desktop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.desktop import Desktop
from tests.runtime.waiting import wait_until


@pytest.fixture
def there(tmp_path: Path, desktop: Desktop) -> Program:
    """Give the program on the desktop of the tests."""
    program = Program(tmp_path)
    program.environment = desktop.environment | {"TIMEKEPT_HOME": str(tmp_path), "TZ": "UTC"}
    return program


def test_a_doctor_finds_what_this_desktop_has(there: Program) -> None:
    rows = {row["name"]: row for row in there.json("doctor")}
    assert rows["idle"] == {"name": "idle", "works": True, "text": "xsync"}
    assert rows["hotkey"]["text"] == "Ctrl+Alt+S by x11"
    assert rows["notifications"]["works"] is True


def test_commands_reach_the_tray_app_and_a_second_run_shows_its_panel(
    there: Program, desktop: Desktop
) -> None:
    with subprocess.Popen([sys.executable, "-m", "app"], env=there.environment) as app:
        try:
            wait_until(lambda: there.socket.exists() or app.poll() is not None, 30)
            assert app.poll() is None
            assert there.json("start", "7")["item"]["id"] == "7"
            wait_until(lambda: "panel is shown" in there.ok("run").err, 30)
            desktop.screen.wait_for_window(app.pid, within_seconds=30)
            rows = {row["name"]: row for row in there.json("doctor")}
            assert rows["app"]["works"] is True
            assert "held by the running app" in rows["hotkey"]["text"]
        finally:
            app.terminate()
            assert app.wait(20) == 0
    assert there.json("stop")["item"]["id"] == "7"
