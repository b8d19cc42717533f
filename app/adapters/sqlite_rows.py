"""Records to rows and back: a JSON document each, and beside it the columns that queries need."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, assert_never

import msgspec

from app.core.decision import (
    AddLedgerLine,
    DropAccount,
    Row,
    SaveAbsence,
    SaveAccount,
    SaveCheck,
    SaveGhost,
    SaveSubject,
)
from app.core.model import Attempt, CheckState, LedgerLine, Subject
from app.core.remote import WorkItem
from app.ports.journal import JournalBroken
from app.words import _

T = TypeVar("T")

Statement = tuple[str, tuple[Any, ...]]
"""One SQL statement and its values."""

_VALUES_AT_ONCE = 500

LONG = timedelta(days=1)
"""An entry longer than this stands in an index of its own, so that a span finds it from afar."""

SELECT_SUBJECT = "SELECT s.id, s.doc, a.doc FROM subject AS s"
WITH_ATTEMPT = "LEFT JOIN attempt AS a ON a.subject_id = s.id"

_encoder = msgspec.json.Encoder(order="deterministic")
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}

_SAVE_SUBJECT = """
    INSERT INTO subject (id, account, remote_id, started_at, stopped_at, deleted, live, long,
        order_, item_key, comment, search, doc)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, remote_id = excluded.remote_id,
        started_at = excluded.started_at, stopped_at = excluded.stopped_at,
        deleted = excluded.deleted, live = excluded.live, long = excluded.long,
        order_ = excluded.order_, item_key = excluded.item_key, comment = excluded.comment,
        search = excluded.search, doc = excluded.doc
"""
_FREE_REMOTE_ID = """
    UPDATE subject SET remote_id = NULL
    WHERE id = ? AND remote_id IS NOT NULL AND remote_id IS NOT ?
"""
_SAVE_ATTEMPT = """
    INSERT INTO attempt (subject_id, doc) VALUES (?, ?)
    ON CONFLICT (subject_id) DO UPDATE SET doc = excluded.doc
"""
_SAVE_ACCOUNT = """
    INSERT INTO account (name, doc) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET doc = excluded.doc
"""
_SAVE_ABSENCE = """
    INSERT INTO absence (id, subject_id, from_at, open, doc) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET subject_id = excluded.subject_id, from_at = excluded.from_at,
        open = excluded.open, doc = excluded.doc
"""
_SAVE_CHECK = """
    INSERT INTO check_ (id, account, asked_at, open, doc) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, asked_at = excluded.asked_at,
        open = excluded.open, doc = excluded.doc
