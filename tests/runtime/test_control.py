"""The control socket, spoken to by plain sockets as a command does: politely, badly, at once."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.core.messages import StartAsked
from app.runtime.control import ControlServer, ControlUnavailable
from app.runtime.control_words import MOST_BYTES
from app.runtime.desk import Desk
from app.runtime.inbox import QtInbox
from tests.runtime.rig import Rig


class App:
    """A control server over a whole desk, and clients of it on threads of their own."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.qtbot = qtbot
        self.path = home / "control.sock"
        self.rig = Rig(home, QtInbox())
        self.gate = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.seen: list[tuple[tuple[str, ...], str | None]] = []
        self.server = ControlServer(self.rig.desk, self.execute, patience_seconds=2)
        self.server.open(self.path)

    def execute(self, argv: Sequence[str], stdin: str | None, desk: Desk) -> tuple[int, str, str]:
        """A few commands to try with."""
        self.seen.append((tuple(argv), stdin))
        if argv[0] == "start":
            made = desk.post(StartAsked("local", comment=argv[1])).made
            assert desk.journal.subject(made[0]) is not None
            return 0, made[0], ""
        if argv[0] == "wait":
            self.waiting.release()
            assert self.gate.wait(10)
            return 0, " ".join(argv[1:]), "done"
        if argv[0] == "garble":
            return 0, "a\ud800b", ""
        if argv[0] == "fail":
            raise ZeroDivisionError("t0ken")
        return 0, f"{argv} {stdin}", ""

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(str(self.path))
        return client

    def say(self, words: bytes) -> bytes:
        """What comes back until the app hangs up; on a client's thread."""
        with self.connect() as client:
            client.sendall(words)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def ask(self, *argv: str, stdin: str | None = None) -> dict[str, Any]:
        line = json.dumps({"version": 1, "argv": argv, "stdin": stdin}) + "\n"
        found: dict[str, Any] = json.loads(self.say(line.encode()))
        return found

    def meanwhile(self, *works: Callable[[], Any]) -> list[Any]:
        """Do works on threads of their own while the app runs; what each one gave."""
        results: list[Any] = [None] * len(works)

        def do(place: int, work: Callable[[], Any]) -> None:
            try:
                results[place] = work()
            except BaseException as error:
                results[place] = error

        threads = [
            threading.Thread(target=do, args=(place, work)) for place, work in enumerate(works)
        ]
        for thread in threads:
            thread.start()
        self.until(lambda: not any(thread.is_alive() for thread in threads))
        return results

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=10_000)

    def talks(self) -> int:
        """How many connections the app holds."""
        return len(self.server._talks)


@pytest.fixture
def app(qtbot: QtBot, tmp_path: Path) -> Iterator[App]:
    made = App(qtbot, tmp_path)
    yield made
    made.gate.set()
    made.server.close()
    made.rig.desk.close()


def test_a_command_is_run_and_its_words_and_status_come_back(app: App) -> None:
    (reply,) = app.meanwhile(lambda: app.ask("start", "Überstunden ☕"))
    assert (reply["status"], reply["stderr"]) == (0, "")
    running = app.rig.desk.state().track
    assert running is not None
    assert reply["stdout"] == running.id
    assert running.meant.comment == "Überstunden ☕"


def test_what_comes_by_standard_input_reaches_the_command(app: App) -> None:
    app.meanwhile(lambda: app.ask("account", "add", stdin="t0ken\n"), lambda: app.ask("status"))
    assert sorted(app.seen, key=str) == [(("account", "add"), "t0ken\n"), (("status",), None)]


def test_the_socket_is_for_its_owner_alone(app: App) -> None:
    assert stat.S_IMODE(app.path.stat().st_mode) == 0o600


def test_several_commands_run_at_once(app: App) -> None:
    def open_gate() -> None:
        for _number in range(4):
            assert app.waiting.acquire(timeout=10)
        app.gate.set()

    works = [lambda name=name: app.ask("wait", name) for name in "abcd"]
    *replies, _opened = app.meanwhile(*works, open_gate)
    assert [reply["stdout"] for reply in replies] == list("abcd")


def test_a_request_in_pieces_is_one_request(app: App) -> None:
    def speak_slowly() -> bytes:
        with app.connect() as client:
            for piece in (b'{"version":1,', b'"argv":["status"],', b'"stdin":null}', b"\n"):
                client.sendall(piece)
                app.waiting.acquire(timeout=0.02)
            return client.recv(65536)

    (line,) = app.meanwhile(speak_slowly)
    assert json.loads(line)["status"] == 0


@pytest.mark.parametrize(
    "line",
    [
        b"start 1349\n",
        b"\n",
        b"[]\n",
        b'{"version":1}\n',
        b'{"version":1,"argv":"start"}\n',
        b'{"version":1,"argv":[1]}\n',
        b'{"version":1,"argv":["\xff"]}\n',
        b"[" * 50_000 + b"\n",
        b"\x00\x01\x02\n",
    ],
    ids=["words", "empty", "list", "no argv", "a text", "a number", "bytes", "deep", "zeros"],
)
def test_what_is_no_request_gets_a_sentence(app: App, line: bytes) -> None:
    (reply,) = app.meanwhile(lambda: json.loads(app.say(line)))
    assert reply["status"] == 2
    assert "could not read the command" in reply["stderr"]
    assert reply["stderr"].endswith("\n")
    assert app.seen == []


