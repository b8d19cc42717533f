"""Start, status, stop: the same words come to the same on the server, with the app or without."""

from __future__ import annotations

import json
import shlex
import subprocess
from datetime import timedelta

import pytest

from tests.end_to_end.driver import TIMEKEPT, SandboxProcess, Timekept, instant

STORY = '{0} start 1349 --comment "Fix timer" && {0} status --json && {0} stop'


@pytest.mark.parametrize("app_runs", [False, True], ids=["without the app", "with the app"])
def test_both_end_the_same_on_the_server(
    work: Timekept, sandbox: SandboxProcess, app_runs: bool
) -> None:
    if app_runs:
        work.start_app()
    done = subprocess.run(
        STORY.format(shlex.join(TIMEKEPT)),
        shell=True,
        env=work.environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    # Three answers: two sentences for people around the document.
    document = done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1]
    status = json.loads(document)
    running = status["running"]
    assert running["item"] == {"id": "1349", "title": "Fix login timer"}
    assert (running["account"], running["comment"]) == ("Work", "Fix timer")
    assert {"name": "Work", "kind": "7pace", "state": "online"} in status["accounts"]

    # A command waits for what it made, and the app does not: so one may ask it to.
    work.ok("sync")
    assert sandbox.running is None
    (worklog,) = sandbox.worklogs
    (entry,) = work.json("entries")
    assert entry["sync"] == "synced"
    assert entry["id"] == running["track_id"]
    assert instant(entry["started_at"]) == instant(running["started_at"]) == worklog.started_at
    assert (worklog.item, worklog.comment) == ("1349", "Fix timer")
    assert worklog.stopped_at == instant(entry["stopped_at"])
    assert timedelta(seconds=worklog.seconds) == worklog.stopped_at - worklog.started_at
    outbox = {"pending": 0, "in_flight": 0, "doubtful": 0, "held": 0}
    assert work.json("status")["outbox"] == outbox
