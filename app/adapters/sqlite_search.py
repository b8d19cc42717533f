"""Looking things up in the store for people: what they worked on lately, what fits their words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.adapters.sqlite_rows import fold, subject_of
from app.core.model import Subject
from app.core.remote import WorkItem
from app.ports.journal import RecentItem

_LATELY_ENTRIES = 2000
"""How far back "lately" goes: one thing done ten thousand times must not cost so many reads."""

_SELECT = "SELECT s.account, s.item_key, s.comment, s.id, s.doc, NULL FROM subject AS s"

Thing = tuple[str, str | None, str]
"""What makes two entries the same thing worked on: account, item's key, comment."""

Found = tuple[str, str | None, str, str, str, None]
"""A thing, and its subject's columns without the attempt, which nobody needs here."""


def recents(
    connection: sqlite3.Connection,
    limit: int,
    today: Iterable[Subject],
    today_from_at: datetime,
    now: datetime,
) -> tuple[RecentItem, ...]:
    """The newest things, each once; `today` are the entries that overlap today so far."""
    took: dict[Thing, timedelta] = {}
    for subject in today:
        meant = subject.meant
        thing = (
            subject.account,
            None if meant.item is None else fold(meant.item.id),
            meant.comment,
        )
        lasted = min(meant.stopped_at or now, now) - max(meant.started_at, today_from_at)
        took[thing] = took.get(thing, timedelta()) + max(lasted, timedelta())
    newest = connection.execute(
        f"""
        {_SELECT} INDEXED BY subject_started
        WHERE s.deleted = 0 ORDER BY s.started_at DESC, s.account DESC LIMIT {_LATELY_ENTRIES}
        """
    )
    return tuple(
        _recent(subject, subject.meant.stopped_at or now, took.get(thing, timedelta()))
        for thing, subject in _each_thing_once(newest, limit)
    )


def search(
    connection: sqlite3.Connection, text: str, limit: int, account: str | None
) -> tuple[RecentItem, ...]:
    """Things that have every word; those whose item's id is one of the words come first."""
    fitting = _fitting(connection, _words(text), account)
    return tuple(
        _recent(subject, subject.meant.stopped_at or subject.meant.started_at)
        for _thing, subject in _each_thing_once(fitting, limit)
    )


def work_items(
    connection: sqlite3.Connection, account: str, text: str, limit: int
) -> tuple[WorkItem, ...]:
    """The account's items that have every word; ids that are one, then ids that begin with one."""
    words = _words(text)
    is_one = " OR ".join("key = ?" for _word in words) or "NULL"
    begins = " OR ".join("instr(key, ?) = 1" for _word in words) or "NULL"
    found = connection.execute(
        f"""
        SELECT id, title, project FROM work_item WHERE account = ?{_having(words, "search")}
        ORDER BY ({is_one}) DESC, ({begins}) DESC, title, id LIMIT ?
        """,
        (account, *words, *words, *words, limit),
    )
    return tuple(WorkItem(*row) for row in found)


def _fitting(
    connection: sqlite3.Connection, words: tuple[str, ...], account: str | None
) -> Iterator[Found]:
    """Fitting subjects, some twice: by the item's id, then by the words, both newest first."""
    of_account = "" if account is None else " AND s.account = ?"
    having = _having(words, "s.search")
    values = words if account is None else (*words, account)
    for word in words:
        yield from connection.execute(
            f"""
            {_SELECT} INDEXED BY subject_item
            WHERE s.deleted = 0 AND s.item_key = ?{having}{of_account} ORDER BY s.started_at DESC
            """,
            (word, *values),
        )
    yield from connection.execute(
        f"""
        {_SELECT} INDEXED BY subject_started
        WHERE s.deleted = 0{having}{of_account} ORDER BY s.started_at DESC, s.account DESC
        """,
        values,
    )


def _words(text: str) -> tuple[str, ...]:
    """The words to look for, each once; the sign before a number is a way of writing it."""
    words = (word.lstrip("#") for word in fold(text).split())
    return tuple(dict.fromkeys(word for word in words if word))


def _having(words: tuple[str, ...], column: str) -> str:
    """A condition for every word. `instr` compares as it is: no sign in a word has a meaning."""
    return "".join(f" AND instr({column}, ?) > 0" for _word in words)


def _each_thing_once(found: Iterable[Found], limit: int) -> list[tuple[Thing, Subject]]:
    """The first subject of each thing, until there are enough; the others are not even decoded."""
    things: dict[Thing, Subject] = {}
    for row in found:
        if len(things) >= limit:
            break
        if row[:3] not in things:
            things[row[:3]] = subject_of(row[3:])
    return list(things.items())


def _recent(subject: Subject, last_at: datetime, today_for: timedelta = timedelta()) -> RecentItem:
    meant = subject.meant
    return RecentItem(
        account=subject.account,
        item=meant.item,
        comment=meant.comment,
        activity=meant.activity,
        last_at=last_at,
        today_seconds=int(today_for.total_seconds()),
    )
