"""The outbox of the running app by keys alone: what the server refused is mended and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.desktop import wait_until
from tests.end_to_end.driver import SandboxProcess, Timekept
from tests.end_to_end.screen import open_panel

if TYPE_CHECKING:
    from tests.desktop import Desktop

OUTBOX = "Outbox — Timekept"


def test_what_was_refused_is_mended_by_keys(
    on_desktop: Timekept, sandbox: SandboxProcess, desktop: Desktop, pictures: Path
) -> None:
    on_desktop.join(sandbox)
    on_desktop.ok("config", "set", "sync.poll_seconds", "1")
    on_desktop.start_app(headless=False)
    # It needs a work item or a comment, and has neither.
    on_desktop.run("entry", "add", "--start", "-2h", "--stop", "-1h", "--account", "Work")
    wait_until(lambda: on_desktop.json("status")["outbox"]["held"] == 1, "the refusal", 30)

    open_panel(desktop, on_desktop.pid)
    desktop.press("ctrl+shift+o")
    outbox = desktop.screen.wait_for_window(on_desktop.pid, OUTBOX)
    desktop.focus(outbox)
    desktop.screen.settled_pixels()
    desktop.screenshot(pictures / "outbox-1-refused.png")
    # Into the form, whose first field is the one that the server means, and on to the comment.
    desktop.press("Return", "Tab", "Tab", "Tab", "Tab")
    desktop.type_text("Written by keys")
    desktop.screen.settled_pixels()
    desktop.screenshot(pictures / "outbox-2-mended.png")
    desktop.press("Return")
    wait_until(
        lambda: (
            [(row.comment, row.seconds) for row in sandbox.worklogs] == [("Written by keys", 3600)]
        ),
        "the entry on the server",
        30,
    )
    wait_until(lambda: on_desktop.json("outbox") == [], "an empty outbox", 30)
    desktop.screenshot(pictures / "outbox-3-told.png")
