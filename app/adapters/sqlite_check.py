"""Looks through a whole store: what SQLite can tell, and what only we can, its documents."""

from __future__ import annotations

import sqlite3

import msgspec
from msgspec import Struct

from app.core.model import Absence, Account, Attempt, Check, Ghost, Subject
from app.words import _

DOCUMENTS: dict[str, type[Struct]] = {
    "account": Account,
    "subject": Subject,
    "attempt": Attempt,
    "ghost": Ghost,
    "absence": Absence,
    "check_": Check,
}
"""The record in the document of each table that has one."""


def damage(connection: sqlite3.Connection) -> str:
    """What is wrong, in a few words; "" when nothing is. Raises SQLite's own errors."""
    found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if found != "ok":
        return found.splitlines()[-1]
    try:
        for table, kind in DOCUMENTS.items():
            decoder: msgspec.json.Decoder[Struct] = msgspec.json.Decoder(kind)
            for (text,) in connection.execute(f"SELECT doc FROM {table}"):
                decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, TypeError):
        return _("a row of table {table} cannot be read").format(table=table)
    twice = connection.execute(
        """
        SELECT count(*) FROM (SELECT 1 FROM subject WHERE remote_id IS NOT NULL
            GROUP BY account, remote_id HAVING count(*) > 1)
        """
    ).fetchone()[0]
    return _("two entries have the same id at their server") if twice else ""
