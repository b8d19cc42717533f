"""Which subjects the store has: the live ones, one by id, those of a span, those for a decision."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.adapters.sqlite_rows import (
    LONG,
    SELECT_SUBJECT,
    WITH_ATTEMPT,
    epoch,
    fold,
    in_parts,
    marks,
    subject_of,
)
from app.core.history import History
from app.core.model import Subject

_LONG_SECONDS = int(LONG.total_seconds())
_FOREVER = 2**62
_LAST_CHARACTER = "\U0010ffff"

_WHERE = f"{SELECT_SUBJECT} {WITH_ATTEMPT} WHERE"
_UNTITLED = f"""
    {SELECT_SUBJECT} INDEXED BY subject_item {WITH_ATTEMPT}
    WHERE s.deleted = 0 AND coalesce(json_extract(s.doc, '$.meant.item.title'), '') = ''
"""
_BY_ID = f"{_WHERE} s.id = ?"
_BY_BEGINNING = f"""
    {SELECT_SUBJECT} {WITH_ATTEMPT}
    WHERE s.id > ? AND s.id < ? AND (s.deleted = 0 OR s.live = 1) ORDER BY s.id LIMIT 2
"""
_LIVE = f"""
    {SELECT_SUBJECT} INDEXED BY subject_live {WITH_ATTEMPT} WHERE s.live = 1 ORDER BY s.order_
"""
_LAST_STOPPED = f"""
    {SELECT_SUBJECT} INDEXED BY subject_started {WITH_ATTEMPT}
    WHERE s.deleted = 0 AND s.stopped_at IS NOT NULL ORDER BY s.started_at DESC LIMIT 1
"""
# What a span overlaps starts in it or at most a day before it, or stands among the few long ones.
_OVERLAPS = f"""
    {SELECT_SUBJECT} INDEXED BY subject_started {WITH_ATTEMPT}
    WHERE s.deleted = 0 AND s.long = 0
        AND s.started_at BETWEEN :from_at - {_LONG_SECONDS} AND :to_at
        AND (s.stopped_at > :from_at OR s.started_at >= :from_at)
        AND (:account IS NULL OR s.account = :account)
"""
_LONG_OVERLAPS = f"""
    {SELECT_SUBJECT} INDEXED BY subject_long {WITH_ATTEMPT}
    WHERE s.deleted = 0 AND s.long = 1 AND s.started_at <= :to_at
        AND (s.stopped_at IS NULL OR s.stopped_at > :from_at)
        AND (:account IS NULL OR s.account = :account)
"""
_STARTED_BEFORE = f"""
    {SELECT_SUBJECT} INDEXED BY subject_started {WITH_ATTEMPT}
    WHERE s.deleted = 0 AND s.started_at < :from_at AND (:account IS NULL OR s.account = :account)
    ORDER BY s.started_at DESC LIMIT 1
"""


def live(connection: sqlite3.Connection) -> tuple[Subject, ...]:
    """The live subjects, oldest intent first."""
    return _read(connection, _LIVE)


def last_stopped(connection: sqlite3.Connection) -> Subject | None:
    """The entry that started last, of those that ended."""
    found = _read(connection, _LAST_STOPPED)
    return found[0] if found else None


def named(connection: sqlite3.Connection, subject_id: str) -> Subject | None:
    """The subject with this id, deleted or not; else the only one whose id begins so; else None."""
    found = _read(connection, _BY_ID, (subject_id,))
    if not found and subject_id:
        found = _read(connection, _BY_BEGINNING, (subject_id, subject_id + _LAST_CHARACTER))
    return found[0] if len(found) == 1 else None


def overlapping(
    connection: sqlite3.Connection, from_at: datetime, to_at: datetime, account: str | None
) -> tuple[Subject, ...]:
    """What overlaps the half-open span, by start, without deleted ones."""
    span = {"from_at": epoch(from_at), "to_at": epoch(to_at) - 1, "account": account}
    return _by_start(
        (*_read(connection, _OVERLAPS, span), *_read(connection, _LONG_OVERLAPS, span))
    )


def wanted(connection: sqlite3.Connection, history: History) -> tuple[Subject, ...]:
    """What a decision asks for, by start; `SqliteJournal.history` tells the rules."""
    found: list[Subject] = []
    for ids in in_parts(history.subject_ids):
        found += _read(connection, f"{_WHERE} s.id IN ({marks(ids)})", ids)
    for ids in in_parts(history.remote_ids):
        question = f"{_WHERE} s.account = ? AND s.remote_id IN ({marks(ids)})"
        found += _read(connection, question, (history.account, *ids))
    for ids in in_parts(history.item_ids):
        folded = [fold(item_id) for item_id in ids]
        question = f"{_UNTITLED} AND s.item_key IN ({marks(ids)}) AND s.account = ?"
        found += _read(connection, question, (*folded, history.account))
    if history.from_at is not None:
        span = {
            "from_at": epoch(history.from_at),
            "to_at": _FOREVER if history.to_at is None else epoch(history.to_at),
            "account": history.overlap_account,
        }
        found += _read(connection, _OVERLAPS, span)
        found += _read(connection, _LONG_OVERLAPS, span)
        if history.to_at is None:
            found += _read(connection, _STARTED_BEFORE, span)
    return _by_start({subject.id: subject for subject in found}.values())


def _read(
    connection: sqlite3.Connection,
    question: str,
    values: Sequence[object] | Mapping[str, object] = (),
) -> tuple[Subject, ...]:
    return tuple(subject_of(row) for row in connection.execute(question, values))


def _by_start(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    return tuple(sorted(subjects, key=lambda subject: (subject.meant.started_at, subject.id)))
