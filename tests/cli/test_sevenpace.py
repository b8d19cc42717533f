"""The command line against the 7pace stand-in, over real HTTP and with a real keyring."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.sandbox.server import Sandbox
from tests.cli.conftest import KIND
from tests.cli.program import Program
from tests.runtime.waiting import wait_until


def worklogs(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sandbox.ledger(KIND)["worklogs"]
    return rows


def running(sandbox: Sandbox) -> dict[str, Any] | None:
    found: dict[str, Any] | None = sandbox.ledger(KIND)["running"]
    return found


def state_of(program: Program) -> str:
    states = {a["name"]: a["state"] for a in program.json("status")["accounts"]}
    assert states["local"] == "online"
    return str(states["Work"])


def test_the_first_account_with_a_server_becomes_the_default(
    program: Program, sandbox: Sandbox, keyring_session: str
) -> None:
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    words = ("account", "add", KIND, "--name", "Work", "--url", sandbox.url(KIND), "--token-stdin")
    said = program.ok(*words, stdin=f"  {sandbox.token(KIND)}  \nmore\n")
    assert said.out == "Work is set up; you are Alex Rivera there.\n"
    assert "Work is now the default account" in said.err
    assert program.ok("config", "get", "account.default").out == "Work\n"
    assert state_of(program) == "online"
    for path in program.home.rglob("*"):
        if path.is_file():
            assert sandbox.token(KIND).encode() not in path.read_bytes()


def test_a_wrong_token_is_refused_and_nothing_is_kept(
    program: Program, sandbox: Sandbox, keyring_session: str
) -> None:
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    words = ("account", "add", KIND, "--name", "Other", "--url", sandbox.url(KIND), "--token-stdin")
    said = program.run(*words, stdin="wrong-token\n")
    assert (said.status, said.out) == (1, "")
    assert "Other does not take this token" in said.err
    assert "wrong-token" not in said.err
    assert [a["name"] for a in program.json("account", "list")] == ["local"]
    said = program.run(*words, "--no-verify", stdin="wrong-token\n")
    assert said.status == 0
    assert "Other wants a sign-in: `timekept account verify Other`." in said.err
    assert program.run("sync").status == 4
    states = {a["name"]: a["state"] for a in program.json("account", "list")}
    assert states["Other"] == "sign-in-required"
    sign_in = ("account", "verify", "other", "--token-stdin")
    assert program.run(*sign_in, stdin="still-wrong\n").status == 1
    assert program.ok(*sign_in, stdin=sandbox.token(KIND)).out.startswith("Other takes it")
    assert program.run("sync").status == 0
    program.ok("account", "remove", "Other")


@pytest.mark.parametrize("with_app", [False, True], ids=["without the app", "with the app"])
def test_start_status_stop_end_the_same_on_the_server(
    work: Program, sandbox: Sandbox, with_app: bool
) -> None:
    if with_app:
        work.start_app()
    started = work.json("start", "1349", "--comment", "Fix timer", "--activity", "development")
    assert started["item"] == {"id": "1349", "title": "Fix login timer"}
    assert started["activity"] == "Development"
    assert work.json("status")["running"]["track_id"] == started["id"]
    wait_until(lambda: running(sandbox) is not None)
    if not with_app:
        assert started["sync"] == "synced"
        assert started["remote_id"]
    stopped = work.json("stop")
    assert stopped["seconds"] >= 1
    assert work.run("sync").status == 0
    (row,) = worklogs(sandbox)
    (entry,) = work.json("entries", "--account", "work")
    assert entry["sync"] == "synced"
    assert entry["remote_id"] == row["id"]
    assert row["length"] == entry["seconds"]
    assert row["comment"] == "Fix timer"
    assert row["workItemId"] == 1349
    assert running(sandbox) is None


def test_offline_work_waits_says_so_and_is_told_once_with_its_true_times(
    work: Program, sandbox: Sandbox
) -> None:
    sandbox.stop()
    now = datetime.now(UTC).replace(microsecond=0)
    first, second, third = (
        f"{now - timedelta(minutes=ago)}".replace(" ", "T") for ago in (120, 60, 30)
    )
    said = work.ok("start", "1349", "--at", first)
    assert said.err == "1 change waits for Work: it is offline.\n"
    work.ok("start", "1350", "--at", second)
    said = work.ok("stop", "--at", third)
    assert said.err == "2 changes wait for Work: it is offline.\n"
    status = work.json("status")
    assert status["outbox"] == {"pending": 2, "in_flight": 0, "doubtful": 0, "held": 0}
    assert state_of(work) == "offline"
    rows = work.json("outbox")
    assert set(rows[0]) == {
        *("id", "account", "operation", "state", "reason", "attempts", "next_at", "subject")
    }
    assert [(r["operation"], r["state"]) for r in rows] == [("create", "pending")] * 2
    assert [r["reason"] for r in rows] == ["Work is offline."] * 2
    assert work.run("sync").status == 3
    assert work.run("sync", "--wait", "0.5").status == 3
    sandbox.start()
    assert work.ok("sync").out == "All is told.\n"
    assert sorted((r["workItemId"], r["length"]) for r in worklogs(sandbox)) == [
        (1349, 3600),
        (1350, 1800),
    ]
    assert work.json("outbox") == []
    assert state_of(work) == "online"


def test_an_item_that_the_server_does_not_have_names_what_is_near(work: Program) -> None:
    said = work.run("start", "1394719")
    assert said.status == 2
    assert "Work has no work item “1394719”" in said.err
    work.ok("search", "timer")
    said = work.run("start", "13490")
    assert said.status == 2
    assert "Nearest: #1349 Fix login timer" in said.err
    said = work.run("start", "1349", "--activity", "Developmnt")
    assert said.status == 2
    assert "no activity type “Developmnt”. Nearest: Development" in said.err
    assert work.json("status")["running"] is None


def test_a_start_begins_when_it_was_said_however_long_the_server_takes(
    work: Program, sandbox: Sandbox
) -> None:
    sandbox.fault(KIND, {"kind": "slow", "seconds": 6, "match": {"path": "search"}})
    before = datetime.now(UTC)
    started = work.json("start", "1349")
    took = datetime.now(UTC) - before
    assert took > timedelta(seconds=6)
    assert datetime.fromisoformat(started["started_at"]) - before < timedelta(seconds=6)
    assert started["item"]["title"] == "Fix login timer"


def test_a_server_that_is_back_is_online_though_nothing_was_to_be_told(
    work: Program, sandbox: Sandbox
) -> None:
    assert state_of(work) == "online"
    sandbox.stop()
    said = work.run("sync")
    assert said.status == 3
    assert said.err == "Work is offline: what is new there is not here yet.\n"
    assert state_of(work) == "offline"
    sandbox.start()
    assert work.run("sync").status == 0
    assert state_of(work) == "online"


def test_an_item_may_be_found_by_words(work: Program) -> None:
    assert work.json("start", "#login timer")["item"]["id"] == "1349"
    said = work.run("start", "#sign-in")
    assert said.status == 2
    assert "fits several" in said.err
    items = work.json("search", "import")
    assert {
        "account": "Work",
        "item": {"id": "1411", "title": "Import from the old tracker"},
    } in items


def test_what_was_taken_as_given_offline_is_held_when_the_server_has_no_such_item(
    work: Program, sandbox: Sandbox
) -> None:
    sandbox.stop()
    work.ok("start", "999999", "--at", "-1h")
    work.ok("stop", "--at", "-30m")
    sandbox.start()
    said = work.run("sync")
    assert said.status == 4
    assert "1 change for Work needs you" in said.err
    (row,) = work.json("outbox")
    assert row["state"] == "held"
    assert row["next_at"] is None
    assert row["reason"].startswith("Work refused it: ")
    said = work.run("outbox", "retry", row["id"][:8])
    assert (said.status, said.out) == (4, "")
    assert "1 change for Work needs you: see `timekept outbox`.\n" in said.err
    said = work.run("account", "remove", "Work")
    assert said.status == 1
    assert "not told yet" in said.err
    work.ok("outbox", "discard", row["id"])
    assert work.run("sync").status == 0
    assert worklogs(sandbox) == []


def test_a_track_from_elsewhere_is_known_to_stop_and_adjust(
    work: Program, sandbox: Sandbox
) -> None:
    sandbox.elsewhere(KIND, do="start", tfsId=1350, remark="elsewhere")
    stopped = work.json("stop")
    assert (stopped["comment"], stopped["item"]["id"]) == ("elsewhere", "1350")
    assert running(sandbox) is None


def test_a_servers_question_is_answered(work: Program, sandbox: Sandbox) -> None:
    work.start_app()
    work.ok("start", "1349")
    wait_until(lambda: running(sandbox) is not None)
    url = f"{sandbox.base}/control/{KIND}/activity-check"
    assert httpx.post(url, json={"waitSeconds": 60}, trust_env=False).status_code == 200
    work.ok("sync")
    (check,) = work.json("checks")
    assert (check["kind"], check["account"], check["answers"]) == ("activity", "Work", ["keep"])
    assert "Work asks whether you still work on “#1349 Fix login timer”" in work.ok("checks").out
    assert work.run("checks", "answer", check["id"], "discard").status == 2
    work.ok("checks", "answer", check["id"][:8], "keep")
    assert work.run("sync").status == 0
    assert work.json("checks") == []
    assert running(sandbox) is not None


def test_a_title_with_markup_and_escapes_is_shown_as_plain_text(
    work: Program, sandbox: Sandbox
) -> None:
    sandbox.elsewhere(KIND, do="start", tfsId=1350, remark="<b>\x1b[31m bold \u202e")
    said = work.ok("sync")
    said = work.ok("status")
    assert "<b> [31m bold" in said.out
    assert "\x1b" not in said.out + said.err
    assert "\x1b" not in work.ok("entries").out
    assert work.json("status")["running"]["comment"].startswith("<b>\x1b[31m bold")


@pytest.mark.parametrize("fault", ["html", "empty", "huge"])
def test_a_server_that_answers_nonsense_is_offline_and_nothing_is_lost(
    work: Program, sandbox: Sandbox, fault: str
) -> None:
    sandbox.fault(KIND, {"kind": fault, "match": {"method": "", "path": ""}})
    said = work.ok("start", "1349")
    assert "1 change waits for Work: it is offline." in said.err
    assert work.json("status")["running"]["item"]["id"] == "1349"
    assert work.run("sync").status == 3


def test_a_throttling_server_is_left_alone_until_it_said(work: Program, sandbox: Sandbox) -> None:
    sandbox.fault(
        KIND,
        {"kind": "429", "match": {"method": "", "path": ""}, "after": "seconds", "seconds": 600},
    )
    said = work.ok("start", "1349")
    assert "1 change waits for Work: its server asked for a pause until " in said.err
    assert work.run("sync").status == 3


def test_a_limit_that_is_kept_to_is_said_and_the_server_is_never_asked_too_often(
    program: Program, sandbox: Sandbox, keyring_session: str
) -> None:
    """Signing in and pulling take all of five calls a minute: the start waits for the next ones."""
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    program.start_app()
    words = ("account", "add", KIND, "--name", "Work", "--url", sandbox.url(KIND), "--token-stdin")
    said = program.run(*words, "--option", "limits=fast", stdin=sandbox.token(KIND))
    assert said.status == 1
    assert "The limits “fast” cannot be read" in said.err
    program.ok(*words, "--option", "limits=5/600", stdin=sandbox.token(KIND))
    program.run("sync", "--wait", "3")
    assert program.json("start", "1349", "--account", "Work")["account"] == "Work"
    said = program.run("sync", "--wait", "1")
    assert said.status == 3
    assert "1 change waits for Work: its server takes no more until " in said.err
    assert "Work takes 5 requests in 600 seconds." in program.ok("outbox").out
    assert state_of(program) == "online"
    assert len(sandbox.ledger(KIND)["requests"]) <= 5
    assert running(sandbox) is None


def test_an_account_is_added_and_removed_through_the_running_app(
    program: Program, sandbox: Sandbox, keyring_session: str
) -> None:
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    program.start_app()
    words = ("account", "add", KIND, "--name", "Büro", "--url", sandbox.url(KIND), "--token-stdin")
    assert program.run(*words, stdin="wrong\n").status == 1
    program.ok(*words, stdin=sandbox.token(KIND))
    assert program.ok("account", "verify", "büro").out.startswith("Büro takes it")
    program.ok("sync")
    row = next(r for r in program.json("doctor") if r["name"] == "account Büro")
    assert row["works"] is True
    assert program.json("start", "1349")["account"] == "Büro"
    assert "is running" in program.run("account", "remove", "Büro").err
    program.ok("stop")
    program.ok("sync")
    program.ok("account", "remove", "Büro")
    assert program.json("start", "1349")["account"] == "local"


def at_a_terminal(program: Program, words: list[str], line: str) -> tuple[int, str, str, str]:
    """Run a command at a terminal and type a line: (status, what was asked, output, errors)."""
    ours, theirs = pty.openpty()
    # getpass asks at the process's own terminal: the first that it opens, in a session of its own.
    code = (
        "import os, sys; os.setsid(); os.close(os.open(os.ttyname(0), os.O_RDWR))\n"
        f"sys.argv = ['timekept', *{words!r}]; from app.__main__ import main; sys.exit(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=program.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        asked = b""
        while b": " not in asked:
            asked += os.read(ours, 1000)
        os.write(ours, line.encode() + b"\n")
        out, err = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, asked.decode(), out.decode(), err.decode()


@pytest.mark.parametrize("with_app", [False, True], ids=["without the app", "with the app"])
def test_a_secret_is_asked_for_at_a_terminal_and_not_shown(
    program: Program, sandbox: Sandbox, keyring_session: str, with_app: bool
) -> None:
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    if with_app:
        program.start_app()
    words = ["account", "add", KIND, "--name", "Typed", "--url", sandbox.url(KIND)]
    status, asked, out, err = at_a_terminal(program, words, sandbox.token(KIND))
    assert status == 0, err
    assert asked == "Token (it is not shown): "
    assert out.startswith("Typed is set up")

    sandbox.fault(KIND, {"kind": "token-expires", "times": 1, "value": "another"})
    program.run("sync")
    assert program.run("sync").status == 4
    verify = ["account", "verify", "Typed"]
    kept = "Token (it is not shown; Enter alone tries the kept one): "
    status, asked, _out, err = at_a_terminal(program, verify, "")
    assert (status, asked) == (1, kept)
    assert "does not take this token" in err
    status, _asked, out, err = at_a_terminal(program, verify, "another")
    assert status == 0, err
    assert out.startswith("Typed takes it")
    assert at_a_terminal(program, verify, "")[0] == 0
    program.ok("sync")
    program.ok("account", "remove", "Typed")
