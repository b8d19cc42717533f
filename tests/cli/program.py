"""The real program in a home of its own, with the app running there or without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.runtime.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


class Said(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Program:
    """`timekept` in one home."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = os.environ | {"TIMEKEPT_HOME": str(home), "TZ": "UTC"} | environment
        # No desktop but the one that a test gives it.
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            if name not in environment:
                self.environment.pop(name, None)
        self.folder: Path | None = None
        """Where commands are run; the tests' own place if None."""
        self._app: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, stdin: str = "", check: bool = False) -> Said:
        """Run a command to its end; a traceback fails, whatever was expected."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *words],
            input=stdin.encode(),
            capture_output=True,
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            timeout=60,
            check=False,
        )
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in said.err + said.out, said.err
        if check:
            assert said.status == 0, said
        return said

    def ok(self, *words: str, stdin: str = "") -> Said:
        """Run a command that is to be done."""
        return self.run(*words, stdin=stdin, check=True)

    def json(self, *words: str) -> Any:
        """The document of a command that is to be done."""
        return self.ok(*words, "--json").json

    @property
    def socket(self) -> Path:
        """Where the app listens in a home with a short name."""
        return self.home / "control.sock"

    def start_app(self) -> None:
        """Run the app without a screen; returns when it takes commands."""
        self._app = app = subprocess.Popen(
            [sys.executable, "-m", "app", "run", "--headless"], env=self.environment
        )
        wait_until(lambda: self.socket.exists() or app.poll() is not None, 30)
        assert app.poll() is None

    def end_app(self) -> None:
        """End the app as its user would."""
        app, self._app = self._app, None
        if app is not None:
            app.terminate()
            try:
                assert app.wait(20) == 0
            finally:
                app.kill()

    def kill_app(self) -> None:
        """End the app as a crash would."""
        app, self._app = self._app, None
        assert app is not None
        app.kill()
        app.wait(20)
