"""A server to play against, and what the contract says of it: entries, looks, writes, troubles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from msgspec import Struct
from msgspec.structs import replace

from app.core.comparing import as_ours, differing
from app.core.remote import (
    Capabilities,
    Facts,
    Field,
    Receipt,
    RemoteRow,
    Trouble,
    WorkItem,
    Write,
    WriteKind,
)
from app.ports.provider import Provider, ProviderError

BEGIN = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

MAKING = (WriteKind.CREATE, WriteKind.START)


class Held(Struct, frozen=True):
    """One entry as the server itself holds it, in the terms of its wire."""

    remote_id: str
    start: str
    seconds: int
    comment: str


class Stage(Protocol):
    """A server to play against."""

    item: WorkItem
    other_item: WorkItem
    unknown_id: str

    def connect(self, secret: str | None = None, zone: str = "UTC") -> Provider:
        """A provider of its own, closed at the end; without a secret the right one is used."""
        ...

    def break_write(self, kind: WriteKind, fault: str, **words: object) -> None:
        """Let the next request of that kind go wrong."""
        ...

    def break_reads(self, fault: str, **words: object) -> None:
        """Let every request that only reads go wrong."""
        ...

    def entries(self) -> list[Held]:
        """Every finished entry on the server."""
        ...

    def runs(self) -> str | None:
        """The comment of the running track, None where none runs."""
        ...

    def requests(self) -> int:
        """How many requests came in."""
        ...

    def start_elsewhere(self, item: WorkItem, comment: str) -> None: ...

    def stop_elsewhere(self) -> None: ...

    def fill(self, count: int, from_at: datetime) -> None:
        """Make entries of a minute each, one after the other."""
        ...


def facts(stage: Stage, *, start: datetime = BEGIN, minutes: int | None = 30) -> Facts:
    return Facts(
        started_at=start,
        stopped_at=None if minutes is None else start + minutes * MINUTE,
        item=stage.item,
        comment="Fix the timer",
    )


def trouble_of(call: Callable[[], object]) -> Trouble:
    with pytest.raises(ProviderError) as caught:
        call()
    return caught.value.trouble


def create(provider: Provider, meant: Facts) -> Receipt:
    return provider.push(Write(WriteKind.CREATE, meant, provider.capabilities.tellable))


def start(provider: Provider, meant: Facts) -> Receipt:
    fields = provider.capabilities.tellable - {Field.TIME}
    return provider.push(Write(WriteKind.START, replace(meant, stopped_at=None), fields))


def named(receipt: Receipt) -> str:
    assert receipt.remote_id is not None
    return receipt.remote_id


def assert_same(row: RemoteRow | None, meant: Facts, can: Capabilities) -> None:
    """The row says what was meant, as the core compares it; BILLABLE None was never said."""
    assert row is not None
    assert differing(meant, as_ours(row.facts, meant, can), can) == frozenset()


def writes(stage: Stage, provider: Provider) -> dict[WriteKind, Write]:
    """One write of each kind that would be accepted now; what they need is made first."""
    tellable = provider.capabilities.tellable
    row = create(provider, facts(stage, start=BEGIN - timedelta(days=1))).remote_id
    meant = facts(stage)
    running = replace(meant, stopped_at=None)
    track = start(provider, replace(running, comment="Runs")).remote_id
    return {
        WriteKind.CREATE: Write(WriteKind.CREATE, meant, tellable),
        WriteKind.EDIT: Write(WriteKind.EDIT, meant, frozenset({Field.TIME}), row),
        WriteKind.DELETE: Write(WriteKind.DELETE, meant, frozenset(), row),
        WriteKind.ADJUST: Write(WriteKind.ADJUST, running, frozenset({Field.COMMENT}), track),
        WriteKind.STOP: Write(WriteKind.STOP, meant, frozenset({Field.TIME}), track),
        WriteKind.START: Write(WriteKind.START, running, tellable - {Field.TIME}),
    }


def done(stage: Stage, write: Write, before: list[Held]) -> bool:
    """Whether the server shows that the write was done."""
    after = stage.entries()
    match write.kind:
        case WriteKind.CREATE:
            return len(after) == len(before) + 1
        case WriteKind.EDIT:
            return after != before
        case WriteKind.DELETE:
            return len(after) == len(before) - 1
        case WriteKind.ADJUST | WriteKind.START:
            return stage.runs() == write.facts.comment
        case WriteKind.STOP:
            return stage.runs() is None


ALL_KINDS = tuple(WriteKind)
