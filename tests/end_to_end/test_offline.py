"""A morning without the server, and a crash: afterwards the server has all of it, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.sandbox.server import Sandbox
from tests.desktop import wait_until
from tests.end_to_end.driver import (
    ACCOUNT,
    Ledger,
    SandboxProcess,
    Timekept,
    instant,
    wait_for_another_second,
)

ITEMS = ("1349", "1362", "1350")


@pytest.mark.parametrize("app_runs", [True, False], ids=["with the app", "without the app"])
def test_what_was_done_offline_is_told_once_with_its_true_times(
    work: Timekept, sandbox: SandboxProcess, app_runs: bool
) -> None:
    work.ok("config", "set", "http.timeout_seconds", "5")
    work.ok("config", "set", "sync.poll_seconds", "1")
    sandbox.stop()
    if app_runs:
        work.start_app()

    for item in ITEMS:
        work.ok("start", item, "--comment", f"Morning of {item}")
        wait_for_another_second()
    work.ok("stop")
    status = work.json("status")
    assert status["running"] is None
    assert sum(status["outbox"].values()) >= 3
    assert state_of_account(work) == "offline"
    said = [
        (instant(entry["started_at"]), entry["seconds"], entry["item"]["id"], entry["comment"])
        for entry in work.json("entries")
    ]
    assert [item for _start, _seconds, item, _comment in said] == list(ITEMS)
    assert all(seconds >= 1 for _start, seconds, _item, _comment in said)

    if app_runs:
        work.kill_app()
    work.start_app()
    assert sum(work.json("status")["outbox"].values()) >= 3
    sandbox.start()
    work.run("sync", "--wait", "60")

    wait_until(lambda: not any(work.json("status")["outbox"].values()), "an empty outbox", 60)
    assert work.json("outbox") == []
    assert [worklog[:4] for worklog in sandbox.worklogs] == said
    assert sandbox.running is None
    assert {entry["sync"] for entry in work.json("entries")} == {"synced"}
    assert state_of_account(work) == "online"


def test_a_track_that_the_server_saw_begin_ends_there_once_and_at_its_true_time(
    with_keyring: Timekept, lasting: Sandbox
) -> None:
    """The server goes away while it counts: until it is back it knows nothing of the switches."""
    work, ledger = with_keyring, Ledger(lasting.port)
    work.join(ledger)
    work.ok("config", "set", "sync.poll_seconds", "1")
    work.start_app()
    work.ok("start", ITEMS[0], "--comment", "Begun in sight")
    wait_until(lambda: ledger.running, "the track on the server")
    wait_for_another_second()
    lasting.stop()
    for item in ITEMS[1:]:
        work.ok("start", item, "--comment", "Begun out of sight")
        wait_for_another_second()
    work.kill_app()
    work.start_app()
    work.ok("stop")
    said = [
        (instant(entry["started_at"]), entry["seconds"], entry["item"]["id"], entry["comment"])
        for entry in work.json("entries")
    ]
    work.kill_app()
    # Meanwhile the server's own clock has run on over the first track.
    wait_for_another_second()
    lasting.start()
    work.start_app()
    wait_until(lambda: not any(work.json("status")["outbox"].values()), "an empty outbox", 60)
    assert [worklog[:4] for worklog in ledger.worklogs] == said
    assert ledger.running is None
    assert {entry["sync"] for entry in work.json("entries")} == {"synced"}
    assert said[1][0] - said[0][0] == timedelta(seconds=said[0][1])


def state_of_account(timekept: Timekept) -> str:
    """How the account stands, as `status` says it."""
    (state,) = (a["state"] for a in timekept.json("status")["accounts"] if a["name"] == ACCOUNT)
    return str(state)
