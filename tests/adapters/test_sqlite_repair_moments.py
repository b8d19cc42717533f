"""When damage is found, what is none, and a repair that itself is interrupted."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import open_journal
from app.ports.journal import JournalBroken
from tests.adapters.damaged_store import (
    ENTRIES,
    EVERYTHING,
    WAL,
    files,
    ids_of,
    pages_of_subjects,
    zero_page,
)

# --- when it is found ----------------------------------------------------------------------------


def test_damage_that_comes_up_later_is_named_and_repaired_at_the_next_start(
    made: Path, tmp_path: Path
) -> None:
    store = shutil.copytree(made / "closed", tmp_path / "store") / DATABASE_NAME
    where = pages_of_subjects(store)
    lost = min(where["told-0200"])
    zero_page(store, lost)
    with closing(open_journal(store.parent)) as journal:
        assert journal.repair is None
        with pytest.raises(JournalBroken, match="repairs it at its next start"):
            journal.subject("told-0200")
    with closing(open_journal(store.parent)) as journal:
        assert journal.repair is not None
        assert ids_of(journal) >= {i for i, pages in where.items() if not pages & {lost}}
        # Its log was taken away at a good end: nothing in it is missing, and nothing is unsure.
        assert journal.repair.asked == 0


def test_damage_to_what_a_start_needs_is_repaired_at_once(made: Path, tmp_path: Path) -> None:
    store = shutil.copytree(made / "closed", tmp_path / "store") / DATABASE_NAME
    where = pages_of_subjects(store)
    zero_page(store, min(where["unsent-4"]))
    with closing(open_journal(store.parent)) as journal:
        journal.load()
        assert journal.repair is not None
        assert journal.repair.lost["operations"] >= 1
        assert ids_of(journal) >= {i for i, p in where.items() if min(where["unsent-4"]) not in p}


def test_a_kill_alone_is_no_damage(killed: Path) -> None:
    with closing(open_journal(killed.parent)) as journal:
        assert journal.repair is None
        assert ids_of(journal) == EVERYTHING


def test_a_log_that_a_power_cut_tore_is_no_damage(killed: Path) -> None:
    """The last commit was not told to be done when its frames did not get to the disk."""
    note = killed.parent / "store.lock"
    note.write_text("open another-boot")
    killed.with_name(f"{DATABASE_NAME}-shm").unlink()
    log = killed.with_name(WAL)
    with log.open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        file.write(bytes(50))
    with closing(open_journal(killed.parent)) as journal:
        assert journal.repair is None
        assert ids_of(journal) == EVERYTHING - {"unsent-4"}


# --- crashes of the repair itself ----------------------------------------------------------------


@pytest.fixture
def half_repaired(killed: Path) -> Path:
    """A store whose repair was certain, and ended before a name was changed."""
    zero_page(killed, 20)
    before = {p.name: p.read_bytes() for p in killed.parent.iterdir() if DATABASE_NAME in p.name}
    with closing(open_journal(killed.parent)) as journal:
        assert journal.repair is not None
        aside = Path(journal.repair.set_aside)
    killed.rename(killed.with_name(aside.name.replace("broken", "repaired")))
    for path in aside.parent.glob("timekept-broken-*"):
        path.unlink()
    for name, content in before.items():
        killed.with_name(name).write_bytes(content)
    return killed


@pytest.mark.parametrize("renamed", [(), ("",), ("", "-wal"), ("", "-wal", "-shm")])
def test_a_repair_that_ended_between_two_names_goes_on(
    half_repaired: Path, renamed: tuple[str, ...]
) -> None:
    (repaired,) = half_repaired.parent.glob("timekept-repaired-*.db")
    aside = repaired.with_name(repaired.name.replace("repaired", "broken"))
    before = files(half_repaired)
    for side in renamed:
        half_repaired.with_name(DATABASE_NAME + side).rename(aside.with_name(aside.name + side))
    with closing(open_journal(half_repaired.parent)) as journal:
        assert journal.repair is None
        assert len(ids_of(journal)) > ENTRIES - 9
    assert not repaired.exists()
    for side, content in before.items():
        assert aside.with_name(aside.name + side).read_bytes() == content


def test_two_repairs_within_a_second_keep_both_files(closed: Path) -> None:
    for _time in range(2):
        zero_page(closed, 20)
        (closed.parent / "store.lock").write_text("suspect-closed")
        open_journal(closed.parent).close()
    aside = list(closed.parent.glob("timekept-broken-*.db"))
    assert len(aside) == 2
