"""What waits to be carried out: effects, the lanes' calls and their reports, one at a time.

What threads and timers do in the app is done here when a history says so.
"""

from __future__ import annotations

from collections import deque
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from app.core.effects import (
    AnswerCheck,
    CloseLane,
    Effect,
    Look,
    OpenLane,
    Pull,
    Push,
    PushMany,
    WakeAt,
)
from app.core.messages import Message
from app.core.state import AppState
from app.ports.provider import Provider
from app.runtime.lane import Lane
from app.runtime.posting import Reply
from tests.chaos.network import Network

CALLS = (Pull, Look, Push, PushMany, AnswerCheck)


class Process(Protocol):
    """What the lanes need of the process that they belong to."""

    network: Network
    true_seconds: float
    tarry_seconds: float

    @property
    def state(self) -> AppState: ...

    def open_provider(self) -> Provider: ...

    def steps(self) -> AbstractContextManager[None]: ...


class Lanes:
    """The lanes of one process, and what it has in memory alone: all of it ends with it."""

    def __init__(self, process: Process) -> None:
        self.effects: deque[Effect] = deque()
        self.reports: list[tuple[float, Message]] = []
        self.wakes: dict[str, datetime] = {}
        self._process = process
        self._lanes: dict[str, Lane] = {}

    @property
    def rest(self) -> bool:
        """Whether nothing waits."""
        return not self.effects and not self.reports

    def end(self) -> None:
        """The process is gone."""
        self.effects.clear()
        self.reports.clear()
        self.wakes.clear()
        for lane in self._lanes.values():
            lane._let_go()
        self._lanes.clear()

    def later(self, seconds: float, report: Message) -> None:
        """A report that the loop hears in so many seconds."""
        self.reports.append((self._process.true_seconds + seconds, report))
        self.reports.sort(key=lambda one: one[0])

    def due_report(self) -> Message | None:
        """The next report that is due, taken out."""
        if self.reports and self.reports[0][0] <= self._process.true_seconds:
            return self.reports.pop(0)[1]
        return None

    def next_effect(self) -> Effect | None:
        """The next effect that may be carried out, taken out.

        A lane makes one call at a time: the one whose answer tarries comes first.
        """
        if not self.effects or (self.reports and isinstance(self.effects[0], CALLS)):
            return None
        return self.effects.popleft()

    def carry_out(self, effect: Effect) -> None:
        """On this thread and at once, where the app has a thread of the lane's own."""
        match effect:
            case WakeAt(account=account, at=at):
                self.wakes[account] = at
            case OpenLane(account=account):
                before = self._lanes.pop(account.name, None)
                if before is not None:
                    before._let_go()
                lane = Lane(account.name, self._process.open_provider, self._hear)
                self._lanes[account.name] = lane
            case CloseLane(account=name):
                self._lanes.pop(name)._let_go()
            case Pull() | Look() | Push() | PushMany() | AnswerCheck():
                self._process.network.place = self._place(effect)
                with self._process.steps():
                    self._lanes[effect.account]._do(effect)

    def _place(self, effect: Effect) -> str:
        """What the lane is at: a look for a doubtful attempt is a confirm."""
        if isinstance(effect, Look):
            state = self._process.state
            turn = state.lanes[effect.account].turn
            ids = [] if turn is None else [turn.subject_id, *(it.subject_id for it in turn.batch)]
            subject = next((state.subjects[it] for it in ids if it in state.subjects), None)
            return "look" if subject is None or subject.attempt is None else "confirm"
        return "pull" if isinstance(effect, Pull) else "write"

    def _hear(self, report: Message, _reply: Reply | None) -> None:
        network = self._process.network
        tarries, network.tarries = network.tarries, False
        self.later(self._process.tarry_seconds if tarries else 0.0, report)
