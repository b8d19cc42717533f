"""Bad input gets a sentence and its exit status, and nothing changes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.program import Program, Said
from tests.runtime.waiting import wait_until

TOKEN = ("--url", "https://acme.example", "--token-stdin")

# Words, what comes by standard input, exit status, and what the sentence has.
TABLE: tuple[tuple[Sequence[str], str, int, str], ...] = (
    (("frobnicate",), "", 2, "does not know “frobnicate”"),
    (("strat",), "", 2, "Nearest: start"),
    (("start", "1", "2"), "", 2, "Unrecognized arguments: 2"),
    (("start", "1349", "--account", "lcal"), "", 2, "no account “lcal”. Nearest: local"),
    (("start", ""), "", 2, "ITEM is empty"),
    (("start", "#"), "", 2, "ITEM is empty"),
    (("start", "#zebra crossing"), "", 2, "no work item “zebra crossing”"),
    (("start", "a\x1b[31mb"), "", 2, "is no work item"),
    (("start", "x" * 300), "", 2, "is no work item"),
    (("start", "--at", "23:61"), "", 2, "“23:61” is no time"),
    (("start", "--at", "-"), "", 2, "“-” is no time"),
    (("start", "--at", "2099-01-01T10:00"), "", 2, "lies in the future"),
    (("start", "--comment", "x" * 10_001), "", 2, "at most 10000"),
    (("start", "--comment", "a\x07b"), "", 2, "cannot be kept"),
    (("stop",), "", 1, "Nothing is running"),
    (("adjust",), "", 2, "Say what to change"),
    (("adjust", "--comment", "x"), "", 1, "Nothing is running"),
    (("toggle",), "", 1, "no track to continue yet"),
    (("undo",), "", 1, "nothing to take back"),
    (("redo",), "", 1, "nothing to do again"),
    (("recent", "-n", "0"), "", 2, "-n takes a whole number"),
    (("recent", "-n", "many"), "", 2, "-n takes a whole number"),
    (("search", "#"), "", 2, "Say what to search for"),
    (("search", "x", "--account", "Lokal"), "", 2, "Nearest: local"),
    (("entries", "--from", "tomorrow"), "", 2, "“tomorrow” is no day"),
    (("entries", "--from", "2026-02-30"), "", 2, "is no day"),
    (("entries", "--from", "today", "--to", "yesterday"), "", 2, "lies before the first"),
    (("entry",), "", 2, "Say what: entry add"),
    (("entry", "add", "--start", "09:00"), "", 2, "required: --stop"),
    (("entry", "add", "--start", "-1h", "--stop", "-2h"), "", 2, "must come after the start"),
    (("entry", "add", "--start", "-900h", "--stop", "-1h"), "", 2, "longer than 31 days"),
    (("entry", "delete", "abc"), "", 2, "no entry “abc”"),
    (("entry", "edit", "", "--comment", "x"), "", 2, "no entry “”"),
    (("sync", "--wait", "soon"), "", 2, "--wait takes seconds"),
    (("sync", "--wait", "nan"), "", 2, "--wait takes seconds"),
    (("sync", "--wait", "-1"), "", 2, "--wait takes seconds"),
    (("outbox", "retry", "abc"), "", 2, "Nothing waits"),
    (("outbox", "discard", ""), "", 2, "Nothing waits"),
    (("outbox", "mend", "abc", "--comment", "x"), "", 2, "Nothing waits"),
    (("outbox", "answer", "abc", "--ours"), "", 2, "Nothing waits"),
    (("outbox", "answer", "abc", "--theirs", "colr"), "", 2, "does not know “colr”"),
    (("outbox", "show", "abc"), "", 2, "Nothing is kept under “abc”"),
    (("outbox", "log", "-n", "none"), "", 2, "-n takes a whole number"),
    (("outbox", "send", "--wait", "soon"), "", 2, "--wait takes seconds"),
    (("checks", "answer", "abc", "keep"), "", 2, "No question is open"),
    (("checks", "answer", "abc", "perhaps"), "", 2, "does not know “perhaps”"),
    (("config", "get", "sync.pol_seconds"), "", 2, "Nearest: sync.poll_seconds"),
    (("config", "set", "sync.poll_seconds", "often"), "", 2, "allowed is a number from 1"),
    (("config", "set", "hotkeys.toggle", "Ctrl+"), "", 2, "allowed is a key combination"),
    (("account", "add", "7pce", "--name", "W", *TOKEN), "t", 2, "Nearest: 7pace"),
    (("account", "add", "7pace", "--name", "W"), "", 2, "Say where the server is"),
    (("account", "add", "7pace", "--name", " ", *TOKEN), "t", 2, "visible characters"),
    (("account", "add", "7pace", "--name", "LOCAL", *TOKEN), "t", 1, "already an account “local”"),
    (("account", "add", "7pace", "--name", "W", *TOKEN), "", 2, "Standard input was empty"),
    (("account", "add", "7pace", "--name", "W", *TOKEN), " \nx", 2, "Standard input was empty"),
    (("account", "add", "7pace", "--name", "W", *TOKEN[:2]), "t", 2, "add --token-stdin"),
    (
        ("account", "add", "7pace", "--name", "W", "--url", "http://acme.example", TOKEN[2]),
        "t",
        2,
        "Plain http:// is accepted for this computer alone",
    ),
    (
        ("account", "add", "7pace", "--name", "W", *TOKEN, "--option", "colour"),
        "t",
        2,
        "--option takes KEY=VALUE",
    ),
    (
        ("account", "add", "7pace", "--name", "W", *TOKEN, "--option", "colour=red"),
        "t",
        2,
        "no option “colour”. It has: api_version, limits",
    ),
    (
        ("account", "add", "local", "--name", "X", "--url", "https://a.example"),
        "",
        2,
        "has no --url",
    ),
    (("account", "verify", "Wrok"), "", 2, "no account “Wrok”. Nearest: local"),
    (("account", "remove", "lokal"), "", 2, "Nearest: local"),
    (("sandbox", "7pce"), "", 2, "Nearest: 7pace"),
    (("sandbox", "--port", "99999"), "", 2, "--port takes a number"),
    (("completion", "tcsh"), "", 2, "Nearest: "),
    (("run", "--demo", "--headless"), "", 2, "does not go with --headless"),
    (("run",), "", 1, "no display"),
)


def sentence_of(said: Said) -> str:
    """The last line on standard error, which has to be whole."""
    assert said.err.endswith("\n")
    last = said.err.splitlines()[-1]
    assert last.endswith((".", "timekept run --headless")), last
    return last


@pytest.mark.parametrize("words, stdin, status, has", TABLE, ids=lambda p: str(p)[:60])
def test_it_gets_a_sentence_and_its_status(
    program: Program, words: Sequence[str], stdin: str, status: int, has: str
) -> None:
    program.environment.pop("QT_QPA_PLATFORM", None)
    said = program.run(*words, stdin=stdin)
    assert has in sentence_of(said)
    assert said.status == status
    assert said.out == ""


def test_the_same_words_get_the_same_from_the_running_app(program: Program) -> None:
    program.start_app()
    stays = {"run", "sandbox", "completion"}
    for words, stdin, status, has in TABLE:
        if words[0] not in stays:
            said = program.run(*words, stdin=stdin)
            assert has in sentence_of(said), words
            assert (said.status, said.out) == (status, ""), words
    status_shape = program.json("status")
    assert status_shape["running"] is None
    assert [account["name"] for account in status_shape["accounts"]] == ["local"]


def test_a_start_in_other_time_names_what_is_there(program: Program) -> None:
    program.ok("entry", "add", "7", "--start", "-2h", "--stop", "-1h")
    said = program.run("start", "8", "--at", "-90m")
    assert said.status == 2
    assert "It would overlap “7”" in said.err
    said = program.run("start", "8", "--at", "-3h")
    assert said.status == 2
    assert "“7” began at" in said.err
    assert program.json("status")["running"] is None


def test_a_missing_keyring_is_named_with_what_to_do_and_nothing_is_kept(program: Program) -> None:
    words = ("account", "add", "7pace", "--name", "Work", "--no-verify", *TOKEN)
    said = program.run(*words, stdin="s3cret-token\n")
    assert said.status == 1
    assert "No keyring serves this session." in said.err
    assert "log in through a desktop" in said.err
    assert sentence_of(said).endswith("Nothing was kept.")
    assert "s3cret" not in said.err
    assert [a["name"] for a in program.json("account", "list")] == ["local"]
    for path in program.home.iterdir():
        assert b"s3cret" not in path.read_bytes()


def test_a_server_that_cannot_be_reached_keeps_the_account_out(program: Program) -> None:
    words = ("account", "add", "7pace", "--name", "Work", "--url", "http://127.0.0.1:9")
    said = program.run(*words, "--token-stdin", stdin="t")
    assert said.status == 1
    assert "could not be asked" in said.err
    assert "--no-verify" in said.err


def test_a_wrong_setting_is_named_and_the_rest_is_kept(program: Program) -> None:
    program.ok("status")
    file = program.home / "settings.toml"
    file.write_text('[sync]\npoll_seconds = "often"\n[presence]\nidle_after_seconds = 77\n')
    said = program.ok("start", "7")
    assert "sync.poll_seconds cannot be “often”" in said.err
    assert program.ok("config", "get", "presence.idle_after_seconds").out == "77\n"
    row = next(r for r in program.json("doctor") if r["name"] == "settings")
    assert row["works"] is False
    assert "sync.poll_seconds" in row["text"]


def test_a_newer_store_is_refused_and_left_alone(program: Program) -> None:
    program.ok("start", "7")
    store = program.home / "timekept.sqlite3"
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = store.read_bytes()
    said = program.run("stop")
    assert said.status == 1
    assert "newer" in sentence_of(said)
    assert store.read_bytes() == before


def test_a_broken_store_is_set_aside_and_said(program: Program) -> None:
    program.ok("start", "7")
    store = program.home / "timekept.sqlite3"
    garbage = b"this is no database at all\n" * 99
    store.write_bytes(garbage)
    said = program.ok("status", "--json")
    assert said.json["running"] is None
    assert "was damaged and has been repaired" in said.err
    (aside,) = program.home.glob("timekept-broken-*.db")
    assert str(aside) in said.err
    assert aside.read_bytes() == garbage
    # It is said once; doctor knows it for good.
    assert program.ok("status").err == ""
    for words in (("doctor",), ("doctor", "--offline")):
        row = next(row for row in program.json(*words) if row["name"] == "repair")
        assert row["works"] is False
        assert str(aside) in row["text"]
    assert str(aside) in (program.home / "timekept.log").read_text()


def test_what_can_be_read_of_a_broken_store_is_there(program: Program) -> None:
    program.ok("start", "7", "--comment", "goes on")
    store = program.home / "timekept.sqlite3"
    with store.open("r+b") as file:
        file.write(bytes(100))
    said = program.ok("status", "--json")
    assert said.json["running"]["comment"] == "goes on"
    assert "Nothing is missing" in said.err


def test_another_programs_database_is_refused(program: Program) -> None:
    store = program.home / "timekept.sqlite3"
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = store.read_bytes()
    said = program.run("status")
    assert said.status == 1
    assert "another program's database" in sentence_of(said)
    assert store.read_bytes() == before


def test_a_home_that_cannot_be_used_is_refused(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    program.environment["TIMEKEPT_HOME"] = str(file / "home")
    said = program.run("status")
    assert said.status == 1
    assert "cannot be used" in sentence_of(said)


_HOLD = """
import sys
from pathlib import Path
from app.adapters.store_lock import LOCK_NAME, StoreLock
lock = StoreLock(Path(sys.argv[1]) / LOCK_NAME)
lock.acquire(1)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_locked_store_ends_with_5_and_a_short_lock_is_waited_for(program: Program) -> None:
    program.ok("status")
    command = [sys.executable, "-c", _HOLD, str(program.home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        said = program.run("status")
        assert said.status == 5
        assert "Another Timekept process" in sentence_of(said)
        waiting = subprocess.Popen(
            [sys.executable, "-m", "app", "start", "7", "--json"],
            env=program.environment,
            stdout=subprocess.PIPE,
        )
        wait_until(lambda: _is_about_to_open(waiting.pid))
        holder.stdin.close()
        out, _err = waiting.communicate(timeout=30)
    assert waiting.returncode == 0
    assert json.loads(out)["item"]["id"] == "7"


def _is_about_to_open(pid: int) -> bool:
    """Whether the process has what it opens the store with."""
    try:
        return "sqlite3" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


def test_a_full_disk_changes_nothing_and_is_told(program: Program) -> None:
    """A file size limit is what a full disk looks like to one process."""
    program.ok("start", "7")
    size = sum(path.stat().st_size for path in program.home.glob("timekept.sqlite3*"))
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 4096 * 4096 // 8}, -1))\n"
        "sys.argv = ['timekept', 'stop']; from app.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert program.json("status")["running"]["item"]["id"] == "7"
