"""Everything put together: a command's own desk, and the app without windows."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.bootstrap import open_desk
from app.core.messages import AccountAdded, StartAsked, StopAsked
from app.core.model import Account
from app.core.state import Connection
from app.ports.journal import JournalError, JournalLocked
from app.providers.kinds import KINDS
from tests.runtime.waiting import wait_until

# Runs `start WORDS` and `slow`, the latter until it is read what its file says.
_APP = """
import sys
from pathlib import Path
from app.bootstrap import run_headless
from app.core.messages import StartAsked

def execute(argv, stdin, desk):
    if argv[0] == "slow":
        Path(argv[1]).touch()
        desk.wait(lambda state: False, 60)
    if not desk.app_runs:
        return 1, "", "no app"
    return 0, desk.post(StartAsked("local", comment=argv[1])).made[0], ""

sys.exit(run_headless(execute, Path(sys.argv[1])))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def headless(home: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the app; returns once its socket listens."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", _APP, str(home)], env=os.environ)
        begun.append(process)
        wait_until(lambda: (home / "control.sock").exists() or process.poll() is not None, 30)
        assert process.poll() is None
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait(10)


def ask(home: Path, *argv: str) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(home / "control.sock"))
        client.sendall(json.dumps({"version": 1, "argv": argv}).encode() + b"\n")
        found: dict[str, Any] = json.loads(b"".join(iter(lambda: client.recv(65536), b"")))
        return found


def test_a_first_start_has_an_account_and_asks_nothing(home: Path) -> None:
    desk = open_desk(home)
    try:
        accounts = desk.state().accounts
        assert {name: account.kind for name, account in accounts.items()} == {"local": "local"}
        assert desk.post(StartAsked("local", comment="Fix timer")).refusal is None
        assert not desk.app_runs
    finally:
        desk.close()
    assert oct((home / "timekept.sqlite3").stat().st_mode)[-3:] == "600"


def test_the_next_process_goes_on_where_the_last_one_ended(home: Path) -> None:
    desk = open_desk(home)
    made = desk.post(StartAsked("local", comment="Fix timer")).made
    desk.close()
    desk.close()
    desk = open_desk(home)
    try:
        track = desk.state().track
        assert track is not None
        assert (track.id, track.meant.comment) == (made[0], "Fix timer")
        assert list(desk.state().accounts) == ["local"]
        assert desk.post(StopAsked()).refusal is None
    finally:
        desk.close()


def test_what_a_provider_has_learned_since_counts_for_old_accounts(home: Path) -> None:
    older = replace(KINDS["7pace"].capabilities, creates_at_once=0, server_checks=False)
    desk = open_desk(home, tells=False)
    desk.post(AccountAdded(Account("acme", "7pace", "http://127.0.0.1:9", capabilities=older)))
    assert desk.state().accounts["acme"].capabilities == older
    desk.close()
    desk = open_desk(home, tells=False)
    try:
        assert desk.state().accounts["acme"].capabilities == KINDS["7pace"].capabilities
    finally:
        desk.close()


def test_one_process_holds_the_store(home: Path) -> None:
    desk = open_desk(home)
    with pytest.raises(JournalLocked):
        open_desk(home, wait_seconds=0.1)
    desk.close()
    open_desk(home, wait_seconds=0.1).close()


def test_a_store_that_cannot_be_opened_leaves_nothing_behind(home: Path) -> None:
    home.mkdir()
    theirs = sqlite3.connect(home / "timekept.sqlite3")
    theirs.execute("CREATE TABLE theirs (a)")
    theirs.close()
    for _time in range(2):
        with pytest.raises(JournalError, match="another program's database"):
            open_desk(home, wait_seconds=0.1)


@pytest.mark.expected_log("The store was repaired|kept as|Carried over|could not be read")
def test_a_store_that_was_repaired_is_open_and_the_desk_knows(home: Path) -> None:
    home.mkdir()
    (home / "timekept.sqlite3").write_text("this is no database" * 99)
    desk = open_desk(home)
    try:
        assert desk.repair is not None
        assert list(desk.state().accounts) == ["local"]
    finally:
        desk.close()
    desk = open_desk(home)
    try:
        assert desk.repair is None
    finally:
        desk.close()


def test_an_account_whose_secret_is_missing_needs_a_sign_in_and_nothing_is_lost(
    home: Path,
) -> None:
    """No keyring serves where tests run, and the lane says so; the timer runs on."""
    account = Account(
        "acme", "7pace", "http://127.0.0.1:9", capabilities=KINDS["7pace"].capabilities
    )
    desk = open_desk(home)
    try:
        desk.post(AccountAdded(account))
        desk.post(StartAsked("acme", comment="Fix timer"))
        required = Connection.SIGN_IN_REQUIRED
        assert desk.wait(lambda state: state.lanes["acme"].connection is required, 20)
        assert desk.state().track is not None
    finally:
        desk.close()


def test_a_command_that_only_reads_asks_no_server(home: Path) -> None:
    account = Account(
        "acme", "7pace", "http://127.0.0.1:9", capabilities=KINDS["7pace"].capabilities
    )
    desk = open_desk(home)
    desk.post(AccountAdded(account))
    desk.close()
    desk = open_desk(home, tells=False)
    try:
        assert desk.state().lanes["acme"].turn is None
        assert list(desk.state().accounts) == ["local", "acme"]
    finally:
        desk.close()


def test_a_command_on_the_account_without_server_loads_nothing_heavy(home: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.bootstrap import open_desk\n"
        "from app.core.messages import StartAsked\n"
        "desk = open_desk(Path(sys.argv[1]))\n"
        "desk.post(StartAsked('local'))\n"
        "desk.close()\n"
        "heavy = {'PySide6', 'apscheduler', 'httpx', 'keyring', 'pynput', 'starlette'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_the_app_without_windows_takes_commands_and_ends_by_a_signal(
    home: Path, headless: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = headless()
    with pytest.raises(JournalLocked):
        open_desk(home, wait_seconds=0.1)
    reply = ask(home, "start", "Fix timer")
    assert reply["status"] == 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not (home / "control.sock").exists()
    desk = open_desk(home, tells=False)
    try:
        track = desk.state().track
        assert track is not None
        assert track.id == reply["stdout"]
    finally:
        desk.close()


def test_the_app_ends_at_once_though_a_command_still_waits(
    home: Path, headless: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = headless()
    began = home / "began"
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(home / "control.sock"))
        client.sendall(json.dumps({"version": 1, "argv": ["slow", str(began)]}).encode() + b"\n")
        wait_until(began.exists)
        process.send_signal(signal.SIGINT)
        began_at = time.monotonic()
        assert process.wait(20) == 0
        assert time.monotonic() - began_at < 5


def test_a_killed_app_is_replaced_and_what_was_said_stands(
    home: Path, headless: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = headless()
    reply = ask(home, "start", "Fix timer")
    process.kill()
    process.wait(10)
    left = home / "control.sock"
    assert left.exists()
    begun_again = subprocess.Popen([sys.executable, "-c", _APP, str(home)], env=os.environ)
    try:
        wait_until(lambda: _status_of(home, "start", "More") == 0, 30)
    finally:
        begun_again.terminate()
        assert begun_again.wait(20) == 0
    desk = open_desk(home, tells=False)
    try:
        assert desk.journal.subject(reply["stdout"]) is not None
    finally:
        desk.close()


def _status_of(home: Path, *argv: str) -> int:
    try:
        return int(ask(home, *argv)["status"])
    except OSError:
        return -1
