"""Brings about each thing that the outbox may hold, at the sandbox, with the app or without it."""

from __future__ import annotations

from typing import Any

from app.sandbox.server import Sandbox
from tests.cli.conftest import KIND
from tests.cli.program import Program
from tests.runtime.waiting import wait_until

CREATES = {"method": "POST", "path": "workLogs$"}
NO_SUCH_ITEM = "999999"
NEW_TOKEN = "a-token-of-the-next-year"


class Stage:
    """The program with its account “Work” at a sandbox that can be taken off the network."""

    def __init__(self, work: Program, sandbox: Sandbox, *, app_runs: bool) -> None:
        self.work = work
        self.sandbox = sandbox
        self.app_runs = app_runs

    def offline(self) -> None:
        """Take the server off the network, and let that be noticed."""
        self.sandbox.stop()
        self.work.run("sync")

    def online(self) -> None:
        """Let the server be there again."""
        self.sandbox.start()

    def told(self, item: str = "1349", comment: str = "Ours") -> Any:
        """Record an entry that the server has."""
        row = self.work.json(
            *("entry", "add", item, "--start", "-3h", "--stop", "-2h", "--comment", comment)
        )
        self.work.ok("sync", "--wait", "30")
        return next(r for r in self.entries() if r["id"] == row["id"])

    def entries(self) -> list[Any]:
        """What is kept here."""
        rows: list[Any] = self.work.json("entries", "--from", "yesterday")
        return rows

    def rows(self) -> list[Any]:
        """What the server has."""
        rows: list[Any] = self.sandbox.ledger(KIND)["worklogs"]
        return rows

    def held(self, reason: str) -> Any:
        """Sync until something is held for this reason; its document."""

        def found() -> Any:
            self.work.run("sync", "--wait", "20")
            waiting = [self.show(row["id"]) for row in self.work.json("outbox")]
            return next((w for w in waiting if (w["question"] or {}).get("kind") == reason), None)

        wait_until(found, 60)
        return found()

    def show(self, id_: str) -> Any:
        """The document of one."""
        return self.work.json("outbox", "show", id_)

    def refused(self) -> Any:
        """An entry for an item that the server does not have."""
        self.offline()
        words = ("--start", "-3h", "--stop", "-2h", "--comment", "Ours")
        self.work.ok("entry", "add", NO_SUCH_ITEM, *words)
        self.online()
        return self.held("refused")

    def conflict(self) -> Any:
        """An entry whose comment and item were changed here, and the comment elsewhere too."""
        row = self.told()
        self.offline()
        self.work.ok("entry", "edit", row["id"], "--comment", "Mine", "--item", "1350")
        self.online()
        self.sandbox.elsewhere(KIND, do="edit", id=row["remote_id"], comment="Yours", length=1800)
        return self.held("conflict")

    def gone(self) -> Any:
        """An entry that was changed here and deleted elsewhere."""
        row = self.told()
        self.offline()
        self.work.ok("entry", "edit", row["id"], "--comment", "Mine")
        self.online()
        self.sandbox.elsewhere(KIND, do="delete", id=row["remote_id"])
        return self.held("gone")

    def near(self) -> Any:
        """An entry whose create landed without an answer and was edited elsewhere since."""
        self.work.ok("config", "set", "sync.settle_seconds", "1")
        # From then on another token is wanted, so that no look finds it before it is edited.
        self.sandbox.fault(
            KIND,
            {"kind": "drop-after", "match": CREATES, "times": 1},
            {"kind": "token-expires", "match": CREATES, "times": 1, "value": NEW_TOKEN},
        )
        words = ("--start", "-3h", "--stop", "-2h", "--comment", "Ours")
        self.work.ok("entry", "add", "1349", *words)
        wait_until(self.rows, 30)
        (row,) = self.rows()
        self.sandbox.elsewhere(KIND, do="edit", id=row["id"], comment="Edited there")
        self.work.ok("account", "verify", "Work", "--token-stdin", stdin=NEW_TOKEN)
        return self.held("near-match")

    def foreign(self) -> Any:
        """A track that was started here offline, and another one elsewhere after it."""
        self.offline()
        self.work.ok("start", "1349", "--comment", "Ours", "--at", "-10m")
        self.online()
        self.sandbox.elsewhere(KIND, do="start", tfsId=1350, remark="Theirs")
        return self.held("foreign-track")
