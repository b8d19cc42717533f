"""A home whose processes are killed, a sandbox process beside it, and what stands in both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.adapters.sqlite_journal import open_journal
from app.core.comparing import plain
from app.core.model import Subject
from app.sandbox.sevenpace.stand_in import TOKEN
from tests.chaos.kill_oracle import Row
from tests.runtime.waiting import wait_until

ROOT = Path(__file__).parents[2]
TIMEKEPT = (sys.executable, "-m", "app")
KIND, ACCOUNT = "7pace", "Work"
WITHIN_SECONDS = 60.0
# Long against a request on loopback, short against a person's patience.
SETTLE_SECONDS = 2


def environment(home: Path) -> dict[str, str]:
    """A session of its own: no desktop, no bus, a keyring that knows the one token."""
    ours = {
        "TIMEKEPT_HOME": str(home),
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "tests.chaos.one_token.OneToken",
    }
    left = {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"}
    return {name: value for name, value in os.environ.items() if name not in left} | ours


class SandboxServer:
    """`timekept sandbox 7pace` as a process of its own. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._port_file = folder / "port"
        self._process = subprocess.Popen(
            [*TIMEKEPT, "sandbox", KIND, "--port", "0", "--port-file", str(self._port_file)],
            env=environment(folder / "sandbox"),
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self) -> SandboxServer:
        wait_until(lambda: self._port_file.exists(), WITHIN_SECONDS)
        self.base = f"http://127.0.0.1:{int(self._port_file.read_text())}"
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._process.kill()
        self._process.wait(WITHIN_SECONDS)

    def ledger(self) -> dict[str, Any]:
        """All that the server holds."""
        with urllib.request.urlopen(f"{self.base}/control/{KIND}/ledger", timeout=20) as answer:
            content: dict[str, Any] = json.load(answer)
        return content


class Home:
    """`timekept` in a home with an account at the sandbox."""

    def __init__(self, folder: Path, server: SandboxServer) -> None:
        self._folder = folder
        self._server = server
        self._environment = environment(folder)
        self._app: subprocess.Popen[str] | None = None
        url = f"{server.base}/{KIND}"
        words = ("account", "add", KIND, "--name", ACCOUNT, "--url", url, "--token-stdin")
        for said in (
            self.run(*words, stdin=TOKEN + "\n"),
            self.run("config", "set", "sync.settle_seconds", str(SETTLE_SECONDS)),
        ):
            assert said.returncode == 0, said

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin a command."""
        return subprocess.Popen(
            [*TIMEKEPT, *words],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [*TIMEKEPT, *words],
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=2 * WITHIN_SECONDS,
            check=False,
        )

    def start_app(self) -> subprocess.Popen[str]:
        """The app without a screen, until it takes commands."""
        socket = self._folder / "control.sock"
        socket.unlink(missing_ok=True)
        app = self._app = self.start("run", "--headless")
        wait_until(lambda: socket.exists() or app.poll() is not None, WITHIN_SECONDS)
        assert app.poll() is None, app.communicate()
        return app

    def end(self) -> None:
        """Nothing of it runs any more."""
        if self._app is not None:
            self._app.kill()
            self._app.communicate(timeout=WITHIN_SECONDS)

    def rows(self) -> dict[str, Row]:
        """What the store holds when it is opened again, by id; its pages are whole."""
        journal = open_journal(self._folder, wait_seconds=WITHIN_SECONDS)
        try:
            verdict = journal._connection.execute("PRAGMA integrity_check").fetchall()
            assert verdict == [("ok",)], verdict
            now = datetime.now(UTC)
            found = journal.entries(now - timedelta(days=9), now + timedelta(days=2))
            return {one.id: _row(one) for one in found if one.account == ACCOUNT}
        finally:
            journal.close()

    def worklogs(self) -> Counter[tuple[str, int, str, str]]:
        """The rows on the server, as they count."""
        ledger = self._server.ledger()
        assert ledger["running"] is None, ledger["running"]
        return Counter(
            (
                log["timestamp"][:19],
                log["length"],
                str(log["workItemId"] or ""),
                plain(log["comment"] or ""),
            )
            for log in ledger["worklogs"]
        )


def _row(subject: Subject) -> Row:
    meant = subject.meant
    item = "" if meant.item is None else meant.item.id
    return Row(meant.started_at, meant.stopped_at, item, plain(meant.comment))
