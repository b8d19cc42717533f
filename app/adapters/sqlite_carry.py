"""Carries what a damaged store still shows into a new one, and the rest out of an older copy."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from msgspec.structs import replace

from app.adapters.sqlite_pages import Value
from app.adapters.sqlite_rows import decode, epoch, ledger_line_of, statements
from app.adapters.sqlite_salvage import Form, Row, Salvage
from app.core.books import shelf_of
from app.core.decision import Row as Saved
from app.core.decision import (
    SaveAbsence,
    SaveAccount,
    SaveCheck,
    SaveGhost,
    SaveSubject,
)
from app.core.model import Absence, Account, Attempt, Check, CheckState, Ghost, Subject, Sync
from app.core.planning import sync_of
from app.core.remote import Capabilities
from app.core.restoring import ended_by, unsure
from app.ports.journal import JournalBroken

T = TypeVar("T")

_UNKNOWN = Capabilities()
_TYPED = frozenset({"account", "subject", "attempt", "absence", "check_", "ghost"})
_COMPARED = ("account", "remote_id", "started_at", "stopped_at", "deleted", "order_")


class Copy:
    """An older, whole copy of the store, for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read through this connection."""
        self._connection = connection
        connection.row_factory = sqlite3.Row

    def rows(self, table: str, key: str = "", without: Iterable[object] = ()) -> Iterator[Row]:
        """The rows of a table, without those whose `key` is known; all of them count as stale."""
        has = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if has.fetchone() is None:
            return
        if not key:
            for values in self._connection.execute(f"SELECT * FROM {table}"):
                yield Row(dict(values), stale=True, from_copy=True)
            return
        known = set(without)
        keys = [
            found
            for (found,) in map(tuple, self._connection.execute(f"SELECT {key} FROM {table}"))
            if found not in known
        ]
        for found in keys:
            question = f"SELECT * FROM {table} WHERE {key} = ?"
            values = dict(self._connection.execute(question, (found,)).fetchone())
            yield Row(values, stale=True, from_copy=True)


class Carrier:
    """One carrying. `carried`, `from_copy` and `lost` count by kind; see `app.words.repairs`."""

    def __init__(
        self,
        salvage: Salvage,
        forms: dict[str, Form],
        copy: Copy | None,
        target: sqlite3.Connection,
        at: datetime,
    ) -> None:
        """Carry from `salvage` and `copy` to `target`, which has the tables and nothing else."""
        self._salvage = salvage
        self._forms = forms
        self._copy = copy
        self._target = target
        self._at = at
        self.carried: Counter[str] = Counter()
        self.from_copy: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.asked = 0
        self._accounts: dict[str, Capabilities] = {}
        self._attempts: dict[str, tuple[Attempt, bool]] = {}
        self._subjects: set[str] = set()
        self._subject_row_ids: set[int] = set()
        self._remote: set[tuple[str, str]] = set()
        self._stray_docs: dict[str, tuple[Value, Subject]] = {}

    def carry(self) -> None:
        """Carry everything, what is unsent first. Raises SQLite's errors and OSError."""
        for account in self._records("account", "name", Account):
            self._accounts[account[0].name] = account[0].capabilities
            self._save("accounts", [SaveAccount(account[0])], account[1])
        self._take_attempts()
        self._carry_subjects()
        for absence, row in self._records("absence", "id", Absence):
            self._save("absences", [SaveAbsence(absence)], row)
        for check, row in self._records("check_", "id", Check):
            # A server's question does not wait for a repair.
            state = CheckState.GONE if row.stale else check.state
            self._save("checks", [SaveCheck(replace(check, state=state))], row)
        for ghost, row in self._records("ghost", "id", Ghost):
            self._save("ghosts", [SaveGhost(ghost)], row)
        self._carry_ledger()
        for name in sorted(self._forms.keys() - _TYPED - {"ledger"}):
            self._carry_as_it_is(name)

    # --- subjects --------------------------------------------------------------------------------

    def _take_attempts(self) -> None:
        for row in self._found("attempt"):
            subject_id, attempt = row.values["subject_id"], self._decoded("attempt", Attempt, row)
            if attempt is not None and isinstance(subject_id, str):
                self._attempts.setdefault(subject_id, (attempt, row.stale))

    def _carry_subjects(self) -> None:
        salvage = self._salvage
        for row in salvage.live:
            if not row.stale:
                self._carry_subject(row)
        for row in self._found("subject"):
            self._carry_subject(row)
        in_index = {key for key, *_rest in salvage.index("sqlite_autoindex_subject_1")}
        live_rows = {values[-1] for values in salvage.index("subject_live")}
        if self._copy is not None and "subject" in salvage.damaged:
            attempts = {
                row.values["subject_id"]: self._decoded("attempt", Attempt, row)
                for row in self._copy.rows("attempt")
            }
            for row in self._copy.rows("subject", "id", self._subjects):
                attempt = attempts.get(row.values["id"])
                if attempt is not None:
                    self._attempts[str(row.values["id"])] = (attempt, True)
                self._carry_subject(row)
        missing = len({key for key in in_index if isinstance(key, str)} - self._subjects)
        unsent = len(live_rows - self._subject_row_ids) if missing else 0
        self.lost["operations"] += min(unsent, missing)
        self.lost["entries"] += max(0, missing - unsent)

    def _carry_subject(self, row: Row) -> None:
        subject = self._decoded("subject", Subject, row)
        if subject is None or subject.id != row.values["id"]:
            return
        capabilities = self._accounts.get(subject.account, _UNKNOWN)
        if subject.id in self._subjects:
            self._meet_again(row, capabilities)
            return
        if row.stray:
            self._stray_docs[subject.id] = (row.values["doc"], subject)
        attempt, attempt_stale = self._attempts.get(subject.id, (None, False))
        subject = replace(subject, attempt=attempt)
        stale = row.stale or attempt_stale or not _agrees(subject, row)
        # An attempt that was lost leaves its number behind.
        attempt_lost = "attempt" in self._salvage.damaged and attempt is None and subject.tries > 0
        if stale or attempt_lost:
            subject = unsure(subject, capabilities, self._at)
        if stale:
            subject = ended_by(subject, self._next_start(subject), capabilities)
        if subject.remote_id is not None:
            remote = (subject.account, subject.remote_id)
            if remote in self._remote:
                # What has the id now is newer; an older form of another subject had it before.
                nothing = replace(subject, deleted=True, acknowledged=None, remote_id=None)
                subject = replace(nothing, attempt=None, hold=None)
            self._remote.add(remote)
        self._subjects.add(subject.id)
        self._subject_row_ids.add(row.row_id)
        is_known = subject.account in self._accounts
        live = shelf_of(subject, capabilities) is not None if is_known else bool(row.values["live"])
        unsent = live and sync_of(subject, capabilities) is not Sync.SYNCED
        self.asked += subject.hold is not None and subject.hold.held_at == self._at
        kind = "operations" if unsent else "entries"
        self._save(kind, [SaveSubject(subject, live)], row)

    def _meet_again(self, row: Row, capabilities: Capabilities) -> None:
        """A page of no tree has another form of a subject: nobody knows which is newer."""
        doc, subject = self._stray_docs.get(str(row.values["id"]), (None, None))
        if subject is None or not row.stray or doc == row.values["doc"]:
            return
        subject = unsure(subject, capabilities, self._at)
        self.asked += subject.hold is not None
        for statement, values in statements(
            [SaveSubject(subject, shelf_of(subject, capabilities) is not None)]
        ):
            self._target.execute(statement, values)

    def _next_start(self, subject: Subject) -> datetime | None:
        found = self._target.execute(
            "SELECT min(started_at) FROM subject WHERE deleted = 0 AND started_at > ?",
            (epoch(subject.meant.started_at),),
        ).fetchone()[0]
        return None if found is None else datetime.fromtimestamp(found, UTC)

    # --- other records ---------------------------------------------------------------------------

    def _records(self, table: str, key: str, kind: type[T]) -> Iterator[tuple[T, Row]]:
        """Each record of a table once; what the copy has only if the table is damaged."""
        known: set[object] = set()
        for row in self._with_copy(table, key, known):
            name = row.values[key]
            record = self._decoded(table, kind, row)
            if record is not None and name not in known and getattr(record, key) == name:
                known.add(name)
                yield record, row

    def _carry_ledger(self) -> None:
        numbers: set[object] = set()
        last = 0
        for row in self._with_copy("ledger", "id", numbers):
            number = row.values["id"]
            columns = ("id", "at", "account", "subject_id", "what", "detail")
            try:
                ledger_line_of(tuple(row.values[name] for name in columns))  # type: ignore[arg-type]  # the form has seen to the kinds
            except (JournalBroken, OverflowError, OSError, ValueError):
                self._salvage.damaged.add("ledger")
                continue
            if number in numbers or not isinstance(number, int) or number < 1:
                continue
            numbers.add(number)
            last = max(last, number)
            self._insert("ledger", row)
            self._count("ledger", row)
        if "ledger" in self._salvage.damaged:
            self.lost["ledger"] += max(0, last - len(numbers))

    def _carry_as_it_is(self, table: str) -> None:
        """A table without documents: the first of two rows with the same key stays."""
        for row in self._with_copy(table, "", set()):
            if self._insert(table, row):
                self._count("catalogue", row)

    # --- within ----------------------------------------------------------------------------------

    def _found(self, table: str) -> Iterator[Row]:
        """What the damaged store has: newest states, then pages that hung on nothing, then older
        states.
        """
        later = []
        for row in self._salvage.rows(table):
            if row.stale:
                later.append(row)
            else:
                yield row
        yield from self._salvage.strays(table)
        yield from later

    def _with_copy(self, table: str, key: str, known: set[object]) -> Iterator[Row]:
        yield from self._found(table)
        if self._copy is not None and table in self._salvage.damaged:
            yield from self._copy.rows(table, key, known)

    def _decoded(self, table: str, kind: type[T], row: Row) -> T | None:
        try:
            return decode(kind, table, "", str(row.values["doc"]))
        except JournalBroken:
            if not row.stray:
                self._salvage.damaged.add(table)
            return None

    def _save(self, kind: str, rows: list[Saved], row: Row) -> None:
        for statement, values in statements(rows):
            self._target.execute(statement, values)
        self._count(kind, row)

    def _insert(self, table: str, row: Row) -> bool:
        names = [name for name in self._forms[table].columns if name in row.values]
        marks = ", ".join("?" * len(names))
        done = self._target.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})",
            [row.values[name] for name in names],
        )
        return done.rowcount > 0

    def _count(self, kind: str, row: Row) -> None:
        self.carried[kind] += 1
        if row.from_copy:
            self.from_copy[kind] += 1


def _agrees(subject: Subject, row: Row) -> bool:
    """Whether the columns beside the document say the same: else one of them was damaged."""
    meant = subject.meant
    said = {
        "account": subject.account,
        "remote_id": subject.remote_id,
        "started_at": epoch(meant.started_at),
        "stopped_at": None if meant.stopped_at is None else epoch(meant.stopped_at),
        "deleted": int(subject.deleted),
        "order_": subject.order,
    }
    return all(row.values.get(name) == said[name] for name in _COMPARED)
