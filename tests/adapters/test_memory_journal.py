"""The journal in memory keeps the contract of the real one."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.model import Ghost
from app.ports.journal import Journal, JournalFull
from tests.adapters.journal_contract import JournalContract
from tests.adapters.journal_rows import entry, saved
from tests.fakes.adapters.memory_journal import MemoryJournal


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal()

    def ghost_rows(self, journal: Any) -> list[Ghost]:
        return list(journal._kept.ghosts.values())


def test_a_commit_fails_once_when_told_so() -> None:
    journal = MemoryJournal()
    journal.fail_with = JournalFull("full")
    with pytest.raises(JournalFull):
        journal.commit(saved(entry("a")))
    assert journal.subject("a") is None
    journal.commit(saved(entry("a")))
    as_port: Journal = journal
    assert as_port.subject("a") == entry("a")
