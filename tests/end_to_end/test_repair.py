"""A store that is damaged after a crash: the app starts, says so, and the server gets all once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import SandboxProcess, Timekept, wait_for_another_second

COMMENTS = tuple(f"Morning {number}" for number in range(5))


def zero(store: Path, first: int, size: int) -> None:
    with store.open("r+b") as file:
        file.seek(first)
        file.write(bytes(size))


@pytest.mark.parametrize("first, size", [(0, 100), (0, 4096)], ids=["no header", "no first page"])
def test_what_was_unsent_is_told_once_after_a_repair(
    work: Timekept, sandbox: SandboxProcess, first: int, size: int
) -> None:
    work.ok("config", "set", "http.timeout_seconds", "5")
    work.ok("config", "set", "sync.poll_seconds", "1")
    work.ok("config", "set", "sync.settle_seconds", "1")
    sandbox.stop()
    work.start_app()
    for number, comment in enumerate(COMMENTS):
        hours = f"-{2 * (len(COMMENTS) - number)}h"
        until = f"-{2 * (len(COMMENTS) - number) - 1}h"
        words = ("--start", hours, "--stop", until, "--comment", comment, "--account", "Work")
        work.ok("entry", "add", "1349", *words)
    said = {entry["id"]: entry["comment"] for entry in work.json("entries", "--from", "yesterday")}
    assert sorted(said.values()) == sorted(COMMENTS)
    work.kill_app()
    store = work.home / "timekept.sqlite3"
    zero(store, first, size)
    damaged = store.read_bytes()

    work.start_app()
    (aside,) = work.home.glob("timekept-broken-*.db")
    assert aside.read_bytes() == damaged
    row = next(row for row in work.json("doctor") if row["name"] == "repair")
    assert str(aside) in row["text"]
    assert work.json("entries", "--from", "yesterday") != []
    outbox = work.json("status")["outbox"]
    assert sum(outbox.values()) == len(COMMENTS)
    wait_for_another_second()
    sandbox.start()
    for operation in work.json("outbox"):
        if operation["state"] == "held":
            work.run("outbox", "retry", operation["id"])
    work.run("sync", "--wait", "60")
    wait_until(lambda: not any(work.json("status")["outbox"].values()), "an empty outbox", 60)
    assert sorted(row.comment for row in sandbox.worklogs) == sorted(COMMENTS)
    assert len({row.started_at for row in sandbox.worklogs}) == len(COMMENTS)
    # Nothing more comes of it later.
    work.run("sync", "--wait", "30")
    assert len(sandbox.worklogs) == len(COMMENTS)
