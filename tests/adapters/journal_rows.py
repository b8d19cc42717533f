"""Rows for tests of journals: entries, attempts, and what saves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.decision import (
    Row,
    SaveSubject,
)
from app.core.model import (
    Attempt,
    BootMoment,
    Subject,
)
from app.core.remote import (
    Facts,
    Field,
    WorkItem,
    Write,
    WriteKind,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOT = BootMoment("boot-1", 1234.5)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def entry(
    subject_id: str,
    start: float = 0,
    stop: float | None = 30,
    *,
    account: str = "local",
    item: WorkItem | None = None,
    comment: str = "",
    **more: Any,
) -> Subject:
    """A subject that starts and stops so many minutes after nine; `stop` None runs."""
    facts = Facts(
        started_at=NINE + minutes(start),
        stopped_at=None if stop is None else NINE + minutes(stop),
        item=item,
        comment=comment,
        zone="Europe/Berlin",
        offset_minutes=60,
    )
    return Subject(id=subject_id, account=account, meant=facts, **more)


def attempt(attempt_id: str = "attempt-1", **more: Any) -> Attempt:
    """A doubtful create."""
    return Attempt(
        id=attempt_id,
        write=Write(WriteKind.CREATE, entry("x").meant, frozenset(Field)),
        baseline=frozenset({"7", "12", "a"}),
        committed_at=NINE,
        committed=BOOT,
        **more,
    )


def saved(*subjects: Subject, live: bool = False) -> list[Row]:
    return [SaveSubject(subject, live) for subject in subjects]


def ids(subjects: tuple[Subject, ...]) -> list[str]:
    return [subject.id for subject in subjects]
