"""A provider with answers written down beforehand, which can be held up amid a call."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from app.core.remote import (
    ActivityType,
    Capabilities,
    LookFor,
    Receipt,
    RemoteView,
    WorkItem,
    Write,
)
from app.ports.provider import Identity


class GatedProvider:
    """`app.ports.provider.Provider`; while `gate` is shut calls wait, and `entered` says so.

    `calls` holds the names of the calls in order, `threads` who made them; all raise `error`.
    """

    capabilities = Capabilities()

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.calls: list[str] = []
        self.threads: set[str] = set()
        self.error: Exception | None = None
        self.view = RemoteView(slot_known=True)
        self.receipt = Receipt("17")
        self.closed = threading.Event()

    def verify(self) -> Identity:
        self._pass("verify")
        return Identity("1", "Ada")

    def pull(self, from_at: datetime, to_at: datetime) -> RemoteView:
        self._pass(f"pull {from_at:%d}-{to_at:%d}")
        return self.view

    def look(self, ask: LookFor) -> RemoteView:
        self._pass(f"look {ask.remote_id}")
        return self.view

    def push(self, write: Write) -> Receipt:
        self._pass(f"push {write.kind}")
        return self.receipt

    def push_many(self, writes: Sequence[Write]) -> tuple[Receipt, ...]:
        self._pass(f"push_many {len(writes)}")
        return (self.receipt,) * len(writes)

    def answer_check(self) -> None:
        self._pass("answer_check")

    def search(self, text: str, limit: int) -> Sequence[WorkItem]:
        self._pass(f"search {text}")
        return [WorkItem("1349", "Fix timer")][:limit]

    def activity_types(self) -> Sequence[ActivityType]:
        self._pass("activity_types")
        return []

    def close(self) -> None:
        self.closed.set()

    def _pass(self, name: str) -> None:
        self.calls.append(name)
        self.threads.add(threading.current_thread().name)
        self.entered.set()
        assert self.gate.wait(20), "nobody opened the gate"
        if self.error is not None:
            raise self.error