"""
_SAVE_GHOST = """
    INSERT INTO ghost (id, subject_id, account, concluded_at, doc, kind, remote_id, started_at,
        wall_at, committed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET subject_id = excluded.subject_id, account = excluded.account,
        concluded_at = excluded.concluded_at, doc = excluded.doc, kind = excluded.kind,
        remote_id = excluded.remote_id, started_at = excluded.started_at,
        wall_at = excluded.wall_at, committed_at = excluded.committed_at
"""
_ADD_LEDGER_LINE = (
    "INSERT INTO ledger (at, account, subject_id, what, detail) VALUES (?, ?, ?, ?, ?)"
)


def statements(rows: Sequence[Row]) -> list[Statement]:
    """The statements that write the rows, in order. Raises ValueError for what has no form."""
    made: list[Statement] = []
    subjects = [row.subject for row in rows if isinstance(row, SaveSubject)]
    if len(subjects) > 1:
        # A remote id may go from one to another within a commit, whichever of them is saved first.
        made += [(_FREE_REMOTE_ID, (subject.id, subject.remote_id)) for subject in subjects]
    for row in rows:
        made += _statements(row)
    return made


def _statements(row: Row) -> list[Statement]:
    values: tuple[Any, ...]
    match row:
        case SaveSubject(subject=subject, live=live):
            return _save_subject(subject, live)
        case SaveAccount(account=account):
            return [(_SAVE_ACCOUNT, (account.name, encode(account)))]
        case DropAccount(name=name):
            tables = (("account", "name"), ("work_item", "account"), ("activity_type", "account"))
            return [
                (f"DELETE FROM {table} WHERE {column} = ?", (name,)) for table, column in tables
            ]
        case SaveAbsence(absence=it):
            values = (it.id, it.subject_id, epoch(it.from_at), it.answer is None, encode(it))
            return [(_SAVE_ABSENCE, values)]
        case SaveCheck(check=it):
            opened = it.state is not CheckState.GONE
            return [(_SAVE_CHECK, (it.id, it.account, epoch(it.asked_at), opened, encode(it)))]
        case SaveGhost(ghost=it):
            write = it.attempt.write
            started_at = epoch(write.facts.started_at)
            values = (
                it.id,
                it.subject_id,
                it.account,
                epoch(it.concluded_at),
                encode(it),
                write.kind.value,
                write.remote_id,
                started_at,
                started_at + write.facts.offset_minutes * 60,
                epoch(it.attempt.committed_at),
            )
            return [(_SAVE_GHOST, values)]
        case AddLedgerLine(line=it):
            values = (epoch(it.at), it.account, it.subject_id, it.what, encode(it.detail))
            return [(_ADD_LEDGER_LINE, values)]
        case _ as never:
            assert_never(never)


def _save_subject(subject: Subject, live: bool) -> list[Statement]:
    meant, attempt = subject.meant, subject.attempt
    # The attempt's own table is the only place that has it.
    alone = subject if attempt is None else msgspec.structs.replace(subject, attempt=None)
    stopped_at = meant.stopped_at
    values = (
        subject.id,
        subject.account,
        subject.remote_id,
        epoch(meant.started_at),
        None if stopped_at is None else epoch(stopped_at),
        subject.deleted,
        live,
        stopped_at is None or stopped_at - meant.started_at > LONG,
        subject.order,
        None if meant.item is None else fold(meant.item.id),
        meant.comment,
        searchable(meant.item, meant.comment),
        encode(alone),
    )
    if attempt is None:
        second: Statement = ("DELETE FROM attempt WHERE subject_id = ?", (subject.id,))
    else:
        second = (_SAVE_ATTEMPT, (subject.id, encode(attempt)))
    return [(_SAVE_SUBJECT, values), second]


def subject_of(row: tuple[str, str, str | None]) -> Subject:
    """A subject from the three columns of SELECT_SUBJECT."""
    subject = decode(Subject, "subject", row[0], row[1])
    if row[2] is None:
        return subject
    attempt = decode(Attempt, "attempt", row[0], row[2])
    return msgspec.structs.replace(subject, attempt=attempt)


def ledger_line_of(row: tuple[int, int, str, str, str, str]) -> LedgerLine:
    """A line from id, at, account, subject_id, what and detail."""
    number, at, account, subject_id, what, detail = row
    told = decode(dict[str, str], "ledger", number, detail)
    return LedgerLine(datetime.fromtimestamp(at, UTC), account, subject_id, what, told)


def encode(record: object) -> str:
    """The record as JSON; equal records give equal text: sets and dicts are written sorted."""
    return _encoder.encode(record).decode()


def decode(kind: type[T], table: str, row_id: object, text: str) -> T:
    """The record in a row's document. Raises JournalBroken, naming table and row."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        record: T = decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, TypeError) as error:
        raise JournalBroken(
            _(
                "The store has a row that cannot be read: {row} in table {table} ({reason}). "
                "Nothing was changed. Timekept repairs it at its next start."
            ).format(row=row_id, table=table, reason=error),
            _("a row of table {table} cannot be read").format(table=table),
        ) from error
    return record


def epoch(at: datetime) -> int:
    """Seconds since 1970 of an aware instant. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return int(at.timestamp())


def searchable(item: WorkItem | None, comment: str) -> str:
    """What a search looks through, folded as the searched words are."""
    parts = (comment,) if item is None else (item.id, item.title, item.project, comment)
    return fold("\n".join(parts))


def fold(text: str) -> str:
    """The text without what a search does not tell apart: case and compatibility forms."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def in_parts(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The values, each once, in groups that fit one statement."""
    everything = tuple(sorted(set(values)))
    for first in range(0, len(everything), _VALUES_AT_ONCE):
        yield everything[first : first + _VALUES_AT_ONCE]


def marks(values: Sequence[object]) -> str:
    """A place for each value in a statement."""
    return ", ".join("?" * len(values))
