"""The loop: commit, publish, perform, in this order; and a failure changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.decision import Decision, Row, SaveAccount, SaveSubject
from app.core.effects import CloseLane, Effect, OpenLane, WakeAt
from app.core.messages import EntryDeleteAsked, Message, StartAsked, StopAsked, Woke
from app.core.model import Account, Stamp, Subject
from app.core.remote import Facts
from app.core.state import AppState
from app.ports.journal import JournalError, JournalFull
from app.runtime.loop import Loop, fresh_id
from app.runtime.posting import NotDecided
from tests.fakes.adapters.memory_journal import MemoryJournal
from tests.fakes.adapters.system_clock import FakeClock

ACCOUNT = Account("a", "local")
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def counting(state: AppState, message: Message, stamp: Stamp) -> Decision:
    """An update that counts, writes one row and asks for three effects."""
    return Decision(
        replace(state, sequence=state.sequence + 1),
        writes=(SaveAccount(ACCOUNT),),
        effects=(OpenLane(ACCOUNT), WakeAt("a", stamp.now), CloseLane("a")),
    )


class RecordedJournal(MemoryJournal):
    """Remembers what each commit wrote; while `error` is set, every commit raises it."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.commits: list[tuple[Row, ...]] = []

    def commit(self, rows: Sequence[Row]) -> None:
        if self.error is not None:
            raise self.error
        super().commit(rows)
        self.commits.append(tuple(rows))


class Told:
    """What came out of a loop, in order."""

    def __init__(self) -> None:
        self.journal = RecordedJournal()
        self.clock = FakeClock()
        self.steps: list[str] = []
        self.troubles: list[JournalError] = []

    def loop(
        self, update: Callable[[AppState, Message, Stamp], Decision] | None = counting
    ) -> Loop:
        """A loop that tells this."""
        loop = Loop(self.journal, self.clock, AppState(), self._performed, update=update)
        loop.subscribe(lambda state: self.steps.append(f"published {state.sequence}"))
        loop.subscribe_trouble(self.troubles.append)
        return loop

    def _performed(self, effect: Effect) -> None:
        self.steps.append(f"{len(self.journal.commits)} on disk, {type(effect).__name__}")


@pytest.fixture
def told() -> Told:
    return Told()


def test_commit_comes_before_publish_and_publish_before_the_effects_in_order(told: Told) -> None:
    loop = told.loop()
    on_disk_when_published: list[int] = []
    loop.subscribe(lambda _state: on_disk_when_published.append(len(told.journal.commits)))
    decision = loop.handle(Woke())
    assert on_disk_when_published == [1]
    assert told.steps == [
        "published 1",
        "1 on disk, OpenLane",
        "1 on disk, WakeAt",
        "1 on disk, CloseLane",
    ]
    assert loop.state is decision.state


@pytest.mark.expected_log("Woke was not kept")
def test_a_full_disk_changes_nothing_and_is_told(told: Told) -> None:
    loop = told.loop()
    before = loop.state
    told.journal.error = full = JournalFull("The disk is full.")
    with pytest.raises(JournalFull) as raised:
        loop.handle(Woke())
    assert raised.value is full
    assert loop.state is before
    assert told.steps == []
    assert told.troubles == [full]
    told.journal.error = None
    loop.handle(Woke())
    assert loop.state.sequence == 1


@pytest.mark.expected_log("Woke could not be decided")
def test_a_journal_that_fails_without_a_name_changes_nothing_either(told: Told) -> None:
    loop = told.loop()
    told.journal.error = ZeroDivisionError()
    with pytest.raises(NotDecided, match="ZeroDivisionError"):
        loop.handle(Woke())
    assert (loop.state.sequence, told.steps, len(told.troubles)) == (0, [], 1)


@pytest.mark.expected_log("StopAsked could not be decided")
def test_a_failing_decision_is_an_error_to_the_asker_alone(told: Told) -> None:
    def failing(state: AppState, message: Message, stamp: Stamp) -> Decision:
        if isinstance(message, StopAsked):
            raise LookupError("a secret")
        return counting(state, message, stamp)

    loop = told.loop(failing)
    with pytest.raises(NotDecided) as raised:
        loop.handle(StopAsked())
    assert "a secret" not in str(raised.value)
    assert (told.journal.commits, told.steps) == ([], [])
    assert loop.handle(Woke()).state.sequence == 1


