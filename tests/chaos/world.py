"""One user's machine on a simulated clock: real journal, loop, core and provider, one step a time.

What threads and timers do in the app is done here by a driver: effects are carried out one by one
when a history says so, wake-ups and polls come when the simulated clock reaches them.
"""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.core.beginning import initial
from app.core.decision import Decision, Row
from app.core.effects import AnswerCheck, CloseLane, Effect, Look, OpenLane, Pull, Push, WakeAt
from app.core.history import History
from app.core.messages import (
    AccountAdded,
    Message,
    PollFell,
    ProcessStarted,
    SyncAsked,
    Woke,
)
from app.core.model import Account, Stamp, Subject
from app.core.state import AppState, CoreSettings
from app.core.update import update
from app.ports.journal import Journal
from app.ports.provider import Provider
from app.providers.address import read_address
from app.providers.http import Http, bearer
from app.providers.kinds import KINDS
from app.providers.sevenpace import PASTED, SevenpaceProvider
from app.runtime.lane import Lane
from app.runtime.loop import Loop
from app.runtime.posting import Reply
from app.sandbox.server import Sandbox
from tests.chaos.ends import Break, End
from tests.chaos.network import Network, ProcessEnded, Wire
from tests.chaos.oracle import Oracle
from tests.core.rules import assert_invariants
from tests.fakes.adapters.system_clock import FakeClock

