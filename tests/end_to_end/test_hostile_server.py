"""A server that answers anything at all: sentences, nothing lost, nothing doubled, plain text."""

from __future__ import annotations

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import SandboxProcess, Timekept, wait_for_another_second

# Terminal commands, a right-to-left override, a bell, markup of two kinds.
NASTY = "<b>bold</b>\x1b[31m\x1b]0;owned\x07\u202e&amp; <img src=x>\r\nline"


@pytest.mark.parametrize(
    "fault, app_runs",
    [("html", False), ("html", True), ("empty", False), ("huge", False), ("huge", True)],
)
def test_nonsense_is_said_and_what_was_done_arrives_once(
    work: Timekept, sandbox: SandboxProcess, fault: str, app_runs: bool
) -> None:
    work.ok("config", "set", "sync.settle_seconds", "1")
    work.ok("config", "set", "sync.command_wait_seconds", "1")
    if app_runs:
        work.start_app()
    sandbox.fault(fault)
    started = work.json("start", "1349", "--comment", "Fix timer")
    wait_for_another_second()
    stopped = work.json("stop")
    assert stopped["id"] == started["id"]
    said = work.run("sync", "--wait", "1")
    assert said.status == 3, said
    assert said.err.endswith(".\n")
    assert len(said.out + said.err) < 2000
    rows = work.json("outbox")
    assert rows
    assert all(len(row["reason"]) < 500 for row in rows)
    verify = work.run("account", "verify", "Work")
    assert (verify.status, verify.err.endswith(".\n")) == (1, True)

    sandbox.mend()
    work.run("sync", "--wait", "30")
    wait_until(lambda: not any(work.json("status")["outbox"].values()), "an empty outbox", 40)
    (worklog,) = sandbox.worklogs
    (entry,) = work.json("entries")
    assert (worklog.seconds, worklog.comment) == (entry["seconds"], "Fix timer")
    assert sandbox.running is None


def test_markup_and_control_characters_are_plain_text(
    work: Timekept, sandbox: SandboxProcess
) -> None:
    sandbox.fault("markup-title")
    sandbox.fault("wrong-type", field="comment", value=NASTY)
    sandbox.elsewhere("create", timeStamp="2026-01-05T09:00:00", length=60, workItemId=1349)
    sandbox.elsewhere("start", tfsId=1349, remark="r")
    work.ok("sync")
    for words in (["status"], ["entries"], ["recent"], ["search", "login"], ["outbox"]):
        text = work.ok(*words)
        shown = text.out + text.err
        assert shown.replace("\n", "").isprintable(), words
        assert "\\x1b" not in shown
    assert "<" in work.ok("recent").out
    for words in (["status"], ["entries"], ["recent"], ["search", "login"]):
        assert work.ok(*words, "--json").out.strip().isprintable()


def test_an_answer_of_markup_is_quoted_plainly(work: Timekept, sandbox: SandboxProcess) -> None:
    sandbox.fault("error-state", message=NASTY, match={"path": "startTracking"})
    work.ok("start", "1349", "--comment", "Fix timer")
    work.run("sync", "--wait", "2")
    rows = work.json("outbox")
    said = work.ok("outbox")
    assert [row["state"] for row in rows] == ["held"]
    assert "<b>bold</b>" in rows[0]["reason"]
    assert "<b>bold</b>" in said.out
    assert (said.out + said.err).replace("\n", "").isprintable()
    assert work.running["comment"] == "Fix timer"