def test_what_changes_nothing_is_neither_committed_nor_published(told: Told) -> None:
    loop = told.loop(lambda state, _message, _stamp: Decision(state, effects=(CloseLane("a"),)))
    loop.handle(Woke())
    assert told.journal.commits == []
    assert told.steps == ["0 on disk, CloseLane"]


def test_the_rows_that_a_decision_needs_are_read_right_before_it(told: Told) -> None:
    seen: list[Message] = []

    def looking(state: AppState, message: Message, _stamp: Stamp) -> Decision:
        seen.append(message)
        return Decision(state)

    loop = told.loop(looking)
    entry = Subject("s1", "a", Facts(NINE, NINE + timedelta(hours=1)))
    told.journal.commit([SaveSubject(entry, live=False)])
    loop.handle(EntryDeleteAsked("s1"))
    loop.handle(StopAsked())
    assert seen == [EntryDeleteAsked("s1", known=(entry,)), StopAsked()]


def test_the_stamp_has_the_moment_the_zone_and_a_fresh_id(told: Told) -> None:
    stamps: list[Stamp] = []

    def stamping(state: AppState, _message: Message, stamp: Stamp) -> Decision:
        stamps.append(stamp)
        return Decision(state)

    loop = told.loop(stamping)
    loop.handle(Woke())
    told.clock.go_on(5)
    loop.handle(Woke())
    first, second = stamps
    assert (first.now, first.zone, first.offset_minutes) == (NINE, "Europe/Berlin", 60)
    assert (first.boot_id, first.boot_seconds) == ("boot-1", 1000.0)
    assert (second.now - first.now, second.boot_seconds) == (timedelta(seconds=5), 1005.0)
    assert first.fresh_id != second.fresh_id


def test_ids_differ_from_their_beginning_on() -> None:
    ids = [fresh_id() for _number in range(200)]
    assert len(set(ids)) == 200
    assert all(len(made) == 32 for made in ids)
    assert len({made[:8] for made in ids}) > 190


@pytest.mark.expected_log("a subscriber failed")
@pytest.mark.expected_log("OpenLane could not be performed")
def test_one_who_fails_over_the_news_does_not_keep_it_from_the_others() -> None:
    journal, told, performed = RecordedJournal(), list[AppState](), list[str]()

    def perform(effect: Effect) -> None:
        performed.append(type(effect).__name__)
        if isinstance(effect, OpenLane):
            raise OSError("no threads left")

    def fail(_state: AppState) -> None:
        raise ValueError("in a window")

    loop = Loop(journal, FakeClock(), AppState(), perform, update=counting)
    loop.subscribe(fail)
    loop.subscribe(told.append)
    loop.handle(Woke())
    assert len(told) == 1
    assert performed == ["OpenLane", "WakeAt", "CloseLane"]


def test_who_ended_hears_no_more(told: Told) -> None:
    loop, heard = told.loop(), list[AppState]()
    end = loop.subscribe(heard.append)
    loop.handle(Woke())
    end()
    loop.handle(Woke())
    assert len(heard) == 1


def test_a_message_inside_a_message_is_refused(told: Told) -> None:
    loop = told.loop()
    caught: list[RuntimeError] = []

    def meddle(_state: AppState) -> None:
        try:
            loop.handle(Woke())
        except RuntimeError as error:
            caught.append(error)

    loop.subscribe(meddle)
    loop.handle(Woke())
    assert len(caught) == 1
    assert loop.state.sequence == 1


def test_the_core_and_the_store_behind_the_loop(tmp_path: Path) -> None:
    """With the real ones: what was decided is what the next process loads."""
    from app.adapters.sqlite_journal import open_journal
    from app.core.messages import AccountAdded
    from app.core.update import initial

    clock = FakeClock()
    journal = open_journal(tmp_path, wait_seconds=1)
    loop = Loop(journal, clock, initial(accounts=()), lambda _effect: None)
    loop.handle(AccountAdded(ACCOUNT))
    started = loop.handle(StartAsked("a", comment="Fix timer"))
    clock.go_on(60)
    refused = loop.handle(StartAsked("a", at=clock.now() + timedelta(hours=1)))
    assert refused.refusal is not None
    journal.close()

    journal = open_journal(tmp_path, wait_seconds=1)
    loaded = journal.load()
    journal.close()
    assert [subject.id for subject in loaded.subjects] == list(started.made)
    assert loaded.subjects[0].meant.comment == "Fix timer"
    assert loaded.subjects[0].meant.started_at == NINE
