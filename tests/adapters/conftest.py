"""Real parts for the adapters' tests: an X server, a session bus, a loop that waits."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from app.adapters.sqlite_file import DATABASE_NAME
from tests.adapters.damaged_store import make_closed, make_killed

_PATIENCE_SECONDS = 10.0


class Dispatched(Protocol):
    """What a source offers to an event loop."""

    def fileno(self) -> int | None: ...

    def dispatch(self) -> None: ...


class Until(Protocol):
    """Runs sources until a condition holds, or fails."""

    def __call__(
        self, condition: Callable[[], object], *sources: Dispatched, seconds: float = ...
    ) -> None: ...


@pytest.fixture
def until() -> Until:
    """Wait for a condition with a bound, dispatching whatever source has something to say."""

    def wait(
        condition: Callable[[], object],
        *sources: Dispatched,
        seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        ends_at = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ends_at, "the condition never came"
            watched = {
                descriptor: source
                for source in sources
                if (descriptor := source.fileno()) is not None
            }
            # A source without a descriptor, and a condition outside, are looked at again soon.
            ready, _writable, _other = select.select(list(watched), [], [], 0.02)
            for descriptor in ready:
                watched[descriptor].dispatch()
            for source in sources:
                if source.fileno() is None:
                    source.dispatch()

    return wait


class XServer:
    """A virtual X server; `do` runs xdotool on it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, *command: str) -> str:
        environ = {**os.environ, "DISPLAY": self.name}
        return subprocess.run(
            command, env=environ, check=True, capture_output=True, text=True, timeout=20
        ).stdout

    def do(self, *words: str) -> None:
        self.run("xdotool", *words)


@pytest.fixture(scope="session")
def x_server() -> Iterator[XServer]:
    """One Xvfb for all tests here, on a display that it chose itself."""
    readable, writable = os.pipe()
    process = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writable),
            "-noreset",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            "640x480x24",
        ],
        pass_fds=[writable],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    with os.fdopen(readable) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield XServer(f":{number}")
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def x_display(x_server: XServer, monkeypatch: pytest.MonkeyPatch) -> XServer:
    """The X server as the session's display."""
    monkeypatch.setenv("DISPLAY", x_server.name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XAUTHORITY", raising=False)
    return x_server


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus of the test's own, with nobody on it."""
    config = tmp_path / "bus.conf"
    # Without service folders, so that only what a test starts is there.
    config.write_text(
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
        '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
        '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
    )
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    process.terminate()
    process.wait(timeout=10)
    process.stdout.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two stores that the tests damage copies of."""
    folder = tmp_path_factory.mktemp("made")
    for name, make in (("killed", make_killed), ("closed", make_closed)):
        (folder / name).mkdir()
        make(folder / name)
    return folder


@pytest.fixture
def killed(made: Path, tmp_path: Path) -> Path:
    """A store whose process was killed: its last five commits stand in the log alone."""
    return shutil.copytree(made / "killed", tmp_path / "killed") / DATABASE_NAME


@pytest.fixture
def closed(made: Path, tmp_path: Path) -> Path:
    """A store that was closed, and the note that its holder met damage."""
    store = shutil.copytree(made / "closed", tmp_path / "closed") / DATABASE_NAME
    (store.parent / "store.lock").write_text("suspect-closed")
    return store
