"""A day on the command line, without the app and with it: both ways come to the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.cli.execute import READS
from tests.cli.program import Program
from tests.runtime.waiting import wait_until

ROW = {
    *("id", "account", "remote_id", "started_at", "stopped_at", "seconds", "offset_minutes"),
    *("zone", "item", "comment", "activity", "tags", "billable", "sync"),
}


@pytest.fixture(params=["without the app", "with the app"])
def either(program: Program, request: pytest.FixtureRequest) -> Iterator[Program]:
    """Give the program in both of its ways."""
    if request.param == "with the app":
        program.start_app()
    yield program
    # What was done outlives the app.
    before = program.json("entries", "--from", "2020-01-01")
    program.end_app()
    assert [r["id"] for r in program.json("entries", "--from", "2020-01-01")] == [
        r["id"] for r in before
    ]


def test_start_switch_stop_continue(either: Program) -> None:
    first = either.json("start", "1349", "--comment", "Fix timer", "--tag", "a", "--billable")
    assert set(first) == ROW
    assert first["item"] == {"id": "1349", "title": ""}
    assert (first["comment"], first["tags"], first["billable"]) == ("Fix timer", ["a"], True)
    assert (first["account"], first["sync"], first["stopped_at"]) == ("local", "synced", None)
    status = either.json("status")
    assert status["running"]["track_id"] == first["id"]
    assert status["running"]["started_at"] == first["started_at"]
    second = either.json("start", "AB-1")
    rows = {row["id"]: row for row in either.json("entries")}
    assert rows[first["id"]]["stopped_at"] == second["started_at"]
    stopped = either.json("toggle")
    assert stopped["id"] == second["id"]
    assert stopped["seconds"] >= 1
    again = either.json("toggle")
    assert again["id"] != second["id"]
    assert again["item"]["id"] == "AB-1"
    assert either.json("stop")["id"] == again["id"]
    assert either.json("status")["running"] is None
    assert len(either.json("entries")) == 3


def test_times_are_taken_as_said(either: Program) -> None:
    started = either.json("start", "7", "--at", "-2h")
    began_at = datetime.fromisoformat(started["started_at"])
    assert abs(datetime.now(UTC) - timedelta(hours=2) - began_at) < timedelta(seconds=30)
    moved = either.json("adjust", "--at", "-1h30m", "--comment", "-x", "--item", "8")
    assert moved["id"] == started["id"]
    assert (moved["comment"], moved["item"]["id"]) == ("-x", "8")
    assert 5400 <= moved["seconds"] < 5460
    stopped = either.json("stop", "--at", "-1h")
    # Each command reads its own now: the length grows by what lies between the two.
    assert 1800 <= stopped["seconds"] < 1860


def test_entries_by_hand(either: Program) -> None:
    added = either.json("entry", "add", "7", "--start", "-3h", "--stop", "-2h", "--comment", "x")
    assert set(added) == ROW
    assert (added["seconds"], added["item"]["id"]) == (3600, "7")
    edited = either.json("entry", "edit", added["id"][:8], "--stop", "-150m", "--item", "")
    assert (edited["id"], edited["item"], edited["comment"]) == (added["id"], None, "x")
    assert 1800 <= edited["seconds"] < 1860
    assert either.run("entry", "edit", added["id"]).status == 2
    either.ok("entry", "delete", added["id"])
    assert either.json("entries", "--from", "yesterday") == []


def test_what_was_done_last_can_be_taken_back_and_done_again(either: Program) -> None:
    added = either.json("entry", "add", "7", "--start", "-3h", "--stop", "-2h")
    either.ok("entry", "delete", added["id"])
    either.ok("status")
    assert either.json("undo")["id"] == added["id"]
    assert len(either.json("entries", "--from", "yesterday")) == 1
    either.ok("redo")
    assert either.json("entries", "--from", "yesterday") == []
    either.ok("undo")
    assert either.json("undo")["id"] == added["id"]
    assert either.json("entries", "--from", "yesterday") == []
    assert either.run("undo").status == 1


def test_what_the_app_did_meanwhile_ends_what_a_command_remembered(program: Program) -> None:
    program.ok("entry", "add", "7", "--start", "-3h", "--stop", "-2h")
    program.start_app()
    assert program.run("undo").status == 1
    program.ok("entry", "add", "8", "--start", "-2h", "--stop", "-1h")
    program.end_app()
    said = program.run("undo")
    assert (said.status, said.err) == (1, "There is nothing to take back.\n")
    assert len(program.json("entries", "--from", "yesterday")) == 2


def test_looking_at_what_was_done(either: Program) -> None:
    either.ok("entry", "add", "7", "--start", "-3h", "--stop", "-2h", "--comment", "dig")
    either.ok("start", "8", "--comment", "Fix \x0a lines")
    assert [r["item"]["id"] for r in either.json("recent")] == ["8", "7"]
    assert len(either.json("recent", "-n", "1")) == 1
    assert [r["item"]["id"] for r in either.json("search", "dig")] == ["7"]
    assert either.json("search", "nothing", "like", "it") == []
    # `#` and words to search: history knows one such item.
    assert either.json("start", "#dig")["item"]["id"] == "7"
    text = either.ok("entries", "--from", "yesterday").out
    assert "#7  dig" in text
    assert "Fix lines" in text
    assert text.splitlines()[-1].startswith("Total 1:0")
    assert "“#7”" in either.ok("status").out
    assert "#8" in either.ok("recent").out
    assert either.ok("search", "zzz").out == "Nothing fits “zzz”.\n"
    assert either.ok("outbox").out == "Nothing waits.\n"
    assert either.ok("checks").out == "No question is open.\n"
    assert either.json("checks") == []
    assert either.json("outbox", "list") == []
    assert either.ok("sync").out == "No account has a server: all is kept here.\n"


def test_words_that_fit_several_items_are_asked_about(either: Program) -> None:
    either.ok("start", "71", "--comment", "login form")
    either.ok("start", "72", "--comment", "login page")
    said = either.run("start", "#login")
    assert said.status == 2
    assert "fits several: #72, #71" in said.err


def test_accounts_that_need_no_server(either: Program) -> None:
    either.ok("account", "add", "local", "--name", "Home")
    assert either.json("account", "list") == [
        {"name": "local", "kind": "local", "state": "online"},
        {"name": "Home", "kind": "local", "state": "online"},
    ]
    assert either.json("start", "7", "--account", "home")["account"] == "Home"
    # History knows where this item belongs.
    either.ok("stop")
    assert either.json("start", "7")["account"] == "Home"
    assert either.json("start", "9")["account"] == "local"
    said = either.run("account", "remove", "Home")
    assert said.status == 0
    assert [a["name"] for a in either.json("account", "list")] == ["local"]
    assert "#7" in either.ok("recent").out


def test_settings(either: Program) -> None:
    assert either.json("config", "get", "sync.poll_seconds") == {"sync.poll_seconds": 30}
    either.ok("config", "set", "sync.poll_seconds", "45")
    assert either.ok("config", "get", "sync.poll_seconds").out == "45\n"
    assert either.json("config")["sync.poll_seconds"] == 45
    either.ok("config", "set", "account.default", "nobody")
    said = either.ok("start", "7")
    assert "account.default names “nobody”, which is no account." in said.err


def test_the_day_starts_when_the_user_says(program: Program) -> None:
    """Two hours from now the day begins anew; until then it is the one that began yesterday."""
    program.ok("entry", "add", "7", "--start", "-30m", "--stop", "-10m")
    now = datetime.now(UTC)
    begins = now + timedelta(hours=2)
    program.ok("config", "set", "timesheet.day_starts_at", f"{begins:%H:%M}")
    day = (begins - timedelta(days=1)).date()
    assert len(program.json("entries", "--from", f"{day}", "--to", f"{day}")) == 1
    assert len(program.json("entries")) == 1
    next_day = (day + timedelta(days=1)).isoformat()
    assert program.json("entries", "--from", next_day, "--to", next_day) == []


def test_a_doctor_says_what_works(either: Program) -> None:
    rows = {row["name"]: row for row in either.json("doctor")}
    assert set(rows) == {
        *("app", "store", "settings", "keyring", "account local"),
        *("idle", "hotkey", "tray", "notifications", "log"),
    }
    assert rows["store"]["works"] is True
    assert rows["account local"]["works"] is True
    assert rows["idle"]["works"] is False
    assert "no X display" in rows["idle"]["text"]
    outside = {row["name"] for row in either.json("doctor", "--offline")}
    assert outside == set(rows) - {"app", "account local"}


def test_a_second_app_shows_the_first(program: Program) -> None:
    program.start_app()
    for words in ((), ("run",), ("run", "--headless")):
        assert program.ok(*words).err == "Timekept runs already.\n"


def test_of_two_apps_started_at_once_one_runs_and_the_other_shows_it(program: Program) -> None:
    words = [sys.executable, "-m", "app", "run", "--headless"]
    begun = [
        subprocess.Popen(words, env=program.environment, stderr=subprocess.PIPE) for _number in "12"
    ]
    try:
        wait_until(lambda: any(process.poll() is not None for process in begun), 30)
        ended = next(process for process in begun if process.poll() is not None)
        assert ended.stderr is not None
        assert ended.stderr.read() == b"Timekept runs already.\n"
        assert ended.returncode == 0
        program.ok("start", "7")
    finally:
        for process in begun:
            process.terminate()
            process.communicate(timeout=20)


def test_commands_at_once_all_count(program: Program) -> None:
    program.ok("status")
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "app", "entry", "add", "7", "--start", "-9h", "--stop", "-8h"],
            env=program.environment,
            stdout=subprocess.DEVNULL,
        )
        for _number in range(4)
    ]
    assert [process.wait(60) for process in begun] == [0, 0, 0, 0]
    assert len(program.json("entries", "--from", "yesterday")) == 4


def test_a_crash_of_the_app_loses_nothing(program: Program) -> None:
    program.start_app()
    track = program.json("start", "7")
    program.kill_app()
    assert program.json("status")["running"]["track_id"] == track["id"]
    assert program.json("stop")["id"] == track["id"]


def test_reading_commands_are_told_apart() -> None:
    assert "sync" not in READS
    assert "start" not in READS
    assert {"status", "entries", "outbox"} <= READS


@pytest.mark.parametrize("shell, has", [("bash", "complete"), ("zsh", "#compdef"), ("fish", "-c")])
def test_a_shell_gets_its_completion(program: Program, shell: str, has: str) -> None:
    assert has in program.ok("completion", shell).out


def test_the_shell_is_told_what_may_come_next(program: Program) -> None:
    """As bash asks: the line, where the cursor is, and descriptor 8 for the answer."""
    line = "timekept st"
    code = "import os, sys; os.dup2(1, 8); from app.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=program.environment
        | {
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "COMP_TYPE": "9",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert {word.strip() for word in done.stdout.split()} == {"start", "stop", "status"}
