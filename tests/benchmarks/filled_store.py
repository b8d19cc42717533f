"""Fills a store with a long history, through the journal's own way in."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.adapters.sqlite_journal import open_journal
from app.core.decision import Row, SaveAccount, SaveSubject
from app.core.model import Account, Subject
from app.core.remote import Facts, WorkItem
from app.providers.kinds import KINDS

_EVERY = timedelta(minutes=40)
_ROWS_EACH = 5_000


def fill(folder: Path, count: int) -> None:
    """Write `count` finished entries of the local account, the newest of them just over."""
    kind = KINDS["local"]
    account = Account(kind.name, kind.name, capabilities=kind.capabilities)
    chance = random.Random(1)
    first_at = datetime.now(UTC).replace(microsecond=0) - count * _EVERY
    with closing(open_journal(folder)) as journal:
        journal.commit([SaveAccount(account)])
        rows: list[Row] = []
        for number in range(count):
            rows.append(SaveSubject(_entry(chance, account.name, first_at, number), False))
            if len(rows) == _ROWS_EACH:
                journal.commit(rows)
                rows = []
        journal.commit(rows)


def _entry(chance: random.Random, account: str, first_at: datetime, number: int) -> Subject:
    started_at = first_at + number * _EVERY
    item = WorkItem(str(1000 + number % 700), f"Work item {number % 700}", "Project")
    facts = Facts(
        started_at=started_at,
        stopped_at=started_at + timedelta(minutes=35),
        item=item,
        comment=f"what was done {number % 300}",
    )
    # As the core keeps one that the local account has taken.
    return Subject(
        id=f"{chance.getrandbits(128):032x}",
        account=account,
        meant=facts,
        acknowledged=facts,
        order=number + 1,
    )
