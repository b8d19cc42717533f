"""The 7pace stand-in of the sandbox as the contract's stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx

from app.core.model import Account
from app.core.remote import WorkItem, WriteKind
from app.ports.provider import Provider
from app.providers.kinds import make
from app.providers.throttle import Gates
from app.sandbox.server import Sandbox
from tests.providers.stage import Held

KIND = "7pace"
# Where each write goes: the pattern that the sandbox's fault switches search for.
ROUTES = {
    WriteKind.START: ("POST", "startTracking"),
    WriteKind.STOP: ("POST", "stopTracking"),
    WriteKind.ADJUST: ("POST", "adjust"),
    WriteKind.CREATE: ("POST", "workLogs$"),
    WriteKind.EDIT: ("PATCH", "workLogs/"),
    WriteKind.DELETE: ("DELETE", "workLogs/"),
}


class SevenpaceStage:
    """The 7pace stand-in of the sandbox as the contract's stage."""

    item = WorkItem("1349", "Fix login timer")
    other_item = WorkItem("1350", "Review sign-in flow")
    unknown_id = "11111111-2222-3333-4444-555555555555"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._open: list[Provider] = []

    def connect(
        self,
        secret: str | None = None,
        zone: str = "UTC",
        path: str = "",
        options: dict[str, str] | None = None,
        gates: Gates | None = None,
    ) -> Provider:
        account = Account("work", KIND, self.sandbox.url(KIND) + path, options or {})
        secret = self.sandbox.token(KIND) if secret is None else secret
        provider = make(account, secret, lambda: zone, 5.0, gates)
        self._open.append(provider)
        return provider

    def close(self) -> None:
        for provider in self._open:
            provider.close()

    def break_write(self, kind: WriteKind, fault: str, **words: object) -> None:
        method, path = ROUTES[kind]
        self._break(method, path, fault, words | {"times": 1})

    def break_batch(self, fault: str, *, rehearsal: bool = False, **words: object) -> None:
        skip = {} if rehearsal else {"skip": 1}
        self._break("POST", "workLogs/batch$", fault, words | skip | {"times": 1})

    def break_reads(self, fault: str, **words: object) -> None:
        self._break("GET", "", fault, words)

    def break_all(self, fault: str, **words: object) -> None:
        """Bend every answer."""
        self._break("", "", fault, words)

    def break_path(self, path: str, fault: str, **words: object) -> None:
        """Let requests go wrong whose path fits a pattern."""
        self._break("", path, fault, words)

    def bend(self, field: str, value: object) -> int:
        """Let a field have this value in every answer; returns a number for `straighten`."""
        rule = {"kind": "wrong-type", "field": field, "value": value}
        (number,) = self.sandbox.fault(KIND, rule)
        return number

    def straighten(self, number: int) -> None:
        """Take that back."""
        self._control("faults/clear", {"number": number})

    def settings(self, **words: object) -> None:
        """Change what an administrator could."""
        self._control("settings", words)

    def ask(self, wait_seconds: int) -> None:
        """Let the server ask whether the user still works."""
        self._control("activity-check", {"waitSeconds": wait_seconds})

    def set_clock(self, skew_seconds: float) -> None:
        """Set the server's clock wrong."""
        self._control("clock", {"skewSeconds": skew_seconds})

    def worklog(self) -> dict[str, Any]:
        """The only worklog, as the server writes it."""
        (row,) = self.sandbox.ledger(KIND)["worklogs"]
        return cast("dict[str, Any]", row)

    def entries(self) -> list[Held]:
        rows = self.sandbox.ledger(KIND)["worklogs"]
        return [
            Held(row["id"], row["timestamp"], row["length"], row["comment"] or "") for row in rows
        ]

    def runs(self) -> str | None:
        running = self.sandbox.ledger(KIND)["running"]
        return None if running is None else running["remark"]

    def requests(self) -> int:
        return len(self.sandbox.ledger(KIND)["requests"])

    def start_elsewhere(self, item: WorkItem, comment: str) -> None:
        self.sandbox.elsewhere(KIND, do="start", tfsId=int(item.id), remark=comment)

    def stop_elsewhere(self) -> None:
        self.sandbox.elsewhere(KIND, do="stop")

    def fill(self, count: int, from_at: datetime) -> None:
        for number in range(count):
            at = from_at + timedelta(minutes=number)
            self.sandbox.elsewhere(
                KIND,
                do="create",
                timeStamp=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                length=60,
                workItemId=int(self.item.id),
            )

    def _break(self, method: str, path: str, fault: str, words: dict[str, object]) -> None:
        rule = {"kind": fault, "match": {"method": method, "path": path}, **words}
        self.sandbox.fault(KIND, rule)

    def _control(self, name: str, words: dict[str, object]) -> None:
        url = f"{self.sandbox.base}/control/{KIND}/{name}"
        with httpx.Client(trust_env=False, verify=False) as client:
            client.post(url, json=words).raise_for_status()
