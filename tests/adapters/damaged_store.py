"""A real store with live operations, as a killed process leaves it, and ways to damage it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

from msgspec.structs import replace

from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.adapters.sqlite_log import Log
from app.adapters.sqlite_pages import Pages
from app.core.decision import AddLedgerLine, Row, SaveAbsence, SaveAccount, SaveGhost
from app.core.model import Absence, Account, AwayReason, Ghost, LedgerLine, Subject
from app.core.remote import Capabilities, WorkItem
from tests.adapters.journal_rows import NINE, attempt, entry, minutes, saved

WAL = f"{DATABASE_NAME}-wal"
ROOT = Path(__file__).parents[2]
UNSENT = 5
ENTRIES = 400
EVERYTHING = {
    *(f"told-{number:04}" for number in range(ENTRIES)),
    *(f"unsent-{number}" for number in range(UNSENT)),
}
WORK = Account("Work", "7pace", capabilities=Capabilities())


def told(number: int) -> Subject:
    """An entry that its server has."""
    subject = entry(
        f"told-{number:04}",
        number,
        number + 1,
        account="Work",
        comment=f"told {number} " + "x" * (number * 37 % 900),
        item=WorkItem(str(1000 + number % 7), "Title"),
        remote_id=f"r{number}",
        order=number + 1,
    )
    return replace(subject, acknowledged=subject.meant)


def unsent(number: int) -> Subject:
    """An entry that no server has; the first was on its way."""
    return entry(
        f"unsent-{number}",
        2000 + number,
        2001 + number,
        account="Work",
        comment=f"unsent {number}",
        order=ENTRIES + 1 + number,
        attempt=attempt() if number == 0 else None,
        tries=1 if number == 0 else 0,
    )


def first_rows() -> list[Row]:
    """What stands in the file itself."""
    lost = attempt("lost")
    return [
        SaveAccount(WORK),
        *saved(*(told(number) for number in range(ENTRIES))),
        *(AddLedgerLine(LedgerLine(NINE, "Work", f"told-{n:04}", "accepted")) for n in range(200)),
        SaveAbsence(Absence("away", "told-0007", NINE, NINE + minutes(9), AwayReason.IDLE)),
        SaveGhost(Ghost("lost", "told-0003", "Work", lost, NINE)),
    ]


def later_commits() -> list[list[Row]]:
    """What stands in the log alone."""
    return [saved(unsent(number), live=True) for number in range(UNSENT)]


_DIE = """
import os, signal, sys
from pathlib import Path
from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.adapters.sqlite_log import Log
from app.adapters.sqlite_pages import Pages
from tests.adapters.damaged_store import first_rows, later_commits

folder = Path(sys.argv[1])
journal = open_journal(folder)
journal.commit(first_rows())
journal.close()
journal = open_journal(folder)
for rows in later_commits():
    journal.commit(rows)
os.kill(os.getpid(), signal.SIGKILL)
"""


def make_killed(folder: Path) -> Path:
    """A store whose process was killed after five commits that stand in its log alone."""
    done = subprocess.run([sys.executable, "-c", _DIE, str(folder)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (folder / f"{DATABASE_NAME}-wal").stat().st_size
    return folder / DATABASE_NAME


def make_closed(folder: Path) -> Path:
    """The same store, ended well."""
    journal = open_journal(folder)
    journal.commit(first_rows())
    for rows in later_commits():
        journal.commit(rows)
    journal.close()
    return folder / DATABASE_NAME


def flip(path: Path, chance: Random, count: int = 1, first: int = 100) -> None:
    """Change bytes anywhere behind `first`."""
    content = bytearray(path.read_bytes())
    for _time in range(count):
        content[chance.randrange(first, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def zero_page(path: Path, number: int, filler: bytes = b"\0") -> None:
    """Overwrite a page; the first has number 1."""
    with path.open("r+b") as file:
        file.seek((number - 1) * 4096)
        file.write((filler * 4096)[:4096])


def cut(path: Path, size: int) -> None:
    """Shorten a file."""
    os.truncate(path, size)


def ids_of(journal: SqliteJournal) -> set[str]:
    """Every subject that the store has."""
    found = journal._connection.execute("SELECT id FROM subject").fetchall()
    return {subject_id for (subject_id,) in found}


def files(store: Path) -> dict[str, bytes]:
    """What is to be set aside as it is; the log's index is no part of a store."""
    paths = {side: store.with_name(store.name + side) for side in ("", "-wal")}
    return {side: path.read_bytes() for side, path in paths.items() if path.exists()}


def pages_of_subjects(store: Path) -> dict[str, set[int]]:
    """On which pages each subject stands, by a store that is whole."""
    where: dict[str, set[int]] = {}
    with closing(Pages(store, Log())) as pages:
        for number in range(1, pages.count + 1):
            if pages.kind(number) != 13:
                continue
            records = pages.records(number)
            before = set(pages.overflow)
            for record in records:
                if record is not None and len(record.values) == 13:
                    where[str(record.values[0])] = {number} | pages.overflow - before
                before = set(pages.overflow)
    return where
