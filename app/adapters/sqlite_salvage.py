"""Finds the rows of a damaged store: by its trees where these hold, else by the look of a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

from msgspec import Struct

from app.adapters.sqlite_pages import (
    INDEX_INNER,
    TABLE_INNER,
    TABLE_LEAF,
    Damaged,
    Pages,
    Record,
    Value,
)
from app.adapters.sqlite_schema import Step

_INNER = frozenset({TABLE_INNER, INDEX_INNER})
_OF_TABLE = frozenset({TABLE_LEAF, TABLE_INNER})
_OWN_TABLES = "sqlite_"
_DEEPEST = 20


class Form(Struct, frozen=True):
    """A table as our own schema makes it."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    """What SQLite calls them; "" where the value may also be missing."""
    by_row_id: bool
    number: str = ""
    """The column that is the row's own number, if there is one."""


class Row(Struct, frozen=True):
    """A row that was found. `stale`: it may be an older state of it. `stray`: its page hung on no
    tree any more, so its table was told by its looks.
    """

    values: dict[str, Value]
    row_id: int = 0
    stale: bool = False
    stray: bool = False
    from_copy: bool = False


def forms(steps: Sequence[Step]) -> dict[str, Form]:
    """The tables that our steps make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for step in steps:
            for statement in step:
                connection.execute(statement)
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        made = {}
        for name, sql in found.fetchall():
            if name.startswith(_OWN_TABLES):
                continue
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            made[name] = Form(
                name,
                tuple(column[1] for column in columns),
                tuple(column[2] if column[3] else "" for column in columns),
                "WITHOUT ROWID" not in sql.upper(),
                next((c[1] for c in columns if c[5] and c[2] == "INTEGER" and not c[3]), ""),
            )
        return made


class Salvage:
    """The tables of a damaged store. `damaged` names those of which something cannot be read."""

    def __init__(self, pages: Pages, wanted: dict[str, Form]) -> None:
        """Go through everything once, to know what is damaged. Raises OSError."""
        self._pages = pages
        self._forms = wanted
        self._known: set[int] = set()
        self._trees: dict[str, list[int]] = {}
        self.damaged: set[str] = set()
        self.bad_pages: set[int] = set()
        """Pages of a tree that are none."""
        roots = self._roots()
        for name, root in roots.items():
            self._trees[name] = self._walk(root, name)
        for name in wanted:
            if name not in roots:
                self.damaged.add(name)
        self.live: list[Row] = []
        """The subjects that have something to do."""
        for name in wanted:
            for row in self.rows(name):
                if row.values.get("live"):
                    self.live.append(row)
        self._strays = self._find_strays()

    @property
    def is_ours(self) -> bool:
        """Whether one of our tables is named in it, or so much is damaged that none can be."""
        return bool(self._trees.keys() & self._forms.keys()) or 1 in self.bad_pages

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, from its tree; those that cannot be read are noted as damage."""
        form = self._forms[table]
        for number in self._trees.get(table, ()):
            for record in self._records(number, table):
                row = _shaped(form, record)
                if row is None:
                    self.damaged.add(table)
                else:
                    yield row

    def index(self, name: str) -> Iterator[tuple[Value, ...]]:
        """What an index has: its columns and last the row's number, found or not."""
        for number in self._trees.get(name, ()):
            for record in self._records(number, ""):
                yield record.values

    def strays(self, table: str) -> Iterator[Row]:
        """Rows that look like this table's, on pages that no tree shows any more.

        Without damage there are none.
        """
        yield from self._strays.get(table, ())

    def close(self) -> None:
        """Let go of the file."""
        self._pages.close()

    def _roots(self) -> dict[str, int]:
        """Where each table and index begins, as far as the file says so."""
        roots = {}
        for number in self._walk(1, ""):
            for record in self._records(number, ""):
                match record.values:
                    case (str(), str(name), str(), int(root), _) if root > 1:
                        roots[name] = root
        return roots

    def _walk(self, root: int, table: str) -> list[int]:
        """The pages of a tree that can be read, those of the newest state first."""
        found: list[int] = []
        pending = [(root, 0)]
        of_table = self._pages.kind(root) in _OF_TABLE
        while pending:
            number, depth = pending.pop()
            kind = self._pages.kind(number)
            strange = not kind or (kind in _OF_TABLE) != of_table
            if strange or number in self._known or depth > _DEEPEST:
                self._miss(number, table)
                continue
            self._known.add(number)
            found.append(number)
            if kind in _INNER:
                try:
                    pending += [(child, depth + 1) for child in self._pages.children(number)]
                except Damaged:
                    self._miss(number, table)
        return sorted(found, key=lambda number: (self._pages.stale(number), number))

    def _miss(self, number: int, table: str) -> None:
        self.bad_pages.add(number)
        self.damaged.add(table)

    def _records(self, number: int, table: str) -> Iterator[Record]:
        try:
            for record in self._pages.records(number):
                if record is None:
                    self.damaged.add(table)
                    continue
                if record.stale:
                    self.damaged.add(table)
                yield record
        except (Damaged, IndexError):
            self._miss(number, table)

    def _find_strays(self) -> dict[str, list[Row]]:
        if not self.damaged:
            return {}
        free = self._pages.free()
        rest = set(range(1, self._pages.count + 1)) - self._known - self._pages.overflow
        rest -= free or frozenset()
        # Without the list of free pages an old form of a row may stand in one of them.
        unsure = free is None and bool(self.bad_pages - {1})
        found: dict[str, list[Row]] = {}
        used = set()
        for number in sorted(rest):
            kind = self._pages.kind(number)
            if not kind:
                continue
            used.add(number)
            by_row_id = kind in _OF_TABLE
            for record in self._records(number, ""):
                for form in self._forms.values():
                    if form.by_row_id != by_row_id:
                        continue
                    row = _shaped(form, record, stray=True, stale=unsure)
                    if row is not None:
                        found.setdefault(form.name, []).append(row)
        self.bad_pages |= rest - used - self._pages.overflow
        return found


def _shaped(form: Form, record: Record, *, stray: bool = False, stale: bool = False) -> Row | None:
    """The record as a row of this table; None if it cannot be one."""
    if len(record.values) > len(form.columns):
        return None
    # A column that a later step added is missing in rows that were written before it.
    missing = len(form.columns) - len(record.values)
    if stray and missing and "doc" not in form.columns[: len(record.values)]:
        return None
    for value, kind in zip(record.values, form.types, strict=False):
        if (kind == "TEXT" and not isinstance(value, str)) or (
            kind == "INTEGER" and not isinstance(value, int)
        ):
            return None
    values = dict(zip(form.columns, record.values, strict=False))
    if form.number:
        values[form.number] = record.row_id
    return Row(values, record.row_id, record.stale or stale, stray)