def test_another_version_is_told_so(app: App) -> None:
    (reply,) = app.meanwhile(lambda: json.loads(app.say(b'{"version":2,"argv":["status"]}\n')))
    assert reply["status"] == 2
    assert "another version" in reply["stderr"]


def test_too_long_a_request_gets_a_sentence_and_is_not_run(app: App) -> None:
    line = json.dumps({"version": 1, "argv": ["x" * (4 * MOST_BYTES)], "stdin": None}).encode()
    (reply,) = app.meanwhile(lambda: json.loads(app.say(line + b"\n")))
    assert reply["status"] == 2
    assert "too long" in reply["stderr"]
    assert app.seen == []


def test_the_longest_request_is_run(app: App) -> None:
    empty = json.dumps({"version": 1, "argv": ["status", ""], "stdin": None})
    fill = "x" * (MOST_BYTES - len(empty) - 1)
    (reply,) = app.meanwhile(lambda: app.ask("status", fill))
    assert reply["status"] == 0
    assert app.seen == [(("status", fill), None)]


def test_a_sender_who_never_ends_is_hung_up_on(app: App) -> None:
    def flood() -> str:
        with app.connect() as client:
            while True:
                try:
                    client.sendall(b"x" * 65536)
                except OSError as error:
                    return type(error).__name__

    (ended,) = app.meanwhile(flood)
    assert ended in {"BrokenPipeError", "ConnectionResetError"}
    app.until(lambda: app.talks() == 0)


def test_one_who_says_nothing_is_hung_up_on(app: App) -> None:
    def listen() -> bytes:
        with app.connect() as client:
            return client.recv(1)

    assert app.meanwhile(listen) == [b""]
    app.until(lambda: app.talks() == 0)


def test_a_command_may_take_longer_than_a_request(app: App, tmp_path: Path) -> None:
    server = ControlServer(app.rig.desk, app.execute, patience_seconds=0.1)
    server.open(tmp_path / "hasty.sock")
    app.path = tmp_path / "hasty.sock"

    def wait_long() -> bytes:
        with app.connect() as client:
            client.sendall(b'{"version":1,"argv":["wait"],"stdin":null}\n')
            client.settimeout(0.5)
            with pytest.raises(TimeoutError):
                client.recv(1)
            app.gate.set()
            client.settimeout(10)
            return client.recv(65536)

    (line,) = app.meanwhile(wait_long)
    server.close()
    assert json.loads(line)["stderr"] == "done"


def test_one_who_leaves_in_the_middle_harms_nobody(app: App) -> None:
    def leave_amid_a_word() -> None:
        with app.connect() as client:
            client.sendall(b'{"version":1,"ar')

    def leave_before_the_answer() -> None:
        with app.connect() as client:
            client.sendall(b'{"version":1,"argv":["wait"],"stdin":null}\n')
            assert app.waiting.acquire(timeout=10)

    app.meanwhile(leave_amid_a_word, leave_before_the_answer)
    app.until(lambda: app.talks() == 0)
    app.gate.set()
    (reply,) = app.meanwhile(lambda: app.ask("status"))
    assert reply["status"] == 0
    assert app.seen == [(("wait",), None), (("status",), None)]


@pytest.mark.expected_log("a command failed")
def test_a_command_that_fails_says_so_without_its_words(app: App) -> None:
    (reply,) = app.meanwhile(lambda: app.ask("fail"))
    assert reply["status"] == 1
    assert "ZeroDivisionError" in reply["stderr"]
    assert "t0ken" not in reply["stderr"]


def test_an_answer_that_json_cannot_carry_is_mended(app: App) -> None:
    (reply,) = app.meanwhile(lambda: app.ask("garble"))
    assert reply == {"status": 0, "stdout": "a?b", "stderr": ""}


def test_what_a_dead_app_left_behind_is_replaced(app: App, tmp_path: Path) -> None:
    left = tmp_path / "left.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(left))
    server = ControlServer(app.rig.desk, app.execute)
    server.open(left)
    app.path = left
    (reply,) = app.meanwhile(lambda: app.ask("status"))
    assert reply["status"] == 0
    server.close()
    assert not left.exists()


def test_a_folder_that_takes_no_socket_is_said(app: App, tmp_path: Path) -> None:
    with pytest.raises(ControlUnavailable, match="cannot be opened"):
        ControlServer(app.rig.desk, app.execute).open(tmp_path / "nowhere" / "control.sock")


def test_closing_hangs_up_and_waits_for_no_command(app: App) -> None:
    def wait_for_the_end() -> bytes:
        return app.say(b'{"version":1,"argv":["wait"],"stdin":null}\n')

    def close() -> None:
        assert app.waiting.acquire(timeout=10)
        app.rig.desk.inbox.run(app.server.close, lambda _error: None)

    assert app.meanwhile(wait_for_the_end, close)[0] == b""
    assert not app.path.exists()
    app.gate.set()


@pytest.mark.expected_log("another user's process was turned away")
def test_another_users_process_is_turned_away(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel tells who is there; here we are the ones who are somebody else."""
    real = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: real + 1)
    monkeypatch.setattr("app.runtime.control._ROOT", -1)

    def knock() -> bytes:
        with app.connect() as client:
            try:
                client.sendall(b'{"version":1,"argv":["status"],"stdin":null}\n')
                return client.recv(65536)
            except OSError:
                return b""

    assert app.meanwhile(knock) == [b""]
    assert app.seen == []
