"""Repairs a store: the damaged file is set aside, and what can be read goes into a new one.

The new store is made beside the old one and becomes whole and durable under a name of its own. From
then on the repair is certain, and a crash at any moment is made good at the next opening: the names
are changed again, in the same order.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.adapters.sqlite_carry import Carrier, Copy
from app.adapters.sqlite_copies import newest_good
from app.adapters.sqlite_log import Log
from app.adapters.sqlite_opening import REPAIRED
from app.adapters.sqlite_pages import Pages
from app.adapters.sqlite_rows import statements
from app.adapters.sqlite_salvage import Salvage, forms
from app.adapters.sqlite_schema import STEPS, Step, bring_up_to_date, make_durable
from app.core.decision import AddLedgerLine
from app.core.model import LedgerLine
from app.core.restoring import Repair

REPORT_NAME = "last-repair.json"

_BROKEN = "timekept-broken-"
_SIDES = ("", "-wal", "-shm")


def is_ours(path: Path, steps: Sequence[Step] = STEPS) -> bool:
    """Whether a database is ours, whatever its header says. Raises OSError."""
    with closing(Salvage(Pages(path, Log()), forms(steps))) as salvage:
        return salvage.is_ours


def repair(path: Path, reason: str, log: Log, steps: Sequence[Step] = STEPS) -> Repair:
    """Set the store at `path` aside and put a new one in its place, with all that can be read.

    `reason` says in a few words what is wrong. Nothing may have the store open. Raises OSError and
    SQLite's errors; the store is then as it was.
    """
    at = datetime.now(UTC).replace(microsecond=0)
    name = _free_name(path.parent, at)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        done = _carry(path, unfinished, name, reason, at, log, steps)
        _write_report(path.parent, done)
        make_durable(unfinished)
        unfinished.replace(path.with_name(f"{REPAIRED}{name}.db"))
    except BaseException:
        _remove(unfinished)
        raise
    make_durable(path.parent)
    finish(path)
    return done


def finish(path: Path) -> None:
    """Change the names after a repair that a crash interrupted; else nothing. Raises OSError."""
    for repaired in sorted(path.parent.glob(f"{REPAIRED}*.db")):
        name = repaired.stem.removeprefix(REPAIRED)
        for side in _SIDES:
            old = path.with_name(path.name + side)
            aside = path.with_name(f"{_BROKEN}{name}.db{side}")
            if old.exists() and not aside.exists():
                if os.name == "posix":
                    old.chmod(0o600)
                old.replace(aside)
        repaired.replace(path)
        make_durable(path.parent)


def last_repair(folder: Path) -> Repair | None:
    """The last repair of the store in `folder`; None when there was none that is known."""
    try:
        return msgspec.json.decode((folder / REPORT_NAME).read_bytes(), type=Repair)
    except (OSError, msgspec.DecodeError):
        return None


def _carry(
    path: Path,
    unfinished: Path,
    name: str,
    reason: str,
    at: datetime,
    log: Log,
    steps: Sequence[Step],
) -> Repair:
    _remove(unfinished)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    wanted = forms(steps)
    copy_path, copy_at = newest_good(path.parent, len(steps)) or (None, None)
    with (
        closing(Salvage(Pages(path, log), wanted)) as salvage,
        closing(sqlite3.connect(unfinished, isolation_level=None)) as target,
        closing(
            sqlite3.connect(":memory:" if copy_path is None else _only_read(copy_path), uri=True)
        ) as copy,
    ):
        bring_up_to_date(target, unfinished, steps)
        # It becomes durable as a whole, at its end.
        target.execute("PRAGMA synchronous = OFF")
        target.execute("BEGIN IMMEDIATE")
        older = None if copy_path is None else Copy(copy)
        carrier = Carrier(salvage, wanted, older, target, at)
        carrier.carry()
        from_copy = +carrier.from_copy
        done = Repair(
            at=at,
            reason=reason,
            set_aside=str(path.with_name(f"{_BROKEN}{name}.db")),
            carried=dict(+carrier.carried),
            lost=dict(+carrier.lost),
            pages_lost=len(salvage.bad_pages) + log.bad_frames,
            copy="" if copy_path is None or not from_copy else str(copy_path),
            copy_at=copy_at if from_copy else None,
            from_copy=dict(from_copy),
            asked=carrier.asked,
        )
        for statement, values in statements([AddLedgerLine(_line(done))]):
            target.execute(statement, values)
        target.execute("COMMIT")
    return done


def _line(done: Repair) -> LedgerLine:
    detail = {"reason": done.reason, "set_aside": done.set_aside, "asked": str(done.asked)}
    if done.copy:
        detail["copy"] = done.copy
    for word, counts in (("carried", done.carried), ("lost", done.lost), ("copy", done.from_copy)):
        detail |= {f"{word}_{kind}": str(count) for kind, count in counts.items()}
    return LedgerLine(done.at, "", "", "store-repaired", detail)


def _only_read(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _free_name(folder: Path, at: datetime) -> str:
    """A name for what is set aside that nothing else has."""
    name = stamp = at.strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while (folder / f"{_BROKEN}{name}.db").exists() or (
        folder / f"{_BROKEN}{name}.db-wal"
    ).exists():
        number += 1
        name = f"{stamp}-{number}"
    return name


def _write_report(folder: Path, done: Repair) -> None:
    unfinished = folder / f"{REPORT_NAME}.unfinished"
    unfinished.unlink(missing_ok=True)
    fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.encode(done))
    make_durable(unfinished)
    unfinished.replace(folder / REPORT_NAME)


def _remove(unfinished: Path) -> None:
    for side in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            unfinished.with_name(unfinished.name + side).unlink(missing_ok=True)
