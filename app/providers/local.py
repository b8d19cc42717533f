"""The account that needs no server: its tracks and entries live in our own journal alone.

It has no fingerprint and needs none: a write is told by the very commit that makes it, so there is
no answer that could be lost, nothing is ever in flight or doubtful, and nothing is looked for. What
a crash leaves is what was committed, once (`PROTOCOL.md` §2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from app.core.model import Account
from app.core.remote import (
    ActivityType,
    LookFor,
    Receipt,
    RemoteView,
    WorkItem,
    Write,
)
from app.ports.provider import Identity
from app.providers.kinds import KINDS
from app.providers.throttle import Gates


class LocalProvider:
    """A provider to whom everything has been told by the time it is asked (`kept_here`).

    Its views claim nothing: no slot, no span of rows, no absent ids; so no merge can take away what
    the journal holds. A write is accepted as it is and has no other id than the journal's own.
    """

    capabilities = KINDS["local"].capabilities

    def verify(self) -> Identity:
        """Nobody signs in here."""
        return Identity("", "")

    def pull(self, from_at: datetime, to_at: datetime) -> RemoteView:  # noqa: ARG002 - the port's shape
        """A view that claims nothing."""
        return RemoteView()

    def look(self, ask: LookFor) -> RemoteView:  # noqa: ARG002 - the port's shape
        """A view that claims nothing."""
        return RemoteView()

    def push(self, write: Write) -> Receipt:
        """Accept the write: the journal held it before this was called."""
        return Receipt(write.remote_id)

    def push_many(self, writes: Sequence[Write]) -> tuple[Receipt, ...]:
        """Accept the writes, like each of them alone; nobody asks this of an account kept here."""
        return tuple(self.push(write) for write in writes)

    def answer_check(self) -> None:
        """No server asks."""

    def search(self, text: str, limit: int) -> Sequence[WorkItem]:  # noqa: ARG002 - the port's shape
        """Nothing beyond what the journal itself finds."""
        return ()

    def activity_types(self) -> Sequence[ActivityType]:
        """None: the user's own words serve."""
        return ()

    def close(self) -> None:
        """Nothing is open."""


def make(
    account: Account,  # noqa: ARG001 - the shape that `kinds.make` calls
    secret: str,  # noqa: ARG001 - as above
    zone: Callable[[], str],  # noqa: ARG001 - as above
    timeout_seconds: float,  # noqa: ARG001 - as above
    gates: Gates,  # noqa: ARG001 - as above
) -> LocalProvider:
    """Make the provider; it needs nothing of what it is given."""
    return LocalProvider()
