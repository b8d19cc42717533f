"""The desk: what a command does, waits for and is told, from whatever thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.messages import (
    AccountAdded,
    AccountRemoveAsked,
    StartAsked,
    StopAsked,
    SyncAsked,
)
from app.core.remote import ActivityType, Trouble, TroubleKind, WorkItem
from app.core.state import Connection
from app.ports.journal import JournalError
from app.ports.provider import ProviderError
from app.ports.settings import PRESENCE_IDLE_AFTER_SECONDS, SYNC_SETTLE_SECONDS
from app.runtime.posting import NotDecided
from app.runtime.thread_inbox import ThreadInbox
from tests.runtime.rig import ACME, Rig
from tests.runtime.waiting import wait_until


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, ThreadInbox())
    yield rig
    rig.provider.gate.set()
    rig.desk.close()


def test_what_is_posted_is_decided_and_readable_by_the_same_thread(rig: Rig) -> None:
    started = rig.desk.post(StartAsked("local", comment="Fix timer"))
    assert rig.desk.state() is started.state
    subject = rig.desk.journal.subject(started.made[0])
    assert subject is not None
    assert subject.meant.comment == "Fix timer"


def test_a_refusal_is_an_answer_and_no_error(rig: Rig) -> None:
    assert rig.desk.post(StopAsked()).refusal is not None


def test_many_commands_at_once_all_count(rig: Rig) -> None:
    def start() -> None:
        rig.desk.post(StartAsked("local"))
        assert rig.desk.journal.load().subjects
        rig.desk.leave()

    threads = [threading.Thread(target=start) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    lines = rig.desk.journal.ledger(100)
    assert sum(line.what == "started" for line in lines) == 6


def test_each_thread_reads_by_a_connection_of_its_own_and_may_not_write(rig: Rig) -> None:
    mine = rig.desk.journal
    others: list[object] = []

    def look() -> None:
        others.append(rig.desk.journal)
        others.append(rig.desk.journal)
        rig.desk.leave()
        rig.desk.leave()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(10)
    assert rig.desk.journal is mine
    assert others[0] is others[1]
    assert others[0] is not mine
    with pytest.raises(JournalError):
        mine.keep_work_items("local", [WorkItem("1")])


def test_catalogues_are_kept_by_the_loop(rig: Rig) -> None:
    rig.desk.keep_work_items("acme", [WorkItem("1349", "Fix timer")])
    rig.desk.keep_activity_types("acme", [ActivityType("1", "Development")])
    assert rig.desk.journal.work_items("acme", "timer", 5) == (WorkItem("1349", "Fix timer"),)
    assert rig.desk.journal.activity_types("acme") == (ActivityType("1", "Development"),)


def test_it_waits_for_what_a_lane_brings_about(rig: Rig) -> None:
    rig.provider.gate.clear()
    rig.desk.post(AccountAdded(ACME))

    def is_online() -> bool:
        return rig.desk.wait(lambda state: state.lanes["acme"].connection is Connection.ONLINE, 10)

    assert not rig.desk.wait(lambda state: "nobody" in state.accounts, 0.02)
    assert rig.provider.entered.wait(10)
    began = time.monotonic()
    threading.Thread(target=rig.provider.gate.set).start()
    assert is_online()
    assert time.monotonic() - began < 5, "nobody woke it: it looked when its time was over"


def test_a_provider_is_asked_in_turn_and_its_trouble_is_raised(rig: Rig) -> None:
    rig.desk.post(AccountAdded(ACME))
    found = rig.desk.ask("acme", lambda provider: provider.search("timer", 5), 10)
    assert [item.id for item in found] == ["1349"]
    trouble = Trouble(TroubleKind.REFUSED, "No.")
    rig.provider.error = ProviderError(trouble)
    with pytest.raises(ProviderError, match=r"No\."):
        rig.desk.ask("acme", lambda provider: provider.verify(), 10)
    with pytest.raises(ProviderError, match="nobody"):
        rig.desk.ask("nobody", lambda provider: provider.verify(), 10)


def test_a_question_that_takes_too_long_is_given_up(rig: Rig) -> None:
    rig.provider.gate.clear()
    rig.desk.post(AccountAdded(ACME))
    assert rig.provider.entered.wait(10)
    with pytest.raises(TimeoutError):
        rig.desk.ask("acme", lambda provider: provider.search("timer", 5), 0.02)
    rig.provider.gate.set()
    rig.desk.ask("acme", lambda provider: provider.verify(), 10)
    assert "search timer" not in rig.provider.calls


def test_changed_settings_count_at_once(rig: Rig) -> None:
    rig.settings.set(PRESENCE_IDLE_AFTER_SECONDS, 60)
    rig.settings.set(SYNC_SETTLE_SECONDS, 1.2)
    state = rig.desk.apply_settings().state
    assert state.settings.idle_after_seconds == 60
    assert state.settings.settle_seconds == 2


def test_a_removed_account_takes_its_secret_along_before_the_end(rig: Rig) -> None:
    rig.desk.secrets.set("acme", "t0ken")
    rig.desk.post(AccountAdded(ACME))
    assert rig.desk.wait(lambda state: state.lanes["acme"].turn is None, 10)
    rig.secrets.answered.clear()
    assert rig.desk.post(AccountRemoveAsked("acme")).refusal is None
    assert rig.secrets.asking.wait(10)
    closing = threading.Thread(target=rig.desk.close)
    closing.start()
    closing.join(0.3)
    assert closing.is_alive()
    rig.secrets.answered.set()
    closing.join(10)
    assert rig.secrets.kept == {}


def test_the_loops_own_thread_must_not_wait_for_itself(rig: Rig) -> None:
    caught: list[str] = []

    def meddle() -> None:
        for wait in (
            lambda: rig.desk.post(StopAsked()),
            lambda: rig.desk.wait(lambda _state: True, 1),
            lambda: rig.desk.ask("local", lambda provider: provider.verify(), 1),
            lambda: rig.desk.keep_work_items("local", []),
        ):
            with pytest.raises(RuntimeError) as raised:
                wait()
            caught.append(str(raised.value))

    ended = threading.Event()
    rig.desk.inbox.run(meddle, lambda _error: ended.set())
    assert ended.wait(10)
    assert len(caught) == 4


def test_closing_waits_for_no_call_and_tells_those_who_come_later(rig: Rig) -> None:
    rig.provider.gate.clear()
    rig.desk.post(AccountAdded(ACME))
    assert rig.provider.entered.wait(10)
    began = time.monotonic()
    rig.desk.close()
    assert time.monotonic() - began < 5
    with pytest.raises(NotDecided):
        rig.desk.post(SyncAsked())
    with pytest.raises(NotDecided):
        rig.desk.keep_work_items("acme", [])
    assert rig.scheduler.stopped
    rig.provider.gate.set()
    assert rig.provider.closed.wait(10)
    assert rig.desk.state().lanes["acme"].pulled_at is None


def test_the_poll_pulls_again_and_again(rig: Rig) -> None:
    rig.desk.post(AccountAdded(ACME))
    assert rig.desk.wait(lambda state: state.lanes["acme"].pulled_at is not None, 10)
    before = rig.desk.state().lanes["acme"].pulled_at
    assert before is not None
    wait_until(lambda: "poll" in rig.scheduler.intervals)
    rig.scheduler.go_on(30)

    def pulled_again() -> bool:
        at = rig.desk.state().lanes["acme"].pulled_at
        return at is not None and at >= before + timedelta(seconds=30)

    wait_until(pulled_again)
