"""Carries out what the core asks for: calls by the lanes, wake-ups by the scheduler."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

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
from app.core.messages import Message, PollFell, TroubleMet, Woke
from app.core.model import Account
from app.core.remote import Trouble, TroubleKind
from app.ports.clock import Clock
from app.ports.provider import Provider
from app.ports.scheduler import Scheduler
from app.runtime.posting import Reply
from app.words import _

if TYPE_CHECKING:
    from app.runtime.lane import Lane

# A poll that comes later than this, by the clock that counts suspend, comes after a suspend.
_SUSPENDED_SECONDS = 5.0

_POLL = "poll"


class Performer:
    """Keeps the lanes and the wake-ups. `perform` is for the loop's thread, the rest for any.

    `open_provider` makes an account's provider, on its lane's thread. `poll_seconds` is asked at
    each poll, so that a changed setting counts. `forget` drops an account's secret without waiting.
    """

    def __init__(
        self,
        post: Callable[[Message, Reply | None], None],
        open_provider: Callable[[Account], Provider],
        scheduler: Scheduler,
        clock: Clock,
        poll_seconds: Callable[[], float],
        forget: Callable[[str], None],
    ) -> None:
        self._post = post
        self._open_provider = open_provider
        self._scheduler = scheduler
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._forget = forget
        # Held for a look at these three alone; neither a lane nor the scheduler is called under it.
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._remote: set[str] = set()
        self._polls_every: float | None = None
        self._polled_at_boot_seconds = 0.0
        self._closed = False

    def perform(self, effect: Effect) -> None:
        """Begin to carry out one effect."""
        match effect:
            case Pull() | Look() | Push() | PushMany() | AnswerCheck():
                self._call(effect)
            case WakeAt(account=account, at=at):
                self._scheduler.wake_at(f"wake:{account}", at, self._wake)
            case OpenLane(account=account):
                self._open(account)
            case CloseLane(account=account):
                self._close_lane(account)

    def lane(self, account: str) -> Lane | None:
        """The lane of an account, for asking what changes nothing."""
        with self._lock:
            return self._lanes.get(account)

    def retime(self) -> None:
        """Poll as often as the setting says now, and only while there is a server to ask."""
        wanted = self._poll_seconds()
        with self._lock:
            every = wanted if self._remote and not self._closed else None
            if every == self._polls_every:
                return
            self._polls_every = every
            self._polled_at_boot_seconds = self._clock.boot_seconds()
        if every is None:
            self._scheduler.cancel(_POLL)
        else:
            self._scheduler.every(_POLL, every, self._poll)

    def close(self) -> None:
        """End all lanes and wake-ups, but wait for no call. Nothing is posted after this."""
        with self._lock:
            self._closed = True
            lanes = list(self._lanes.values())
            self._lanes.clear()
        self._scheduler.stop()
        for lane in lanes:
            lane.close()

    def _call(self, call: Pull | Look | Push | PushMany | AnswerCheck) -> None:
        lane = self.lane(call.account)
        if lane is not None:
            lane.do(call)
            return
        # Without a lane nothing leaves; without a report the turn would stay open for ever.
        words = _("The account “{account}” is not open.").format(account=call.account)
        trouble = Trouble(TroubleKind.NOT_SENT, words)
        self._post(TroubleMet(call.account, call.turn_id, trouble), None)

    def _open(self, account: Account) -> None:
        # Late: an account without a server has no lane.
        from app.runtime.lane import Lane

        open_provider = partial(self._open_provider, account)
        with self._lock:
            if self._closed:
                return
            lane = self._lanes.get(account.name)
            if lane is None:
                self._lanes[account.name] = Lane(account.name, open_provider, self._post)
            if not account.capabilities.kept_here:
                self._remote.add(account.name)
        if lane is not None:
            lane.renew(open_provider)
        self.retime()

    def _close_lane(self, account: str) -> None:
        with self._lock:
            lane = self._lanes.pop(account, None)
            self._remote.discard(account)
        if lane is not None:
            lane.close()
        self._scheduler.cancel(f"wake:{account}")
        self.retime()
        self._forget(account)

    def _wake(self) -> None:
        self._post(Woke(), None)

    def _poll(self) -> None:
        boot_seconds = self._clock.boot_seconds()
        with self._lock:
            if self._closed or self._polls_every is None:
                return
            late = boot_seconds - self._polled_at_boot_seconds - self._polls_every
            self._polled_at_boot_seconds = boot_seconds
        if late > _SUSPENDED_SECONDS:
            self._post(Woke(), None)
        self._post(PollFell(), None)
        self.retime()
