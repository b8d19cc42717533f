"""The real thing from outside: the program, its running app, and a sandbox as another process."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.desktop import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KIND = "7pace"
ACCOUNT = "Work"
TOKEN = "sandbox-7pace-token"
TIMEKEPT = (sys.executable, "-m", "app")


class Said(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Timekept:
    """`timekept` in one home: its commands, and the app when it runs there."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = os.environ | {"TIMEKEPT_HOME": str(home), "TZ": "UTC"} | environment
        self.app: subprocess.Popen[str] | None = None

    # --- commands --------------------------------------------------------------------------------

    def run(self, *words: str, stdin: str = "") -> Said:
        """Run a command to its end, whatever that is; a traceback fails."""
        done = subprocess.run(
            [*TIMEKEPT, *words],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str, stdin: str = "") -> Said:
        """Run a command that is to be done."""
        said = self.run(*words, stdin=stdin)
        assert said.status == 0, said
        return said

    def json(self, *words: str) -> Any:
        """The document of a command that is to be done."""
        return self.ok(*words, "--json").json

    @property
    def pid(self) -> int:
        """The process of the app."""
        assert self.app is not None
        return self.app.pid

    @property
    def running(self) -> Any:
        """What `status` says of the running track; None when nothing runs."""
        return self.json("status")["running"]

    def join(self, sandbox: Ledger, *more: str) -> None:
        """Set up the account at a sandbox; `--no-verify` does it while the sandbox is away."""
        words = ("account", "add", KIND, "--name", ACCOUNT, "--url", sandbox.url, "--token-stdin")
        self.ok(*words, *more, stdin=TOKEN + "\n")

    # --- the app ---------------------------------------------------------------------------------

    def start_app(self, *, headless: bool = True) -> None:
        """Run the app until it takes commands."""
        assert self.app is None
        self.app = app = subprocess.Popen(
            [*TIMEKEPT, "run", *(["--headless"] if headless else [])],
            env=self.environment,
            text=True,
        )
        socket = self.home / "control.sock"

        def takes() -> bool:
            return app.poll() is not None or _accepts(str(socket))

        wait_until(takes, "the app to take commands", 30)
        assert app.poll() is None, "The app ended at its start."

    def kill_app(self) -> None:
        """End the app as a crash would."""
        assert self.app is not None
        app, self.app = self.app, None
        app.kill()
        app.wait(20)

    def end_app(self) -> None:
        """End the app as its user would."""
        app, self.app = self.app, None
        if app is None:
            return
        app.terminate()
        try:
            assert app.wait(20) == 0
        finally:
            app.kill()

    def bytes_of_files(self) -> bytes:
        """Everything that stands in the files of the home."""
        files = (path for path in sorted(self.home.rglob("*")) if path.is_file())
        return b"\n".join(path.read_bytes() for path in files)


def _accepts(path: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except OSError:
            return False
    return True


class Worklog(NamedTuple):
    """A row of the server as it counts: start in UTC and length, both in whole seconds."""

    started_at: datetime
    seconds: int
    item: str
    comment: str
    activity: str

    @property
    def stopped_at(self) -> datetime:
        """The end."""
        return self.started_at + timedelta(seconds=self.seconds)


class Ledger:
    """What a sandbox holds, asked over HTTP; its user's zone is UTC."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        """The base that an account there is given."""
        return f"http://127.0.0.1:{self.port}/{KIND}"

    def ask(self, name: str, words: Mapping[str, object] | None = None, method: str = "") -> Any:
        """GET a page of the control surface, or POST words to it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            body = None if words is None else json.dumps(words)
            connection.request(
                method or ("GET" if words is None else "POST"), f"/control/{KIND}/{name}", body
            )
            response = connection.getresponse()
            answer = response.read()
            assert response.status == 200, answer
            return json.loads(answer)
        finally:
            connection.close()

    def elsewhere(self, do: str, **words: object) -> Any:
        """Act as another device of the same user."""
        return self.ask("elsewhere", {"do": do, **words})

    def fault(self, kind: str, **words: object) -> None:
        """Throw a fault switch."""
        self.ask("faults", {"kind": kind, **words})

    def mend(self) -> None:
        """Take all faults back."""
        self.ask("faults", method="DELETE")

    @property
    def running(self) -> Any:
        """What runs there, as the server words it; None when nothing does."""
        return self.ask("ledger")["running"]

    @property
    def worklogs(self) -> list[Worklog]:
        """The rows, in the order of their starts."""
        return sorted(
            Worklog(
                datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC, microsecond=0),
                row["length"],
                str(row["workItemId"] or ""),
                row["comment"] or "",
                row["activityType"]["name"],
            )
            for row in self.ask("ledger")["worklogs"]
        )


class SandboxProcess(Ledger):
    """`timekept sandbox 7pace`; comes back on the port that it had, with an empty world."""

    def __init__(self, folder: Path) -> None:
        super().__init__(0)
        self._port_file = folder / "sandbox.port"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; returns when requests are answered."""
        assert self._process is None
        self._process = process = subprocess.Popen(
            [
                *(*TIMEKEPT, "sandbox", KIND, "--port", str(self.port)),
                *("--port-file", str(self._port_file)),
            ],
            env=os.environ | {"TZ": "UTC"},
            stdout=subprocess.DEVNULL,
        )
        wait_until(
            lambda: self._port_file.exists() or process.poll() is not None, "the sandbox", 30
        )
        assert process.poll() is None, "The sandbox ended at its start."
        self.port = int(self._port_file.read_text())

    def stop(self) -> None:
        """End it: connections are refused from now on."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()


def instant(text: str) -> datetime:
    """Read an instant of a JSON document."""
    return datetime.fromisoformat(text)


def wait_for_another_second() -> None:
    """Let the clock go on to its next second, so that what follows has a time of its own."""
    before = int(datetime.now(UTC).timestamp())
    wait_until(lambda: int(datetime.now(UTC).timestamp()) != before, "the next second", 5)
