"""The one door: decide, commit, publish, perform, one message at a time (`DESIGN.md` §1)."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TypeVar

from app.core.decision import Decision
from app.core.effects import Effect
from app.core.history import informed
from app.core.messages import Message
from app.core.model import Stamp
from app.core.state import AppState
from app.ports.clock import Clock
from app.ports.journal import Journal, JournalError
from app.runtime.posting import NotDecided
from app.words import _

log = logging.getLogger(__name__)

T = TypeVar("T")

Update = Callable[[AppState, Message, Stamp], Decision]
Subscriber = Callable[[AppState], None]
TroubleSubscriber = Callable[[JournalError], None]


def fresh_id() -> str:
    """An id that nothing else has: 32 hexadecimal digits of chance.

    Chance from the first digit on, since people name a subject by the beginning of its id.
    """
    return os.urandom(16).hex()


class Loop:
    """Holds the state and carries every message through its four steps.

    `handle` belongs to one thread, the inbox's; the rest may be used from any. `update` is the
    core's, unless another is given.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        state: AppState,
        perform: Callable[[Effect], None],
        new_id: Callable[[], str] = fresh_id,
        update: Update | None = None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._state = state
        self._perform = perform
        self._new_id = new_id
        self._update = update
        self._handling = False
        self._subscribers: tuple[Subscriber, ...] = ()
        self._trouble_subscribers: tuple[TroubleSubscriber, ...] = ()

    @property
    def state(self) -> AppState:
        """What was decided and is on disk."""
        return self._state

    def subscribe(self, call: Subscriber) -> Callable[[], None]:
        """Hear of every new state, on the loop's thread. Returns what ends it."""
        self._subscribers = (*self._subscribers, call)

        def end() -> None:
            self._subscribers = _without(self._subscribers, call)

        return end

    def subscribe_trouble(self, call: TroubleSubscriber) -> Callable[[], None]:
        """Hear, on the loop's thread, of what came to nothing. Returns what ends it."""
        self._trouble_subscribers = (*self._trouble_subscribers, call)

        def end() -> None:
            self._trouble_subscribers = _without(self._trouble_subscribers, call)

        return end

    def handle(self, message: Message) -> Decision:
        """Carry one message through. Raises JournalError: then nothing changed."""
        if self._handling:
            raise RuntimeError("a message has to wait until the one before it is through: post it")
        self._handling = True
        try:
            try:
                decision = self._decide_and_commit(message)
            except JournalError as error:
                _tell(self._trouble_subscribers, error)
                raise
            changed = decision.state is not self._state or bool(decision.writes)
            self._state = decision.state
            if changed:
                _tell(self._subscribers, decision.state)
            for effect in decision.effects:
                self._perform_one(effect)
            return decision
        finally:
            self._handling = False

    def _decide_and_commit(self, message: Message) -> Decision:
        try:
            # Read right before the decision, so that nothing can come between.
            message = informed(message, self._state, self._journal)
            decision = self._decide(self._state, message, self._stamp())
            if decision.writes:
                self._journal.commit(decision.writes)
        except JournalError as error:
            log.error("%s was not kept: %s", type(message).__name__, error)
            raise
        except Exception as error:
            # The state is a value and a commit is whole or not at all: nothing is half done.
            log.exception("%s could not be decided", type(message).__name__)
            raise NotDecided(
                _("Something inside Timekept failed ({kind}); nothing was changed.").format(
                    kind=type(error).__name__
                )
            ) from error
        return decision

    @property
    def _decide(self) -> Update:
        if self._update is None:
            # Late: the rooms of the core take longer to load than the tray icon can wait.
            from app.core.update import update

            self._update = update
        return self._update

    def _stamp(self) -> Stamp:
        zone, offset_minutes = self._clock.zone()
        return Stamp(
            now=self._clock.now(),
            boot_seconds=self._clock.boot_seconds(),
            boot_id=self._clock.boot_id(),
            zone=zone,
            offset_minutes=offset_minutes,
            fresh_id=self._new_id(),
        )

    def _perform_one(self, effect: Effect) -> None:
        try:
            self._perform(effect)
        except Exception:
            # What was decided is on disk; the other effects of it are not to suffer.
            log.exception("%s could not be performed", type(effect).__name__)


def _tell(subscribers: tuple[Callable[[T], None], ...], news: T) -> None:
    for call in subscribers:
        try:
            call(news)
        except Exception:
            log.exception("a subscriber failed")


def _without(
    subscribers: tuple[Callable[[T], None], ...], call: Callable[[T], None]
) -> tuple[Callable[[T], None], ...]:
    return tuple(other for other in subscribers if other is not call)
