"""What another device and the server itself do: shown within a pull, answered, adopted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import SandboxProcess, Timekept, instant
from tests.end_to_end.screen import answer_by_keys, apply_button, open_menu

if TYPE_CHECKING:
    from tests.desktop import Desktop

CHECK = "Activity check — Timekept"


@pytest.fixture
def app(on_desktop: Timekept, sandbox: SandboxProcess) -> Timekept:
    """Run the app on the desktop, with an account that is looked at each second."""
    on_desktop.join(sandbox)
    on_desktop.ok("config", "set", "sync.poll_seconds", "1")
    on_desktop.start_app(headless=False)
    return on_desktop


def test_a_timer_from_elsewhere_shows_within_one_pull(
    app: Timekept, sandbox: SandboxProcess, desktop: Desktop, pictures: Path
) -> None:
    icon = desktop.screen.wait_for_tray_icon(app.pid)
    stopped = desktop.screen.settled_pixels()
    sandbox.elsewhere("start", tfsId=1349, remark="On the phone")
    started = sandbox.running["startedAt"]

    running = wait_until(lambda: app.running, "the track in `status`", 10)
    assert running["item"]["id"] == "1349"
    assert (running["account"], running["comment"]) == ("Work", "On the phone")
    assert abs(instant(running["started_at"]) - instant(started)) < timedelta(seconds=1)
    # The icon tells it by its shape.
    wait_until(lambda: desktop.screen.pixels() != stopped, "another icon")
    assert desktop.screen.tray_icons(app.pid) == [icon]
    open_menu(desktop, app.pid)
    desktop.screenshot(pictures / "elsewhere-1-menu.png")
    desktop.press("Escape")

    sandbox.elsewhere("stop")
    wait_until(lambda: app.running is None, "the stop in `status`", 10)
    (entry,) = app.json("entries")
    (worklog,) = sandbox.worklogs
    assert (instant(entry["started_at"]), entry["seconds"]) == worklog[:2]
    assert entry["sync"] == "synced"


def test_an_activity_check_is_answered_from_the_prompt(
    app: Timekept, sandbox: SandboxProcess, desktop: Desktop, pictures: Path
) -> None:
    start(app, sandbox)
    sandbox.ask("activity-check", {"waitSeconds": 60})
    assert sandbox.running["trackingState"] == "activityCheck"

    prompt = desktop.screen.wait_for_window(app.pid, CHECK)
    (check,) = app.json("checks")
    assert check["account"] == "Work"
    desktop.screenshot(pictures / "elsewhere-2-activity-check.png")
    # The first answer, to go on, is chosen.
    desktop.click(apply_button(prompt))
    wait_until(
        lambda: sandbox.running["trackingState"] == "tracking", "the answer on the server", 10
    )
    wait_until(lambda: not desktop.screen.windows(app.pid), "the prompt to go")
    wait_until(lambda: app.json("checks") == [], "no check")
    assert app.running["comment"] == "Fix timer"
    assert sandbox.worklogs == []


def test_a_check_can_be_answered_with_no_by_key(
    app: Timekept, sandbox: SandboxProcess, desktop: Desktop
) -> None:
    start(app, sandbox)
    sandbox.ask("activity-check", {"waitSeconds": 60})
    prompt = desktop.screen.wait_for_window(app.pid, CHECK)
    answer_by_keys(desktop, prompt, 2, 2)
    wait_until(lambda: sandbox.running is None, "the stop on the server")
    wait_until(lambda: app.running is None, "the stop here")
    wait_until(lambda: not desktop.screen.windows(app.pid), "the prompt to go")
    assert [worklog.comment for worklog in sandbox.worklogs] == ["Fix timer"]


def test_unanswered_the_servers_stop_is_adopted(
    app: Timekept, sandbox: SandboxProcess, desktop: Desktop, pictures: Path
) -> None:
    start(app, sandbox)
    sandbox.ask("activity-check", {"waitSeconds": 3})
    desktop.screen.wait_for_window(app.pid, CHECK)

    wait_until(lambda: app.running is None, "the server's stop here", 15)
    wait_until(lambda: not desktop.screen.windows(app.pid), "the prompt to go")
    assert app.json("checks") == []
    assert sandbox.running is None
    (worklog,) = sandbox.worklogs
    (entry,) = app.json("entries")
    assert instant(entry["started_at"]) == worklog.started_at
    assert instant(entry["stopped_at"]) == worklog.stopped_at
    assert (entry["sync"], entry["seconds"]) == ("synced", worklog.seconds)
    assert not any(app.json("status")["outbox"].values())
    desktop.screenshot(pictures / "elsewhere-3-stopped-by-the-server.png")


def start(app: Timekept, sandbox: SandboxProcess) -> None:
    """Start a track, and wait until it runs on the server too."""
    app.ok("start", "1349", "--comment", "Fix timer")
    wait_until(lambda: sandbox.running, "the track on the server")
