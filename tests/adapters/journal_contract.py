"""What every journal must do, whatever it keeps its rows in; one subclass per journal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.core.decision import (
    AddLedgerLine,
    DropAccount,
    SaveAbsence,
    SaveAccount,
    SaveCheck,
    SaveGhost,
)
from app.core.history import History
from app.core.model import (
    Absence,
    AbsenceAnswer,
    Account,
    Anchor,
    AwayReason,
    Check,
    CheckState,
    Ghost,
    Hold,
    HoldReason,
    LedgerLine,
)
from app.core.remote import (
    Capabilities,
    Facts,
    WorkItem,
)
from app.core.state import LastTrack
from app.ports.journal import Journal, JournalError, Loaded
from tests.adapters.journal_ghosts import JournalGhosts
from tests.adapters.journal_queries import JournalQueries
from tests.adapters.journal_rows import BOOT, NINE, attempt, entry, ids, minutes, saved


class JournalContract(JournalQueries, JournalGhosts, ABC):
    """Subclasses say how to make an empty journal."""

    @pytest.fixture
    @abstractmethod
    def journal(self) -> Any:
        """An empty journal."""

    # --- load and commit -------------------------------------------------------------------------

    def test_an_empty_journal_loads_nothing(self, journal: Journal) -> None:
        assert journal.load() == Loaded()

    def test_loads_what_is_live_oldest_intent_first(self, journal: Journal) -> None:
        second = entry("a", order=2, comment="later")
        first = entry("b", order=1, stop=None)
        settled = entry("c", order=7)
        journal.commit([*saved(second, first, live=True), *saved(settled)])
        loaded = journal.load()
        assert loaded.subjects == (first, second)
        assert loaded.sequence == 7

    def test_a_subject_that_is_settled_is_no_longer_loaded(self, journal: Journal) -> None:
        journal.commit(saved(entry("a"), live=True))
        journal.commit(saved(entry("a")))
        assert journal.load().subjects == ()
        assert journal.subject("a") == entry("a")

    def test_a_subject_comes_back_whole(self, journal: Journal) -> None:
        whole = entry(
            "whole",
            item=WorkItem("1349", "Fix the timer", "Desk"),
            comment="naïve “quotes” \U0001f550\nsecond line",
            acknowledged=Facts(NINE, tags=("b", "a"), billable=False),
            remote_id="77",
            revision="r3",
            time_told=False,
            editable=False,
            from_elsewhere=True,
            order=3,
            tries=2,
            attempt=attempt(noticed=BOOT, looked=True),
            lost=(attempt("older"), attempt("oldest")),
            hold=Hold(HoldReason.CONFLICT, NINE, "No!", Facts(NINE), ("1", "2")),
            anchor=Anchor(NINE, BOOT),
        )
        journal.commit(saved(whole, live=True))
        assert journal.load().subjects == (whole,)
        assert journal.subject("whole") == whole
        assert journal.entries(NINE, NINE + minutes(1)) == (whole,)
        assert journal.history(History(subject_ids=frozenset({"whole"}))) == (whole,)

    def test_an_attempt_that_ended_is_gone(self, journal: Journal) -> None:
        journal.commit(saved(entry("a", attempt=attempt()), live=True))
        journal.commit(saved(entry("a"), live=True))
        assert journal.load().subjects == (entry("a"),)

    def test_the_last_track_is_what_started_last_of_what_ended(self, journal: Journal) -> None:
        item = WorkItem("7")
        journal.commit(
            saved(
                entry("old", 0, 500),
                entry("last", 60, 90, item=item, comment="this"),
                entry("deleted", 70, 95, deleted=True),
                entry("runs", 100, None),
            )
        )
        assert journal.load().last == LastTrack(
            account="local",
            item=item,
            comment="this",
            started_at=NINE + minutes(60),
            stopped_at=NINE + minutes(90),
        )

    def test_accounts_are_kept_in_the_order_they_came(self, journal: Journal) -> None:
        work = Account("work", "7pace", "https://x.example", {"user": "Zoë"}, Capabilities())
        home = Account("home", "local")
        journal.commit([SaveAccount(replace(work, url="")), SaveAccount(home)])
        journal.commit([SaveAccount(work)])
        assert journal.load().accounts == (work, home)
        journal.commit([*saved(entry("a", account="work")), DropAccount("work")])
        assert journal.load().accounts == (home,)
        assert journal.subject("a") is not None

    def test_only_open_questions_are_loaded(self, journal: Journal) -> None:
        later = Absence("late", "a", NINE + minutes(5), NINE + minutes(6), AwayReason.LOCKED)
        early = Absence("early", "a", NINE, NINE + minutes(1), AwayReason.IDLE)
        asked = Check("c1", "work", "a", "77", NINE, NINE + minutes(2))
        journal.commit([SaveAbsence(later), SaveAbsence(early), SaveCheck(asked)])
        assert journal.load().absences == (early, later)
        assert journal.load().checks == (asked,)
        answered = replace(asked, state=CheckState.ANSWERED)
        journal.commit([SaveCheck(answered)])
        assert journal.load().checks == (answered,)
        journal.commit(
            [
                SaveCheck(replace(asked, state=CheckState.GONE)),
                SaveAbsence(replace(early, answer=AbsenceAnswer.KEEP, answered_at=NINE)),
            ]
        )
        assert journal.load().checks == ()
        assert journal.load().absences == (later,)

    def test_an_empty_commit_changes_nothing(self, journal: Journal) -> None:
        journal.commit([])
        assert journal.load() == Loaded()

    # --- remote ids ------------------------------------------------------------------------------

    def test_a_remote_id_belongs_to_one_subject(self, journal: Journal) -> None:
        journal.commit(saved(entry("a", remote_id="1"), entry("b", remote_id="2")))
        with pytest.raises(JournalError):
            journal.commit([*saved(entry("c")), *saved(entry("b", remote_id="1"))])
        assert journal.subject("c") is None
        assert journal.subject("b") == entry("b", remote_id="2")
        journal.commit(saved(entry("d", account="other", remote_id="1")))

    def test_a_remote_id_goes_over_within_a_commit_in_either_order(self, journal: Journal) -> None:
        journal.commit(saved(entry("stranger", remote_id="1"), entry("ours")))
        journal.commit(saved(entry("ours", remote_id="1"), entry("stranger", deleted=True)))
        assert journal.subject("ours") == entry("ours", remote_id="1")
        journal.commit(saved(entry("ours"), entry("stranger", remote_id="1")))
        found = journal.history(History(account="local", remote_ids=frozenset({"1"})))
        assert ids(found) == ["stranger"]

    # --- history ---------------------------------------------------------------------------------

    def test_history_by_id_and_remote_id_has_deleted_ones(self, journal: Journal) -> None:
        journal.commit(
            saved(
                entry("a", deleted=True),
                entry("b", deleted=True, remote_id="9"),
                entry("c", remote_id="9", account="other"),
                entry("d"),
            )
        )
        wanted = History(frozenset({"a", "none"}), "local", frozenset({"9", "none"}))
        assert ids(journal.history(wanted)) == ["a", "b"]

    def test_history_takes_long_lists_of_ids(self, journal: Journal) -> None:
        many = [entry(f"{n:05}", n, n + 1, remote_id=f"r{n}") for n in range(1300)]
        journal.commit(saved(*many))
        named = frozenset(subject.id for subject in many)
        assert len(journal.history(History(subject_ids=named))) == 1300
        remote = frozenset(str(subject.remote_id) for subject in many)
        assert len(journal.history(History(account="local", remote_ids=remote))) == 1300

    def test_history_of_a_span_has_each_once(self, journal: Journal) -> None:
        journal.commit(
            saved(
                entry("before", -60, 0),
                entry("into", -60, 1, remote_id="1"),
                entry("within", 10, 20),
                entry("at-end", 60, 70),
                entry("after", 61, 70),
                entry("deleted", 10, 20, deleted=True),
                entry("elsewhere", 10, 20, account="other"),
                entry("runs", 30, None),
            )
        )
        wanted = History(
            subject_ids=frozenset({"within"}),
            account="local",
            remote_ids=frozenset({"1"}),
            from_at=NINE,
            to_at=NINE + minutes(60),
            overlap_account="local",
        )
        assert ids(journal.history(wanted)) == ["into", "within", "runs", "at-end"]
        everywhere = History(from_at=NINE, to_at=NINE + minutes(60))
        assert "elsewhere" in ids(journal.history(everywhere))

    def test_history_without_an_end_brings_the_entry_before(self, journal: Journal) -> None:
        journal.commit(
            saved(
                entry("older", -90, -80),
                entry("before", -60, -50),
                entry("deleted", -40, -30, deleted=True),
                entry("at", 0, 5),
                entry("after", 10, 20),
                entry("next-year", 600000, 600001, account="other"),
            )
        )
        assert ids(journal.history(History(from_at=NINE))) == ["before", "at", "after", "next-year"]
        of_other = History(from_at=NINE, overlap_account="other")
        assert ids(journal.history(of_other)) == ["next-year"]

    def test_history_with_nothing_asked_is_empty(self, journal: Journal) -> None:
        journal.commit(saved(entry("a", remote_id="1")))
        assert journal.history(History()) == ()

    # --- one, and a span -------------------------------------------------------------------------

    def test_a_subject_by_an_unambiguous_beginning(self, journal: Journal) -> None:
        waits = entry("ad1", deleted=True)
        journal.commit(
            [
                *saved(entry("ab1"), entry("ab1-2"), entry("ab2"), entry("ac1", deleted=True)),
                *saved(waits, live=True),
            ]
        )
        assert journal.subject("ab1") == entry("ab1")
        assert journal.subject("ab2") == journal.subject("ab2"[:3])
        assert journal.subject("ab1-") == entry("ab1-2")
        assert journal.subject("ab") is None
        assert journal.subject("") is None
        assert journal.subject("ab%") is None
        assert journal.subject("ac") is None
        assert journal.subject("ac1") == entry("ac1", deleted=True)
        assert journal.subject("ad") == waits

    def test_entries_overlap_the_half_open_span(self, journal: Journal) -> None:
        journal.commit(
            saved(
                entry("ends-at", -10, 0),
                entry("starts-at-end", 60, 70),
                entry("nothing-long", 0, 0),
                entry("across", -5000, 5000),
                entry("into", -1, 1),
                entry("within", 5, 6, account="other"),
                entry("out-of", 59, 61),
                entry("runs-since-long-ago", -90000, None),
                entry("runs-later", 61, None),
                entry("deleted", 5, 6, deleted=True),
            )
        )
        found = ids(journal.entries(NINE, NINE + minutes(60)))
        assert found == [
            "runs-since-long-ago",
            "across",
            "into",
            "nothing-long",
            "within",
            "out-of",
        ]
        assert ids(journal.entries(NINE, NINE + minutes(60), "other")) == ["within"]

    @pytest.mark.parametrize("length", [1440, 1440 + 1 / 60])
    def test_a_day_long_entry_is_found_from_its_end(self, journal: Journal, length: float) -> None:
        journal.commit(saved(entry("long", 0, length)))
        last_second = NINE + minutes(length) - timedelta(seconds=1)
        assert ids(journal.entries(last_second, last_second + minutes(5))) == ["long"]
        assert journal.entries(last_second + timedelta(seconds=1), NINE + minutes(9000)) == ()

    # --- looking up ------------------------------------------------------------------------------

    def test_the_ledger_tells_the_newest_first(self, journal: Journal) -> None:
        lines = [
            LedgerLine(NINE + minutes(n), "a", f"s{n % 2}", "told", {"n": str(n)}) for n in range(5)
        ]
        for line in lines:
            journal.commit([AddLedgerLine(line)])
        assert journal.ledger(2) == (lines[4], lines[3])
        assert journal.ledger(9, "s1") == (lines[3], lines[1])
        assert journal.ledger(9, "none") == ()

    def test_a_ghost_is_kept(self, journal: Journal) -> None:
        ghost = Ghost("g", "a", "local", attempt(), NINE)
        journal.commit([*saved(entry("a")), SaveGhost(ghost)])
        assert self.ghost_rows(journal) == [ghost]

    @abstractmethod
    def ghost_rows(self, journal: Any) -> list[Ghost]:
        """All ghosts that the journal keeps, read in whatever way it has."""
