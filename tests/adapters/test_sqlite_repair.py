"""A damaged store is set aside as it is, and everything that can be read is in the new one."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from app.adapters.sqlite_journal import open_journal
from app.adapters.sqlite_log import read_log
from app.adapters.sqlite_pages import Pages
from app.adapters.sqlite_repair import last_repair
from app.adapters.sqlite_salvage import Salvage, forms
from app.adapters.sqlite_schema import STEPS
from app.core.model import HoldReason
from app.core.restoring import Repair
from tests.adapters.damaged_store import (
    ENTRIES,
    EVERYTHING,
    UNSENT,
    WAL,
    cut,
    files,
    flip,
    ids_of,
    pages_of_subjects,
    zero_page,
)


def reopened(store: Path) -> tuple[Repair, set[str], tuple[str, ...]]:
    """Open a damaged store: the repair, all subjects, and the live ones in order."""
    before = files(store)
    with closing(open_journal(store.parent)) as journal:
        loaded = journal.load()
        repair = journal.repair
        assert repair is not None
        ids = ids_of(journal)
        (line,) = [line for line in journal.ledger(9) if line.what == "store-repaired"]
        assert line.detail["set_aside"] == repair.set_aside
    assert last_repair(store.parent) == repair
    for side, content in before.items():
        aside = Path(repair.set_aside + side)
        assert aside.read_bytes() == content
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    # The new one is whole, and the repair is over.
    with closing(open_journal(store.parent)) as journal:
        assert journal.repair is None
        assert ids_of(journal) == ids
        found = journal._connection.execute("PRAGMA integrity_check").fetchall()
        assert found == [("ok",)]
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    return repair, ids, tuple(subject.id for subject in loaded.subjects)


# --- reading without SQLite ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["killed", "closed"])
def test_pages_show_what_sqlite_shows(name: str, request: pytest.FixtureRequest) -> None:
    store: Path = request.getfixturevalue(name)
    log = read_log(store, should_be_there=name == "killed", same_boot=True)
    assert log.whole
    wanted = forms(STEPS)
    with closing(Salvage(Pages(store, log), wanted)) as salvage:
        assert not salvage.damaged
        assert not salvage.bad_pages
        found = {
            table: sorted(tuple(row.values.values()) for row in salvage.rows(table))
            for table in wanted
        }
    with closing(sqlite3.connect(store)) as connection:
        for table in wanted:
            assert found[table] == sorted(connection.execute(f"SELECT * FROM {table}"))
    assert len(found["subject"]) == ENTRIES + UNSENT


# --- damage at random places ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(24))
def test_whatever_page_is_lost_the_others_are_carried(closed: Path, seed: int) -> None:
    chance = Random(seed)
    where = pages_of_subjects(closed)
    assert where.keys() == EVERYTHING
    count = closed.stat().st_size // 4096
    hit = {chance.randint(1, count) for _time in range(chance.choice((1, 1, 3, 30)))}
    for number in hit:
        zero_page(closed, number, chance.choice((b"\0", b"\xff", bytes([13]), b"Timekept")))
    repair, ids, live = reopened(closed)
    assert ids >= {subject_id for subject_id, pages in where.items() if not pages & hit}
    assert [subject_id for subject_id in live if subject_id.startswith("unsent")] == sorted(
        subject_id for subject_id in ids if subject_id.startswith("unsent")
    )
    if len(hit) == 1 and ids != EVERYTHING:
        assert sum(repair.lost.values()) == len(EVERYTHING - ids)


@pytest.mark.parametrize("seed", range(24))
def test_flipped_bits_are_found_or_harm_nothing(closed: Path, seed: int) -> None:
    chance = Random(seed)
    where = pages_of_subjects(closed)
    before = closed.read_bytes()
    flip(closed, chance, chance.choice((1, 4, 40)))
    after = closed.read_bytes()
    hit = {at // 4096 + 1 for at in range(len(after)) if before[at] != after[at]}
    with closing(open_journal(closed.parent)) as journal:
        journal.load()
        ids = ids_of(journal)
        if journal.repair is not None:
            assert Path(journal.repair.set_aside).read_bytes() == after
    assert ids >= {subject_id for subject_id, pages in where.items() if not pages & hit}


@pytest.mark.parametrize("seed", range(12))
def test_a_file_that_was_cut_keeps_what_is_before(closed: Path, seed: int) -> None:
    where = pages_of_subjects(closed)
    size = Random(seed).randrange(1, closed.stat().st_size)
    cut(closed, size)
    _repair, ids, _live = reopened(closed)
    whole = size // 4096
    assert ids >= {subject_id for subject_id, pages in where.items() if max(pages) <= whole}


@pytest.mark.parametrize("seed", range(16))
def test_a_log_that_is_damaged_loses_no_more_than_it_must(killed: Path, seed: int) -> None:
    chance = Random(seed)
    log = killed.with_name(WAL)
    match seed % 4:
        case 0:
            flip(log, chance, 3, first=0)
        case 1:
            cut(log, chance.randrange(0, log.stat().st_size))
        case 2:
            log.write_bytes(chance.randbytes(chance.choice((10, 5_000, 200_000))))
        case _:
            log.unlink()
    before = files(killed)
    with closing(open_journal(killed.parent)) as journal:
        loaded = journal.load()
        ids = ids_of(journal)
        repair = journal.repair
    assert repair is not None, "commits that were told to be done are gone in silence"
    assert ids >= {subject_id for subject_id in EVERYTHING if subject_id.startswith("told")}
    for side, content in before.items():
        assert Path(repair.set_aside + side).read_bytes() == content
    for subject in loaded.subjects:
        # What follows on a state that is lost may have been told: it is not told again blindly.
        if seed % 4:
            assert subject.hold is not None
            assert subject.hold.reason is HoldReason.RESTORED


# --- each kind of damage -------------------------------------------------------------------------


def sql(statement: str) -> Callable[[Path], None]:
    def run(store: Path) -> None:
        with closing(sqlite3.connect(store, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(statement)

    return run


def zero_header(store: Path) -> None:
    with store.open("r+b") as file:
        file.write(bytes(100))


# What is done, and of how many of the entries at least nothing is lost.
DAMAGE: dict[str, tuple[Callable[[Path], object], int]] = {
    "garbage": (lambda store: store.write_bytes(b"#!/bin/sh\n" * 3000), 0),
    "short": (lambda store: cut(store, 50), 0),
    "empty": (lambda store: cut(store, 0), 0),
    "one byte short": (lambda store: cut(store, store.stat().st_size - 1), ENTRIES),
    "no header": (zero_header, len(EVERYTHING)),
    "no first page": (lambda store: zero_page(store, 1), len(EVERYTHING)),
    "another program's number": (sql("PRAGMA application_id = 7"), len(EVERYTHING)),
    "no version": (sql("PRAGMA user_version = 0"), len(EVERYTHING)),
    "a table's name": (
        sql("UPDATE sqlite_master SET name = 'akkount', tbl_name = 'akkount' WHERE name='account'"),
        len(EVERYTHING),
    ),
    "an index that is not there": (
        sql("DELETE FROM sqlite_master WHERE name = 'subject_live'"),
        len(EVERYTHING),
    ),
    "an index that is wrong": (
        sql("UPDATE sqlite_master SET rootpage = 4 WHERE name = 'subject_started'"),
        len(EVERYTHING),
    ),
    "a document": (
        sql("UPDATE subject SET doc = '{' || doc WHERE id = 'told-0005'"),
        len(EVERYTHING) - 1,
    ),
    "a live document": (
        sql("UPDATE subject SET doc = substr(doc, 9) WHERE id = 'unsent-3'"),
        len(EVERYTHING) - 1,
    ),
    "two of one remote id": (
        sql("UPDATE subject SET doc = replace(doc, '\"r9\"', '\"r8\"') WHERE id = 'told-0009'"),
        len(EVERYTHING),
    ),
}


@pytest.mark.parametrize("damage, least", DAMAGE.values(), ids=DAMAGE)
def test_each_kind_of_damage(closed: Path, damage: Callable[[Path], object], least: int) -> None:
    damage(closed)
    if damage is DAMAGE["two of one remote id"][0]:
        with closing(open_journal(closed.parent)) as journal:
            # The columns serve; only the document says otherwise.
            assert len(ids_of(journal)) == len(EVERYTHING)
        return
    repair, ids, live = reopened(closed)
    assert len(ids) >= least
    assert repair.reason
    if least >= len(EVERYTHING) - 1:
        unsent = [subject_id for subject_id in live if subject_id.startswith("unsent")]
        assert len(unsent) >= UNSENT - 1
        assert repair.carried["ledger"] == 200
        assert repair.carried["absences"] == 1
        assert repair.carried["ghosts"] == 1


def test_a_store_of_which_only_the_log_is_left(killed: Path) -> None:
    killed.unlink()
    _repair, ids, live = reopened(killed)
    assert set(live) == {subject_id for subject_id in EVERYTHING if "unsent" in subject_id} <= ids


def test_an_attempt_stays_in_flight(killed: Path) -> None:
    zero_page(killed, 20)
    with closing(open_journal(killed.parent)) as journal:
        first = journal.load().subjects[0]
        assert journal.repair is not None
    assert first.id == "unsent-0"
    assert first.attempt is not None
    assert first.hold is None


def test_what_was_out_and_lost_its_attempt_is_not_told_blindly(closed: Path) -> None:
    with closing(sqlite3.connect(closed)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'attempt'"
        ).fetchone()
    zero_page(closed, root)
    with closing(open_journal(closed.parent)) as journal:
        first, *rest = journal.load().subjects
        assert journal.repair is not None
        assert journal.repair.asked == 1
    assert first.hold is not None
    assert first.hold.reason is HoldReason.RESTORED
    # These never left: nothing is unsure about them.
    assert [subject.hold for subject in rest] == [None] * (UNSENT - 1)
