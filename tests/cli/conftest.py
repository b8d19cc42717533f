"""A home for each test, and the sandbox with an account on it in a real keyring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sandbox.server import Sandbox
from tests.cli.program import Program

KIND = "7pace"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Give the program in an empty home."""
    program = Program(tmp_path)
    yield program
    program.end_app()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Give a sandbox of its own to each test."""
    with Sandbox([KIND]) as sandbox:
        yield sandbox


@pytest.fixture
def work(program: Program, sandbox: Sandbox, keyring_session: str) -> Program:
    """Give the program with an account “Work” at the sandbox, its token in the tests' keyring."""
    program.environment |= {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    program.ok(
        *("account", "add", KIND, "--name", "Work", "--url", sandbox.url(KIND), "--token-stdin"),
        stdin=sandbox.token(KIND) + "\n",
    )
    return program
