"""`timekept run --demo`: a day's first minutes with mouse and keys; the server shows each."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import TIMEKEPT, Ledger, Timekept, Worklog, instant
from tests.end_to_end.screen import LEFT, MIDDLE, click_recent, open_menu, open_panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop import Desktop

# In the panel, from its upper left corner: its fields as they stand while a track runs.
COMMENT = (90, 91)
ACTIVITY = (280, 91)
SINCE = (308, 57)


class Demo:
    """The demonstration on a desktop: its process, its sandbox, and commands in its home."""

    def __init__(self, desktop: Desktop) -> None:
        environment = desktop.environment | {"TZ": "UTC"}
        environment.pop("TIMEKEPT_HOME", None)
        self.process = subprocess.Popen(
            [*TIMEKEPT, "run", "--demo"], env=environment, stdout=subprocess.PIPE, text=True
        )
        said = self.process.stdout
        assert said is not None
        lines = iter(said.readline, "")
        self.ledger = Ledger(urlsplit(next(lines).split()[-1]).port or 0)
        self.page = next(line for line in lines if "page" in line).split()[-1]
        home = next(line for line in lines if "TIMEKEPT_HOME=" in line).partition("=")[2]
        self.home = Path(home.strip())
        self.timekept = Timekept(self.home, **environment | {"TIMEKEPT_HOME": str(self.home)})

    def end(self) -> None:
        """Quit as a signal from the session does."""
        self.process.terminate()
        try:
            assert self.process.wait(20) == 0
        finally:
            self.process.kill()
            if self.process.stdout is not None:
                self.process.stdout.close()


@pytest.fixture
def demo(desktop: Desktop) -> Iterator[Demo]:
    """Run the demonstration until the test ends."""
    demo = Demo(desktop)
    yield demo
    demo.end()


def test_a_day_by_mouse_and_keys(demo: Demo, desktop: Desktop, pictures: Path) -> None:
    pid, ledger = demo.process.pid, demo.ledger
    past = ledger.worklogs
    assert len(past) == 4
    desktop.screen.wait_for_tray_icon(pid)
    wait_until(lambda: len(demo.timekept.json("recent")) > 1, "recent items from the server")

    # Start by the tray menu.
    click_recent(desktop, pid)
    running = wait_until(lambda: ledger.running, "the track on the server")
    assert (running["tfsId"], running["remark"]) == (1362, "first draft")
    desktop.screenshot(pictures / "demo-1-started-by-the-menu.png")
    began_at = instant(demo.timekept.running["started_at"])

    # Adjust in the panel: comment, activity type, start.
    panel = open_panel(desktop, pid)
    desktop.screenshot(pictures / "demo-2-panel.png")

    def click(place: tuple[int, int], times: int = 1) -> None:
        desktop.click((panel.x + place[0], panel.y + place[1]), LEFT, times)

    click(COMMENT, times=3)
    desktop.type_text("second draft")
    desktop.press("Return")
    wait_until(lambda: remark(ledger) == "second draft", "the comment on the server")
    click(ACTIVITY)
    desktop.screenshot(pictures / "demo-3-activities.png")
    desktop.type_text("Wri")
    desktop.press("Return")
    wait_until(lambda: activity(demo) == "Writing", "the activity type in the store")
    click(SINCE)
    desktop.screen.settled_pixels()
    desktop.press("Escape")
    # The search has the focus again, and Ctrl+E is not for its text.
    desktop.press("ctrl+e")
    desktop.screen.settled_pixels()
    desktop.type_text("-20m")
    desktop.screenshot(pictures / "demo-4-start-editor.png")
    desktop.press("Return")
    wait_until(
        lambda: began_at - instant(demo.timekept.running["started_at"]) > timedelta(minutes=18),
        "the moved start in the store",
    )
    moved = instant(demo.timekept.running["started_at"])
    assert began_at - moved < timedelta(minutes=21)
    desktop.screenshot(pictures / "demo-5-adjusted.png")
    desktop.press("Escape")
    wait_until(lambda: not desktop.screen.windows(pid), "the panel to close")
    wait_until(
        lambda: not any(demo.timekept.json("status")["outbox"].values()), "an empty outbox", 20
    )
    assert (remark(ledger), ledger.running["tfsId"]) == ("second draft", 1362)

    # Stop by a middle click on the icon.
    desktop.click(desktop.screen.wait_for_tray_icon(pid), button=MIDDLE)
    wait_until(lambda: ledger.running is None, "the stop on the server")
    wait_until(lambda: moved in [w.started_at for w in ledger.worklogs], "the true start there")
    (worklog,) = [w for w in ledger.worklogs if w not in past]
    (entry,) = [e for e in demo.timekept.json("entries") if instant(e["started_at"]) == moved]
    assert worklog.stopped_at == instant(entry["stopped_at"])
    assert worklog == Worklog(moved, entry["seconds"], "1362", "second draft", "Writing")
    desktop.screenshot(pictures / "demo-6-stopped.png")

    # Toggle by the hotkey: what was stopped last goes on, and ends.
    desktop.press("ctrl+alt+s")
    running = wait_until(lambda: ledger.running, "the track that goes on")
    assert (running["tfsId"], running["remark"]) == (1362, "second draft")
    open_menu(desktop, pid)
    desktop.screenshot(pictures / "demo-7-menu-while-running.png")
    desktop.press("Escape")
    wait_until(lambda: not desktop.screen.windows(pid), "the menu to close")
    desktop.press("ctrl+alt+s")
    wait_until(lambda: ledger.running is None, "the end of it")
    assert demo.timekept.running is None


def test_the_demonstration_leaves_nothing_behind(desktop: Desktop) -> None:
    demo = Demo(desktop)
    try:
        desktop.screen.wait_for_tray_icon(demo.process.pid)
        wait_until(demo.home.exists, "its home")
        assert demo.page == f"http://127.0.0.1:{demo.ledger.port}/"
    finally:
        demo.end()
    assert not demo.home.exists()


def remark(ledger: Ledger) -> Any:
    """The comment of what runs on the server."""
    running = ledger.running
    return running and running["remark"]


def activity(demo: Demo) -> Any:
    """The activity type of what runs here."""
    return demo.timekept.running["activity"]
