"""A hundred thousand entries: what is asked often costs what it did with a hundred."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.core.decision import Row, SaveGhost, SaveSubject
from app.core.history import GhostsWanted, History
from app.core.remote import WorkItem
from app.ports.journal import Journal
from tests.adapters.journal_ghosts import ghost
from tests.adapters.journal_rows import NINE, entry, minutes, saved

COUNT = 100_000
EVERY = 40
END = NINE + minutes(COUNT * EVERY)


def fill(journal: SqliteJournal, count: int) -> None:
    """The newest `count` entries of a long history: now and then a long one, and one that runs."""
    chance = random.Random(1)
    rows: list[Row] = []
    for number in range(COUNT - count, COUNT):
        start = number * EVERY
        lasts = 3 * 24 * 60 if number % 5000 == 17 else EVERY - 5
        item = WorkItem(str(1000 + number % 700), f"Item {number % 700}", "Project")
        subject = entry(
            f"{chance.getrandbits(64):016x}",
            start,
            start + lasts,
            account=("a", "b")[number % 2],
            item=item,
            comment=f"comment {number % 300}",
            remote_id=str(number),
            order=number,
            deleted=number % 50 == 3,
        )
        rows.append(SaveSubject(subject, False))
        if number % 10 == 1:
            rows.append(SaveGhost(ghost(subject.id, of=subject.id, start=subject.meant.started_at)))
    journal.commit(rows)
    journal.commit(saved(entry("runs", COUNT * EVERY, None, order=COUNT), live=True))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteJournal]:
    with closing(open_journal(tmp_path_factory.mktemp("few"))) as journal:
        fill(journal, 200)
        yield journal


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteJournal]:
    with closing(open_journal(tmp_path_factory.mktemp("many"))) as journal:
        fill(journal, COUNT)
        yield journal


def steps(journal: SqliteJournal, ask: Callable[[Journal], object]) -> int:
    """How many instructions of its machine SQLite runs for it: unlike seconds, always the same."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    journal._connection.set_progress_handler(tick, 1)
    try:
        ask(journal)
    finally:
        journal._connection.set_progress_handler(None, 0)
    return count


def plans(journal: SqliteJournal, ask: Callable[[Journal], object]) -> list[str]:
    """How SQLite finds the rows of every statement that this runs."""
    connection = journal._connection
    ran: list[str] = []
    connection.set_trace_callback(ran.append)
    try:
        ask(journal)
    finally:
        connection.set_trace_callback(None)
    assert ran
    return [
        row[3] for statement in ran for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]


ASKED: dict[str, Callable[[Journal], object]] = {
    "load": lambda journal: journal.load(),
    "a day": lambda journal: journal.entries(END - timedelta(days=1), END),
    "a day of an account": lambda journal: journal.entries(END - timedelta(days=1), END, "a"),
    "since a moment": lambda journal: journal.history(History(from_at=END - timedelta(hours=5))),
    "a pull": lambda journal: journal.history(
        History(
            subject_ids=frozenset({"runs", "none"}),
            account="a",
            remote_ids=frozenset(str(number) for number in range(COUNT - 100, COUNT + 100)),
            from_at=END - timedelta(days=2),
            to_at=END + timedelta(days=1),
            overlap_account="a",
        )
    ),
    "the ghosts of a view": lambda journal: journal.ghosts(
        GhostsWanted(
            account="a",
            starts=frozenset(END - minutes(number * EVERY) for number in range(100)),
            wall_starts=frozenset({END.replace(tzinfo=None)}),
            remote_ids=frozenset({"1", "2"}),
            from_at=END - timedelta(days=3),
            to_at=END,
        )
    ),
    "one by its beginning": lambda journal: journal.subject("run"),
    "recents": lambda journal: journal.recents(10, END - timedelta(days=1), END),
    "ledger": lambda journal: journal.ledger(10, "runs"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_it_costs_the_same_with_a_hundred_thousand(
    few: SqliteJournal, many: SqliteJournal, ask: Callable[[Journal], object]
) -> None:
    # The long ones of all times are looked at: a few more instructions for each of them.
    allowed = steps(few, ask) * 1.05 + 20 * (COUNT // 5000)
    assert steps(many, ask) <= allowed


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_no_table_that_grows_is_read_whole_or_sorted(
    many: SqliteJournal, ask: Callable[[Journal], object]
) -> None:
    for plan in plans(many, ask):
        # Walking along an index is how the first rows in its order, or its few rows, are found.
        assert not plan.startswith("SCAN") or "USING" in plan or plan in SMALL, plan
        assert "TEMP B-TREE" not in plan or plan == "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"


SMALL = ("SCAN account",)


def test_long_entries_are_found_among_all(many: SqliteJournal) -> None:
    """Number 95017 started three days before its end."""
    last_hour = NINE + minutes(95_017 * EVERY + 3 * 24 * 60 - 60)
    found = many.entries(last_hour, last_hour + minutes(30))
    assert "95017" in [subject.remote_id for subject in found]


def test_a_search_finds_the_oldest(many: SqliteJournal) -> None:
    found = many.search("#1000 comment 0", 3)
    assert found
    assert found[0].item == WorkItem("1000", "Item 0", "Project")
    assert many.search("nothing has these words", 3) == ()
