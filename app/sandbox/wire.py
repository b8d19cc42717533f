"""What one HTTP exchange is inside the sandbox: the call that came in, the reply that goes out."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

Clock = Callable[[], datetime]


class SettableClock:
    """A clock that can be set wrong: a source of aware UTC moments, and a skew on top."""

    def __init__(self, source: Clock | None = None) -> None:
        """Take `source` for the true time, or the system's clock."""
        self._source = source or (lambda: datetime.now(UTC))
        self.skew_seconds = 0.0

    def __call__(self) -> datetime:
        """Return the moment that this server believes in, aware, in UTC."""
        return self._source() + timedelta(seconds=self.skew_seconds)


class Switch(Protocol):
    """The part of a fault rule that a stand-in reads when it shapes an answer."""

    @property
    def form(self) -> str | None:
        """Which of several forms the switch asks for."""

    @property
    def value(self) -> object:
        """What the switch puts in."""


class Call(msgspec.Struct, frozen=True):
    """One request as a stand-in sees it; `path` begins below the stand-in's base.

    Query names are lower case and without `$`: real clients write `$expand`, `expand` and `Expand`.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    switches: Mapping[str, Switch]

    def json(self) -> object:
        """Return the decoded body, `None` for an empty one. No JSON raises `ValueError`."""
        if not self.body.strip():
            return None
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as trouble:
            raise ValueError(str(trouble)) from trouble


class Reply(msgspec.Struct, frozen=True):
    """One answer; with `cut_at` the connection ends after so many bytes of the announced body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut_at: int | None = None


def json_reply(status: int, content: object, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return `content` as a JSON answer."""
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Reply(status=status, body=msgspec.json.encode(content), headers=(kind, *headers))


class MisuseError(Exception):
    """A control request that cannot be done; its text says why, `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep the sentence for the user of the control surface."""
        super().__init__(message)
        self.status = status


class StandIn(Protocol):
    """One vendor's server: what the sandbox asks of each kind in the registry."""

    kind: str
    token: str
    clock: SettableClock
    switches: frozenset[str]

    @property
    def world(self) -> object:
        """The model of the server, for tests that look inside."""

    def answer(self, call: Call) -> Reply:
        """Do what the call asks and answer as the vendor would."""

    def error(self, status: int) -> Reply:
        """Return the vendor's error body for `status`."""

    def error_state(self, message: str) -> Reply:
        """Return the vendor's refusal that comes with HTTP 200, or its nearest kin."""

    def ledger(self) -> dict[str, object]:
        """Return everything that the server holds, as JSON values."""

    def elsewhere(self, words: Mapping[str, object]) -> object:
        """Act as the user's second device. Raises `MisuseError`."""

    def ask_activity_check(self, wait_seconds: int) -> object:
        """Ask the user now whether they still work. Raises `MisuseError`."""

    def change_settings(self, words: Mapping[str, object]) -> object:
        """Change what an administrator could. Raises `MisuseError`."""

    def choices(self) -> list[tuple[int, str]]:
        """Return work items to offer on the page, as number and title."""

    def reset(self) -> None:
        """Forget everything."""
