"""One user's machine on a simulated clock: real journal, loop, core and provider, one step a time.

What threads and timers do in the app is done here by a driver: effects are carried out one by one
when a history says so, wake-ups and polls come when the simulated clock reaches them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.core import invariants
from app.core.beginning import initial
from app.core.decision import Decision
from app.core.effects import Effect
from app.core.messages import (
    AccountAdded,
    Message,
    PollFell,
    ProcessStarted,
    SyncAsked,
    TurnReport,
    Woke,
)
from app.core.model import Account, HoldReason, Stamp, Subject
from app.core.state import AppState, CoreSettings
from app.core.update import update
from app.ports.journal import Journal, JournalFull
from app.ports.provider import Provider
from app.providers.address import read_address
from app.providers.http import Http, bearer
from app.providers.kinds import KINDS
from app.providers.sevenpace import PASTED, SevenpaceProvider
from app.runtime.lane import RETRY_SECONDS
from app.runtime.loop import Loop
from app.sandbox.server import Sandbox
from tests.chaos.ends import ANY_STEP, Break, End, ProcessEnded, each_step
from tests.chaos.lanes import Lanes
from tests.chaos.network import Network, Wire
from tests.chaos.oracle import Oracle
from tests.chaos.store import Store
from tests.core.rules import assert_invariants
from tests.fakes.adapters.system_clock import FakeClock

REMOTE, HERE = "Work", "Here"
POLL_SECONDS = 30
TIMEOUT_SECONDS = 5.0


class World:
    """A machine, a network and a server, for one history. Close it at the end."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, kind: str, began_at: datetime, broken: Break
    ) -> None:
        self.kind = kind
        self.broken = broken
        self.clock = FakeClock(began_at)
        self.true_seconds = 0.0
        self.skew_seconds = 0.0
        self.oracle = Oracle(self.clock.zone_name)
        self.network = Network(sandbox, "7pace", self.point, self._sleep_in_a_call)
        self.met: Counter[str] = self.network.met
        self.end: End | None = None
        # Where each step is counted, when they are to be known by name.
        self.steps_seen: Counter[str] | None = None
        self.landing: list[float] = []
        self.late_seconds = 10.0
        self.tarry_seconds = 4.0
        self.sleep_seconds = 60.0
        # What cannot be closed (PROTOCOL.md §10) and was met.
        self.residual: set[str] = set()
        # Questions that the user was asked; a refusal is none, it says what to mend.
        self.asked = 0
        self.loop: Loop
        self.store: Store
        self.lanes = Lanes(self)
        self._sandbox = sandbox
        self._folder = folder
        self._began_at = began_at
        self._ids = Random(7)
        self._journals: list[SqliteJournal] = []
        self._polls_at = 0.0
        self._decided: Decision | None = None

    def begin(self) -> None:
        """Set the accounts up, as a user has done long before anything goes wrong."""
        self._begin()
        if self.kind == "7pace":
            url = self._sandbox.url("7pace")
            account = Account(REMOTE, "7pace", url, capabilities=KINDS["7pace"].capabilities)
            self.post(AccountAdded(account))
        here = Account(HERE, "local", capabilities=KINDS["local"].capabilities)
        self.post(AccountAdded(here))
        self.drain()

    @property
    def state(self) -> AppState:
        return self.loop.state

    @property
    def journal(self) -> SqliteJournal:
        return self._journals[-1]

    def server_now(self) -> datetime:
        """The server's own clock: nobody here sets it."""
        return self._began_at + timedelta(seconds=self.true_seconds + self.skew_seconds)

    def new_uuid(self) -> uuid.UUID:
        """Ids of the server that a seed reproduces."""
        return uuid.UUID(int=self._ids.getrandbits(128), version=4)

    def close(self) -> None:
        self.lanes.end()
        self.network.land()
        self.network.close()
        for journal in self._journals:
            journal.close()

    # --- the user and the world ------------------------------------------------------------------

    def post(self, message: Message) -> Decision | None:
        """Carry one message through the real loop; None if it was not kept or the process ended."""
        self._decided = None
        self.store.begin()
        before, now = self.loop.state, self.clock.now()
        try:
            with self.steps():
                decision = self.loop.handle(message)
        except JournalFull:
            # The user was told that it was not done.
            self.met["full disk"] += 1
            assert self.state is before
            if isinstance(message, TurnReport):
                # The lane says it again, since without it the turn would stay open for ever.
                self.lanes.later(RETRY_SECONDS, message)
            return None
        except ProcessEnded:
            kept = self._kept()
            if kept is not None:
                # What is on disk is what the user sees after the restart.
                self.oracle.hear(message, kept, now)
            self._end_process()
            return None
        self.oracle.hear(message, decision, now)
        invariants.check(before, decision.state, decision)
        assert_invariants(decision.state)
        self.asked += len(questions(decision.state) - questions(before))
        return decision

    def carry_on(self, count: int) -> None:
        """Carry out so many of the effects and reports that wait, without time passing."""
        for _ in range(count):
            if not self._one():
                return

    def drain(self) -> None:
        """Carry out all that waits and is due."""
        for _ in range(3000):
            if not self._one():
                return
        raise AssertionError(f"the lane never rests: {list(self.lanes.effects)[:3]}")

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what falls due meanwhile happens in its order."""
        until = self.true_seconds + seconds
        self.drain()
        while self.true_seconds < until:
            wall = self.clock.exact_at
            dues = [(at - wall).total_seconds() for at in self.lanes.wakes.values()]
            dues += [due - self.true_seconds for due in self.landing]
            dues += [due - self.true_seconds for due, _ in self.lanes.reports[:1]]
            dues.append(self._polls_at - self.true_seconds)
            step = min(until - self.true_seconds, max(0.0, min(dues)))
            self._go_on(step)
            self._fall_due()
            self.drain()

    def sleep(self, seconds: float) -> None:
        """The machine sleeps and wakes, with no call under way."""
        self.met["suspend, idle"] += 1
        self._go_on_landing(seconds)
        self.post(Woke())

    def travel(self, zone: str) -> None:
        """The machine's zone is another from now on."""
        self.met["zone change"] += zone != self.clock.zone_name
        self.clock.zone_name = self.oracle.zone = zone
        self.post(Woke())

    def set_clock(self, seconds: int) -> None:
        """Somebody sets the wall clock, and the next message sees it."""
        self.met["clock set forward" if seconds > 0 else "clock set back"] += 1
        self.clock.set_by(seconds)
        self.oracle.clock_set(seconds)
        self.post(Woke())

    def rests(self) -> bool:
        """Whether nothing is under way and nothing waits but what runs."""
        state = self.state
        lanes = all(
            lane.turn is None and not lane.pull_wanted and not lane.suspects
            for lane in state.lanes.values()
        )
        quiet = self.lanes.rest and not self.landing and lanes
        return quiet and all(self.is_told(s) for s in state.subjects.values())

    def sync_whole(self) -> None:
        """Pull and push with the network whole, as a user does who waits for it."""
        self.network.mend()
        self.end = None
        self.store.full_for = 0
        self.post(SyncAsked())
        self.drain()

    def is_told(self, subject: Subject) -> bool:
        """Whether nothing of it waits: it runs there as it was said, as far as that can be told."""
        known = subject.acknowledged
        if not subject.runs or subject.attempt is not None or subject.hold is not None:
            return False
        return known is not None and subject.meant.comment == known.comment

    # --- the process -----------------------------------------------------------------------------

    def point(self, name: str) -> None:
        """A moment at which the process may end."""
        self.store.notice()
        if self.steps_seen is not None:
            self.steps_seen[name] += 1
        end = self.end
        if end is None or end.point not in (name, ANY_STEP):
            return
        if end.passes > 0:
            self.end = End(end.point, end.passes - 1, end.down_seconds, end.reboots)
            return
        place, colon, _step = name.partition(":")
        self.met[f"end inside the {place}" if colon else f"end {name}"] += 1
        raise ProcessEnded(name)

    def steps(self) -> AbstractContextManager[None]:
        """Each step is told only while one of them is to be the end: telling costs time."""
        armed = self.end is not None and (self.end.point == ANY_STEP or ":" in self.end.point)
        watched = armed or self.steps_seen is not None
        return each_step(self.point) if watched else nullcontext()

    def open_provider(self) -> Provider:
        token = self._sandbox.token("7pace")
        http = Http(
            read_address(self._sandbox.url("7pace"), PASTED),
            token,
            bearer(token),
            TIMEOUT_SECONDS,
            transport=Wire(self.network),
        )
        return SevenpaceProvider(http, lambda: self.clock.zone()[0])

    def _begin(self) -> None:
        # The process before did not let go in order: its connection hangs where it ended, and the
        # lock of the store would wait for it in this one process.
        own_lock = not self._journals
        journal = open_journal(self._folder, own_lock=own_lock)
        self._journals.append(journal)
        self.store = Store(journal, self.point, self.broken.commits_late)
        loaded = journal.load()
        state = initial(
            accounts=loaded.accounts,
            subjects=loaded.subjects,
            absences=loaded.absences,
            checks=loaded.checks,
            last=loaded.last,
            sequence=loaded.sequence,
            settings=CoreSettings(settle_seconds=self.broken.settle_seconds),
        )
        assert_invariants(state)
        self.loop = Loop(
            cast("Journal", self.store),
            self.clock,
            state,
            self._perform,
            new_id=lambda: f"{self._ids.getrandbits(64):016x}",
            update=self._update,
        )

    def _end_process(self) -> None:
        """The process is gone with all that it held in memory; another takes the store."""
        end = self._taken_end()
        # The system lets go of what the process had locked; its connection hangs where it ended.
        self.journal._connection.rollback()
        self.lanes.end()
        self._schedule_landing()
        self.network.tarries = False
        self.oracle.process_ended()
        if end.reboots:
            self.clock.boot_anew()
            self.oracle.rebooted()
        self._go_on_landing(end.down_seconds)
        self._polls_at = self.true_seconds + POLL_SECONDS
        self._begin()
        self.post(ProcessStarted())

    def _kept(self) -> Decision | None:
        return self._decided if self.store.committed else None

    def _taken_end(self) -> End:
        end, self.end = self.end, None
        if end is None:
            raise AssertionError("a process ended that was not to")
        return end

    def _update(self, state: AppState, message: Message, stamp: Stamp) -> Decision:
        decide = update if self.broken.update is None else self.broken.update(update)
        self._decided = decide(state, message, stamp)
        return self._decided

    def _perform(self, effect: Effect) -> None:
        self.point("before-perform")
        self.lanes.effects.append(effect)

    def _one(self) -> bool:
        """The next report that is due, or the next effect; False if there is none."""
        report = self.lanes.due_report()
        if report is not None:
            self._report(report)
            return True
        effect = self.lanes.next_effect()
        if effect is None:
            self.store.commit_late()
            return False
        try:
            self.lanes.carry_out(effect)
            self._schedule_landing()
            self.store.commit_late()
        except ProcessEnded:
            self._end_process()
        return True

    def _report(self, report: Message) -> None:
        try:
            self.point("before-report")
        except ProcessEnded:
            self._end_process()
        else:
            self.post(report)

    # --- time ------------------------------------------------------------------------------------

    def _sleep_in_a_call(self) -> None:
        """The machine sleeps while the lane waits for the network; its timers fall due first."""
        self._go_on_landing(self.sleep_seconds)
        self.lanes.later(0.0, Woke())

    def _go_on(self, seconds: float) -> None:
        self.clock.go_on(seconds)
        self.true_seconds += seconds

    def _fall_due(self) -> None:
        if any(due <= self.true_seconds for due in self.landing):
            self.network.land()
            self.landing.clear()
        for account, at in list(self.lanes.wakes.items()):
            if at <= self.clock.exact_at:
                del self.lanes.wakes[account]
                self.post(Woke())
        if self._polls_at <= self.true_seconds:
            self._polls_at = self.true_seconds + POLL_SECONDS
            self.post(PollFell())

    def _schedule_landing(self) -> None:
        settled = 40.0 if self.network.lands_settled else 0.0
        for _ in range(self.network.new_late):
            self.landing.append(self.true_seconds + settled + self.late_seconds)
        self.network.new_late = 0

    def _go_on_landing(self, seconds: float) -> None:
        """Time passes while nothing of ours runs."""
        until = self.true_seconds + seconds
        for due in sorted(self.landing):
            if due <= until:
                self._go_on(max(0.0, due - self.true_seconds))
                self.network.land()
                self.landing.clear()
                break
        self._go_on(until - self.true_seconds)


def questions(state: AppState) -> set[tuple[str, HoldReason]]:
    """What the user is asked: held operations that the server did not refuse."""
    return {
        (subject.id, subject.hold.reason)
        for subject in state.subjects.values()
        if subject.hold is not None and subject.hold.reason is not HoldReason.REFUSED
    }
