"""A home for each test, a sandbox process, and an account there in a real keyring."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.sandbox.server import Sandbox
from tests.end_to_end.driver import KIND, SandboxProcess, Timekept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop import Desktop


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a folder with a short name, as a socket's path may have a hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="timekept-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def timekept(home: Path) -> Iterator[Timekept]:
    """Give the program in an empty home, without bus, keyring and screen."""
    timekept = Timekept(home)
    timekept.environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    yield timekept
    timekept.end_app()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """Give a sandbox that serves."""
    sandbox = SandboxProcess(tmp_path)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def lasting() -> Iterator[Sandbox]:
    """Give a sandbox that keeps what it holds while it is off the network."""
    with Sandbox([KIND]) as sandbox:
        yield sandbox


@pytest.fixture
def with_keyring(timekept: Timekept, keyring_session: str) -> Timekept:
    """Give the program with the tests' keyring."""
    timekept.environment["DBUS_SESSION_BUS_ADDRESS"] = keyring_session
    return timekept


@pytest.fixture
def work(with_keyring: Timekept, sandbox: SandboxProcess) -> Timekept:
    """Give the program with its account “Work” at the sandbox."""
    with_keyring.join(sandbox)
    return with_keyring


@pytest.fixture
def on_desktop(with_keyring: Timekept, desktop: Desktop) -> Timekept:
    """Give the program with windows: on the desktop, with the tests' keyring."""
    with_keyring.environment.pop("QT_QPA_PLATFORM", None)
    with_keyring.environment.update(desktop.environment | {"TZ": "UTC"})
    with_keyring.environment["TIMEKEPT_HOME"] = str(with_keyring.home)
    return with_keyring


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Give the folder for screenshots: the one that TIMEKEPT_PICTURES names, if any."""
    folder = Path(os.environ.get("TIMEKEPT_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
