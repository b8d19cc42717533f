"""The short way: what it imports, what it sends, and how it ends when the app does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.folders import find_folders
from app.cli.client import guessed_socket, read_stdin, stays_here
from tests.cli.program import Program
from tests.runtime.waiting import wait_until


class FakeApp:
    """Listens where the app would and answers each request with the next reply."""

    def __init__(self, path: Path, *replies: bytes) -> None:
        self.heard: list[dict[str, object]] = []
        self._replies = list(replies)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for reply in self._replies:
            connection, _address = self._listener.accept()
            with connection, connection.makefile("rb") as lines:
                self.heard.append(json.loads(lines.readline()))
                connection.sendall(reply)

    def close(self) -> None:
        self._thread.join(20)
        self._listener.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[list[FakeApp]]:
    """Give a list for fake apps; they are closed at the end."""
    apps: list[FakeApp] = []
    yield apps
    for one in apps:
        one.close()


def test_words_go_to_the_app_and_its_answer_is_printed(
    program: Program, app: list[FakeApp]
) -> None:
    reply = {"status": 3, "stdout": "größer\n", "stderr": "waits\n"}
    app.append(FakeApp(program.socket, json.dumps(reply).encode() + b"\n"))
    assert program.run("sync", "--wait", "-2") == (3, "größer\n", "waits\n")
    assert app[0].heard == [{"version": 1, "argv": ["sync", "--wait", "-2"], "stdin": None}]


def test_standard_input_is_read_only_where_the_words_ask_for_it(
    program: Program, app: list[FakeApp]
) -> None:
    done = b'{"status":0,"stdout":"","stderr":""}\n'
    app.append(FakeApp(program.socket, done, done))
    program.ok("status", stdin="not for you")
    program.ok("account", "verify", "Work", "--token-stdin", stdin="s3cret\nmore")
    assert [said["stdin"] for said in app[0].heard] == [None, "s3cret\n"]


@pytest.mark.parametrize("reply", [b"", b"{", b"[]\n", b'{"status":0}\n'])
def test_an_app_that_ends_without_an_answer_is_told_of(
    program: Program, app: list[FakeApp], reply: bytes
) -> None:
    app.append(FakeApp(program.socket, reply))
    said = program.run("start", "1349")
    assert said.status == 1
    assert "ended before it answered" in said.err


def test_a_socket_that_nobody_listens_on_is_none(program: Program) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(program.socket))
    assert program.json("status")["running"] is None


def test_a_home_with_too_long_a_name_for_a_socket_is_served_the_long_way(tmp_path: Path) -> None:
    program = Program(tmp_path / ("long" * 30))
    begun = subprocess.Popen(
        [sys.executable, "-m", "app", "run", "--headless"], env=program.environment
    )
    try:
        listens = find_folders({"TIMEKEPT_HOME": str(program.home)}).socket_file
        wait_until(listens.exists, 30)
        assert not program.socket.exists()
        assert program.ok("run").err == "Timekept runs already.\n"
        program.ok("start", "7")
    finally:
        begun.terminate()
        assert begun.wait(20) == 0


def test_the_short_way_imports_next_to_nothing(program: Program, app: list[FakeApp]) -> None:
    app.append(FakeApp(program.socket, b'{"status":0,"stdout":"","stderr":""}\n'))
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['timekept', 'start', 'x']\n"
        "from app.__main__ import main; main()\n"
        "print(sorted(m for m in set(sys.modules) - before if '.' not in m or m.startswith('app')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=program.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    loaded = set(json.loads(done.stdout.replace("'", '"')))
    assert {name for name in loaded if name.startswith("app")} == {
        *("app", "app.__main__", "app.cli", "app.cli.client")
    }
    heavy = {"argparse", "msgspec", "pathlib", "gettext", "typing", "logging", "datetime"}
    assert loaded & heavy == set()


@pytest.mark.parametrize(
    "environ",
    [
        {"TIMEKEPT_HOME": "/somewhere"},
        {"TIMEKEPT_HOME": "~/somewhere"},
        {"XDG_DATA_HOME": "/data"},
        {},
    ],
)
def test_the_guess_is_the_rule_in_usual_surroundings(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TIMEKEPT_HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert guessed_socket() == str(find_folders().socket_file)


def test_the_guess_is_the_rule_in_a_login_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.delenv("TIMEKEPT_HOME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert guessed_socket() == str(find_folders(os.environ).socket_file)


@pytest.mark.parametrize(
    "argv, stays",
    [
        ([], False),
        (["run"], False),
        (["run", "--demo"], True),
        (["start", "--demo"], False),
        (["start", "--help"], True),
        (["--version"], True),
        (["sandbox", "7pace"], True),
        (["completion", "bash"], True),
        (["doctor"], False),
        (["doctor", "--offline"], True),
    ],
)
def test_what_never_goes_to_the_app(argv: list[str], stays: bool) -> None:
    assert stays_here(argv) is stays


def test_nothing_is_read_without_a_reason() -> None:
    assert read_stdin(["start", "--comment", "-x"]) is None
