"""What is said of a repair."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from app.core.restoring import Repair
from app.words.repairs import repair_details, repair_sentence

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


PLAIN = Repair(
    at=AT,
    reason="its end is missing",
    set_aside="/home/me/timekept-broken.db",
    carried={"operations": 2, "entries": 1},
)


def test_the_sentence_says_what_is_missing_and_what_waits() -> None:
    whole = repair_sentence(PLAIN)
    assert whole.endswith("Nothing is missing. 2 unsent changes are kept.")
    lost = repair_sentence(replace(PLAIN, lost={"entries": 1}, asked=1))
    assert "At least 1 thing could not be saved." in lost
    assert lost.endswith("1 of them waits for your word: see the outbox.")
    assert "A part of its file could not be read." in repair_sentence(replace(PLAIN, pages_lost=3))


def test_the_details_name_files_and_counts() -> None:
    said = "\n".join(
        repair_details(
            replace(
                PLAIN,
                lost={"operations": 1, "ledger": 3},
                pages_lost=1,
                copy="/home/me/backups/copy.db",
                copy_at=AT,
                from_copy={"entries": 1},
                asked=2,
            ),
            UTC,
        )
    )
    assert "repaired at 2026-11-20 09:30: its end is missing." in said
    assert "kept as /home/me/timekept-broken.db." in said
    assert "Carried over: 2 unsent changes, 1 entry." in said
    assert "out of the copy /home/me/backups/copy.db of 2026-11-20 09:30: 1 entry." in said
    assert "Lost, at least: 1 unsent change, 3 lines of history." in said
    assert "1 page of the file could not be read." in said
    assert "Of 2 changes it is not known whether they were told: they are held." in said


def test_every_kind_has_its_words() -> None:
    kinds = ("operations", "entries", "accounts", "absences", "checks", "ghosts", "ledger", "x")
    said = repair_details(replace(PLAIN, carried=dict.fromkeys(kinds, 2)))[2]
    assert said.count(",") == len(kinds) - 1
    assert repair_details(replace(PLAIN, carried={}))[2] == "Carried over: nothing."