REMOTE, HERE = "Work", "Here"
POLL_SECONDS = 30
TIMEOUT_SECONDS = 5.0
CALLS = (Pull, Look, Push, AnswerCheck)


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
        self.network = Network(sandbox, "7pace", self.point)
        self.end: End | None = None
        self.ends: Counter[str] = Counter()
        self.landing: list[float] = []
        self.late_seconds = 10
        self.tarry_seconds = 4
        self.loop: Loop
        self._sandbox = sandbox
        self._folder = folder
        self._began_at = began_at
        self._ids = Random(7)
        self._journals: list[SqliteJournal] = []
        self._lanes: dict[str, Lane] = {}
        self._effects: deque[Effect] = deque()
        self._reports: deque[tuple[float, Message]] = deque()
        self._wakes: dict[str, datetime] = {}
        self._polls_at = 0.0
        self._decided: Decision | None = None
        self._committed = False
        self._late_rows: list[Row] = []

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
        for lane in self._lanes.values():
            lane._let_go()
        self.network.land()
        self.network.close()
        for journal in self._journals:
            journal.close()

    # --- the user and the world ------------------------------------------------------------------

    def post(self, message: Message) -> Decision | None:
        """Carry one message through the real loop; None if the process ended in it."""
        self._decided, self._committed = None, False
        now = self.clock.now()
        try:
            decision = self.loop.handle(message)
        except ProcessEnded:
            kept = self._kept()
            if kept is not None:
                # What is on disk is what the user sees after the restart.
                self.oracle.hear(message, kept, now)
            self._end_process()
            return None
        self.oracle.hear(message, decision, now)
        assert_invariants(decision.state)
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
        raise AssertionError(f"the lane never rests: {list(self._effects)[:3]}")

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what falls due meanwhile happens in its order."""
        until = self.true_seconds + seconds
        self.drain()
        while self.true_seconds < until:
            wall = self.clock.exact_at
            dues = [(at - wall).total_seconds() for at in self._wakes.values()]
            dues += [due - self.true_seconds for due in self.landing]
            dues += [due - self.true_seconds for due, _ in list(self._reports)[:1]]
            dues.append(self._polls_at - self.true_seconds)
            step = min(until - self.true_seconds, max(0.0, min(dues)))
            self._go_on(step)
            self._fall_due()
            self.drain()

    def set_clock(self, seconds: int) -> None:
        """Somebody sets the wall clock, and the next message sees it."""
        self.clock.set_by(seconds)
        self.oracle.clock_set(seconds)
        self.post(Woke())

    def rests(self) -> bool:
        """Whether nothing is under way and nothing waits but what runs."""
        quiet = not self._effects and not self._reports and not self.landing
        state = self.state
        lanes = all(
            lane.turn is None and not lane.pull_wanted and not lane.suspects
            for lane in state.lanes.values()
        )
        return quiet and lanes and all(self._is_told(s) for s in state.subjects.values())

    def sync_whole(self) -> None:
        """Pull and push with the network whole, as a user does who waits for it."""
        self.network.online = True
        self.network.write_faults.clear()
        self.network.read_faults.clear()
        self.end = None
        self.post(SyncAsked())
        self.drain()

    def _is_told(self, subject: Subject) -> bool:
        known = subject.acknowledged
        if not subject.runs or subject.attempt is not None or subject.hold is not None:
            return False
        return known is not None and subject.meant.comment == known.comment

    # --- the process -----------------------------------------------------------------------------

    def point(self, name: str) -> None:
        """A moment at which the process may end."""
        end = self.end
        if end is None or end.point != name:
            return
        if end.passes > 0:
            self.end = End(name, end.passes - 1, end.down_seconds, end.reboots)
            return
        self.ends[name] += 1
        raise ProcessEnded(name)

    def _begin(self) -> None:
        # The process before did not let go in order: its connection hangs where it ended, and the
        # lock of the store would wait for it in this one process.
        own_lock = not self._journals
        journal = open_journal(self._folder, own_lock=own_lock)
        self._journals.append(journal)
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
            cast("Journal", _Store(self, journal)),
            self.clock,
            state,
            self._perform,
            new_id=lambda: f"{self._ids.getrandbits(64):016x}",
            update=self._update,
        )

    def _end_process(self) -> None:
        """The process is gone with all that it held in memory; another takes the store."""
        end = self._taken_end()
        self._effects.clear()
        self._reports.clear()
        self._wakes.clear()
        self._late_rows.clear()
        for lane in self._lanes.values():
            lane._let_go()
        self._lanes.clear()
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
        return self._decided if self._committed else None

    def _taken_end(self) -> End:
        end, self.end = self.end, None
        if end is None:
            raise AssertionError("a process ended that was not to")
        return end

    def _update(self, state: AppState, message: Message, stamp: Stamp) -> Decision:
        decide = update if self.broken.update is None else self.broken.update(update)
        self._decided = decide(state, message, stamp)
        return self._decided

    def commit(self, journal: SqliteJournal, rows: Sequence[Row]) -> None:
        """The journal's commit, between two points."""
        self.point("before-commit")
        if self.broken.commits_late:
            self._late_rows.extend(rows)
        else:
            journal.commit(rows)
        self._committed = True
        self.point("after-commit")

    def _commit_late(self) -> None:
        if self._late_rows:
            rows, self._late_rows = self._late_rows, []
            self.journal.commit(rows)

    def _perform(self, effect: Effect) -> None:
        self.point("before-perform")
        self._effects.append(effect)

    def _one(self) -> bool:
        """The next effect, or the next report that is due; False if there is none."""
        if self._reports and self._reports[0][0] <= self.true_seconds:
            _due, report = self._reports.popleft()
            self._report(report)
            return True
        if not self._effects or (self._reports and isinstance(self._effects[0], CALLS)):
            # The lane makes one call at a time: the one whose answer tarries comes first.
            self._commit_late()
            return False
        effect = self._effects.popleft()
        try:
            self._carry_out(effect)
            self._commit_late()
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

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case WakeAt(account=account, at=at):
                self._wakes[account] = at
            case OpenLane(account=account):
                before = self._lanes.pop(account.name, None)
                if before is not None:
                    before._let_go()
                self._lanes[account.name] = Lane(account.name, self._open_provider, self._hear)
            case CloseLane(account=name):
                self._lanes.pop(name)._let_go()
            case Pull() | Look() | Push() | AnswerCheck():
                # On this thread and at once, where the app has a thread of the lane's own.
                self._lanes[effect.account]._do(effect)
                self._schedule_landing()

    def _open_provider(self) -> Provider:
        token = self._sandbox.token("7pace")
        http = Http(
            read_address(self._sandbox.url("7pace"), PASTED),
            token,
            bearer(token),
            TIMEOUT_SECONDS,
            transport=Wire(self.network),
        )
        return SevenpaceProvider(http, lambda: self.clock.zone()[0])

    def _hear(self, report: Message, _reply: Reply | None) -> None:
        due = self.true_seconds
        if self.network.tarries:
            self.network.tarries = False
            due += self.tarry_seconds
        self._reports.append((due, report))

    # --- time ------------------------------------------------------------------------------------

    def _go_on(self, seconds: float) -> None:
        self.clock.go_on(seconds)
        self.true_seconds += seconds

    def _fall_due(self) -> None:
        if any(due <= self.true_seconds for due in self.landing):
            self.network.land()
            self.landing.clear()
        for account, at in list(self._wakes.items()):
            if at <= self.clock.exact_at:
                del self._wakes[account]
                self.post(Woke())
        if self._polls_at <= self.true_seconds:
            self._polls_at = self.true_seconds + POLL_SECONDS
            self.post(PollFell())

    def _schedule_landing(self) -> None:
        for _ in range(self.network.new_late):
            self.landing.append(self.true_seconds + self.late_seconds)
        self.network.new_late = 0

    def _go_on_landing(self, seconds: float) -> None:
        """Time passes while no process runs."""
        until = self.true_seconds + seconds
        for due in sorted(self.landing):
            if due <= until:
                self._go_on(max(0.0, due - self.true_seconds))
                self.network.land()
                self.landing.clear()
                break
        self._go_on(until - self.true_seconds)


class _Store:
    """The journal as the loop uses it, with the points at which the process may end."""

    def __init__(self, world: World, journal: SqliteJournal) -> None:
        self._world = world
        self._journal = journal

    def commit(self, rows: Sequence[Row]) -> None:
        self._world.commit(self._journal, rows)

    def history(self, wanted: History) -> tuple[Subject, ...]:
        return self._journal.history(wanted)
