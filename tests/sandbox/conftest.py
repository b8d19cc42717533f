"""A sandbox with a clock that tests hold, and clients for its two sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app.sandbox.server import Sandbox
from app.sandbox.sevenpace.world import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "7pace"
TRACKING = "/api/tracking/client"


class HeldClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 28, 9, 0, 0, 389063, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Client(httpx.Client):
    """The API as a signed-in client of version 3.2 sees it, with the words of the tests."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(
            base_url=sandbox.url(KIND),
            headers={"Authorization": f"Bearer {sandbox.token(KIND)}"},
            params={"api-version": "3.2"},
            timeout=10,
            trust_env=False,
        )

    def current(self, *, expand: bool = False) -> dict[str, Any]:
        return self._json(self.get(f"{TRACKING}/current", params={"$expand": str(expand).lower()}))

    def track(self) -> dict[str, Any]:
        track: dict[str, Any] = self.current()["track"]
        return track

    def start(self, **words: object) -> dict[str, Any]:
        return self._json(self.post(f"{TRACKING}/startTracking", json=words))

    def stop(self, reason: int = 0) -> dict[str, Any]:
        return self._json(self.post(f"{TRACKING}/stopTracking", params={"$reason": reason}))

    def worklogs(self, **query: object) -> list[dict[str, Any]]:
        asked = {f"${name}": str(value) for name, value in query.items()}
        rows: list[dict[str, Any]] = self._json(self.get("/api/rest/workLogs", params=asked))[
            "data"
        ]
        return rows

    def create(self, **words: object) -> dict[str, Any]:
        body = {"timeStamp": "2026-09-28T08:00:00", "length": 600, "comment": "Made"} | words
        row: dict[str, Any] = self._json(self.post("/api/rest/workLogs", json=body))["data"]
        return row

    @staticmethod
    def _json(response: httpx.Response) -> dict[str, Any]:
        assert response.status_code == 200, response.text
        content: dict[str, Any] = response.json()
        return content


class Control(httpx.Client):
    """The control surface of one kind."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(base_url=f"{sandbox.base}/control/{KIND}", timeout=10, trust_env=False)

    def do(self, name: str, words: object = None) -> Any:
        response = self.post(f"/{name}", json={} if words is None else words)
        assert response.status_code == 200, response.text
        return response.json()

    def ledger(self) -> dict[str, Any]:
        content: dict[str, Any] = self.get("/ledger").json()
        return content


@pytest.fixture
def clock() -> HeldClock:
    """Give the time that the servers go by."""
    return HeldClock()


@pytest.fixture
def sandbox(clock: HeldClock) -> Iterator[Sandbox]:
    """Give a running sandbox of 7pace whose user lives at UTC."""
    with Sandbox([KIND], clock=clock) as sandbox:
        sandbox.world(KIND).settings = Settings(zone_minutes=0)
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """Give a signed-in client."""
    with Client(sandbox) as client:
        yield client


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Control]:
    """Give the control surface."""
    with Control(sandbox) as control:
        yield control


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Give a client without token and version."""
    with httpx.Client(base_url=sandbox.url(KIND), timeout=10, trust_env=False) as client:
        yield client
