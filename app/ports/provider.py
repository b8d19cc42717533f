"""What speaks one remote API: five verbs, blocking, run in the account's own worker thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from app.core.remote import (
    ActivityType,
    Capabilities,
    LookFor,
    Receipt,
    RemoteView,
    Trouble,
    WorkItem,
    Write,
)


class ProviderError(Exception):
    """A call gave no clear yes; `trouble` says what may happen next.

    Every method of a provider raises this and nothing else for what the network or the server did.
    """

    def __init__(self, trouble: Trouble) -> None:
        """Keep the trouble; its words are plain text without any secret."""
        super().__init__(f"{trouble.kind}: {trouble.words}")
        self.trouble = trouble


class Identity(Struct, frozen=True):
    """Who the secret belongs to, as the server says it."""

    user_id: str
    name: str


class Provider(Protocol):
    """One account at one remote API. Made in its lane's thread; calls block; never shared.

    No method retries by itself (`PROTOCOL.md` §2). A look or pull is whole or raises.
    """

    capabilities: Capabilities

    def verify(self) -> Identity:
        """Check the sign-in with the cheapest calls that prove it."""
        ...

    def pull(self, from_at: datetime, to_at: datetime) -> RemoteView:
        """Everything of the own user that starts in the span (inclusive), and what runs."""
        ...

    def look(self, ask: LookFor) -> RemoteView:
        """The smallest view that shows what is asked for."""
        ...

    def push(self, write: Write) -> Receipt:
        """Make exactly one write on the wire."""
        ...

    def push_many(self, writes: Sequence[Write]) -> tuple[Receipt, ...]:
        """Make several creates by one request: all of them or none, where the server keeps to that.

        Asked only where `capabilities.creates_at_once` is 2 or more, for at most so many. Each
        receipt has the row that was made; they may come in any order, or not all. Where the server
        can, it is rehearsed first: a refusal of that is marked `Trouble.rehearsed`.
        """
        ...

    def answer_check(self) -> None:
        """Tell that the user is still active, if the server still asks; else do nothing."""
        ...

    def search(self, text: str, limit: int) -> Sequence[WorkItem]:
        """Work items that fit the words or the number, best first."""
        ...

    def activity_types(self) -> Sequence[ActivityType]:
        """The kinds of work that can be chosen; empty where the provider has none."""
        ...

    def close(self) -> None:
        """Let go of connections. Never blocks on the network."""
        ...
