"""Which ghosts the store has for what a view shows; most accounts have none: asked first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta

from app.adapters.sqlite_rows import decode, epoch, in_parts, marks
from app.core.history import GhostsWanted
from app.core.model import Ghost

_AROUND = timedelta(hours=15)
"""A start that the server timed is looked for this far around: its clock and zone are not ours."""

_ANY = "SELECT 1 FROM ghost WHERE account = ? LIMIT 1"
_SUBJECTS = "SELECT subject_id FROM ghost WHERE account = ?"
_TIMED_THERE = f"{_SUBJECTS} AND kind = 'start' AND concluded_at >= ? AND committed_at <= ?"


def wanted(connection: sqlite3.Connection, asked: GhostsWanted) -> tuple[Ghost, ...]:
    """What a decision asks for; `SqliteJournal.ghosts` tells the rules."""
    run = connection.execute
    account = asked.account
    if run(_ANY, (account,)).fetchone() is None:
        return ()
    subjects: set[str] = set()

    def find(column: str, values: Iterable[int] | Iterable[str]) -> None:
        for part in in_parts(values):
            question = f"{_SUBJECTS} AND {column} IN ({marks(part)})"
            subjects.update(row[0] for row in run(question, (account, *part)))

    find("started_at", (epoch(at) for at in asked.starts))
    find("wall_at", (epoch(at.replace(tzinfo=UTC)) for at in asked.wall_starts))
    find("remote_id", asked.remote_ids)
    if asked.from_at is not None and asked.to_at is not None:
        span = (account, epoch(asked.from_at - _AROUND), epoch(asked.to_at + _AROUND))
        subjects.update(row[0] for row in run(_TIMED_THERE, span))
    found: list[tuple[int, str, str]] = []
    for part in in_parts(subjects):
        question = _ghosts_of(part)
        found += run(question, (account, *part))
    return tuple(decode(Ghost, "ghost", id_, doc) for _at, id_, doc in sorted(found))


def _ghosts_of(part: Sequence[object]) -> str:
    return (
        "SELECT concluded_at, id, doc FROM ghost WHERE account = ? AND subject_id IN"
        f" ({marks(part)})"
    )
