"""A token that stops working in the middle: all is kept, the sign-in is asked for, all goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.sandbox.server import Sandbox
from tests.desktop import wait_until
from tests.end_to_end.driver import ACCOUNT, KIND, TOKEN, Ledger, Timekept, instant
from tests.end_to_end.screen import WARNING_MARK, open_menu, open_panel, places_of_colour

if TYPE_CHECKING:
    from tests.desktop import Desktop

NEW_TOKEN = "sandbox-7pace-token-of-the-new-year"
SIGN_IN = ("account", "verify", ACCOUNT, "--token-stdin")
COMMAND = "`timekept account verify Work`"
CREATES = {"method": "POST", "path": "workLogs(/batch)?$"}
"""One entry alone, or several together."""


@pytest.mark.parametrize("way", ["without the app", "with the app", "with a crash in between"])
def test_running_track_and_offline_work_outlive_it_and_are_told_once(
    with_keyring: Timekept, lasting: Sandbox, way: str
) -> None:
    work, ledger = with_keyring, Ledger(lasting.port)
    app_runs = way != "without the app"
    work.join(ledger)
    work.ok("config", "set", "sync.poll_seconds", "1")
    if app_runs:
        work.start_app()
    track = work.json("start", "1349", "--comment", "Runs on")
    wait_until(lambda: ledger.running, "the track on the server")

    lasting.stop()
    said = [
        work.json("entry", "add", item, "--start", start, "--stop", stop, "--comment", item)
        for item, start, stop in (
            ("1349", "-5h", "-4h"),
            ("1350", "-4h", "-210m"),
            ("1362", "-3h", "-2h"),
        )
    ]
    # The rehearsal of the creates is refused for its token. The next one goes well, then they land
    # without an answer, and from then on another token is wanted: asking whether they arrived is
    # refused as well.
    for fault in (
        {"kind": "401", "times": 1},
        {"kind": "drop-after", "skip": 1, "times": 1},
        {"kind": "token-expires", "skip": 2, "times": 1, "value": NEW_TOKEN},
    ):
        lasting.fault(KIND, fault | {"match": CREATES})
    lasting.start()

    wait_until(lambda: needs_user(work), "the 401 of the first create", 90)
    assert_kept(work, track, {"pending": 3})
    assert ledger.worklogs == []
    if app_runs:
        # Without it the next command tries by itself; the app leaves the server alone.
        assert f"3 changes wait for Work: sign in with {COMMAND}." in work.run("sync").err
        assert COMMAND in row_of_doctor(work)["text"]

    work.ok(*SIGN_IN, stdin=TOKEN + "\n")
    wait_until(lambda: needs_user(work), "the 401 inside the confirm", 90)
    assert COMMAND in work.run("sync").err
    assert_kept(work, track, {"doubtful": 3})
    words = ("1350", "--start", "-100m", "--stop", "-90m", "--comment", "Later")
    said.append(work.json("entry", "add", *words))
    wait_until(lambda: state_of(work) == "sign-in-required", "the account to wait", 60)
    assert_kept(work, track, {"pending": 1, "doubtful": 3})
    assert {row["reason"] for row in work.json("outbox")} == {
        "It may have arrived: it is looked for before anything is sent again.",
        "Work wants a sign-in.",
    }
    # They did arrive; nobody knows yet, and so nothing else may be made there.
    assert [worklog.comment for worklog in ledger.worklogs] == ["1349", "1350", "1362"]
    doctor = row_of_doctor(work)
    assert doctor["works"] is False
    assert COMMAND in doctor["text"]
    if way == "with a crash in between":
        work.kill_app()
        work.start_app()
        wait_until(lambda: state_of(work) == "sign-in-required", "the 401 of the next run", 60)

    # The token that expired is refused, and that changes nothing.
    refused = work.run(*SIGN_IN, stdin=TOKEN + "\n")
    assert refused.status == 1
    assert "does not take this token" in refused.err
    assert_kept(work, track, {"pending": 1, "doubtful": 3})

    work.ok(*SIGN_IN, stdin=NEW_TOKEN + "\n")
    stopped = work.json("stop")
    assert stopped["id"] == track["id"]
    work.run("sync", "--wait", "60")
    wait_until(lambda: not any(work.json("status")["outbox"].values()), "an empty outbox", 60)
    assert [worklog[:4] for worklog in ledger.worklogs] == [
        (instant(row["started_at"]), row["seconds"], row["item"]["id"], row["comment"])
        for row in (*said, stopped)
    ]
    assert ledger.running is None
    entries = work.json("entries", "--from", "yesterday")
    assert {entry["sync"] for entry in entries} == {"synced"}
    assert len({entry["remote_id"] for entry in entries}) == len(entries) == 5
    assert row_of_doctor(work)["works"] is True
    assert work.run("sync").status == 0
    for token in (TOKEN, NEW_TOKEN):
        assert token.encode() not in work.bytes_of_files()


def test_the_tray_asks_for_it_and_the_dialog_it_opens_takes_the_token(
    on_desktop: Timekept, lasting: Sandbox, desktop: Desktop, pictures: Path
) -> None:
    work, ledger = on_desktop, Ledger(lasting.port)
    work.join(ledger)
    work.start_app(headless=False)
    track = work.json("start", "1349", "--comment", "Runs on")
    wait_until(lambda: ledger.running, "the track on the server")
    desktop.screen.wait_for_tray_icon(work.pid)
    work.ok("sync")
    healthy = desktop.screen.settled_pixels()

    lasting.fault(KIND, {"kind": "token-expires", "times": 1, "value": NEW_TOKEN})
    work.run("sync")
    work.ok("entry", "add", "1350", "--start", "-3h", "--stop", "-2h", "--comment", "Told later")
    wait_until(lambda: state_of(work) == "sign-in-required", "the 401", 30)
    wait_until(lambda: desktop.screen.pixels() != healthy, "another icon")
    panel = open_panel(desktop, work.pid)
    assert places_of_colour(desktop, panel, WARNING_MARK), "The panel says nothing."
    desktop.screenshot(pictures / "sign-in-1-panel.png")
    desktop.press("Escape")
    wait_until(lambda: not desktop.screen.windows(work.pid), "the panel to close")

    menu = open_menu(desktop, work.pid)
    asks = wait_until(lambda: places_of_colour(desktop, menu, WARNING_MARK), "a line that asks")
    desktop.screenshot(pictures / "sign-in-2-menu.png")
    x, y = asks[0]
    desktop.click((x + 60, y))
    dialog = desktop.screen.wait_for_window(work.pid, "Sign in to Work — Timekept")
    desktop.focus(dialog)
    desktop.type_text(TOKEN)
    desktop.press("Return")
    wait_until(lambda: places_of_colour(desktop, dialog, WARNING_MARK), "the refusal")
    desktop.screenshot(pictures / "sign-in-3-refused.png")
    assert_kept(work, track, {"pending": 1})
    # What was typed stands there, chosen, so that the next token takes its place.
    desktop.type_text(NEW_TOKEN)
    desktop.press("Return")
    wait_until(lambda: not desktop.screen.windows(work.pid), "the dialog to close", 30)
    wait_until(lambda: ledger.worklogs, "the entry on the server", 30)
    assert [worklog.comment for worklog in ledger.worklogs] == ["Told later"]
    assert state_of(work) == "online"
    assert work.running["track_id"] == track["id"]
    desktop.screenshot(pictures / "sign-in-4-signed-in.png")


def assert_kept(work: Timekept, track: Any, waits: dict[str, int]) -> None:
    """The track runs on as it was, and so many operations wait."""
    status = work.json("status")
    running = status["running"]
    assert (running["track_id"], running["comment"]) == (track["id"], "Runs on")
    assert instant(running["started_at"]) - instant(track["started_at"]) == timedelta(0)
    assert status["outbox"] == {"pending": 0, "in_flight": 0, "doubtful": 0, "held": 0} | waits
    assert state_of(work) == "sign-in-required"


def needs_user(work: Timekept) -> bool:
    """Whether `sync` says so."""
    return work.run("sync", "--wait", "30").status == 4


def state_of(work: Timekept) -> str:
    """How the account stands."""
    (state,) = (a["state"] for a in work.json("status")["accounts"] if a["name"] == ACCOUNT)
    return str(state)


def row_of_doctor(work: Timekept) -> Any:
    """What `doctor` says of the account."""
    return next(row for row in work.json("doctor") if row["name"] == f"account {ACCOUNT}")
