"""How a message is handed to the loop from any thread, and what its asker hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.core.decision import Decision
from app.core.messages import Message
from app.ports.journal import JournalError


class NotDecided(JournalError):
    """A message led to nothing: its decision failed, or the loop has ended. The text is for people.

    Like every JournalError it means that nothing was changed: an asker needs to know only that one.
    """


Outcome = Decision | JournalError
"""What became of a message. An error means: nothing was changed, nothing was done."""

Reply = Callable[[Outcome], None]
"""Hears the outcome, on the loop's thread; it must not wait."""

Ended = Callable[[JournalError | None], None]
"""Hears that work is done, or why it is not; on the loop's thread, without waiting."""


class Inbox(Protocol):
    """Takes messages from any thread and hands them to the loop, one at a time, in order."""

    def start(self, handle: Callable[[Message], Decision]) -> None:
        """Begin to hand messages to the loop; those posted before wait until now."""
        ...

    def post(self, message: Message, reply: Reply | None = None) -> None:
        """Hand in a message and return at once. `reply` is called exactly once, in any case."""
        ...

    def run(self, work: Callable[[], None], ended: Ended) -> None:
        """Hand in work that must not be in the middle of a message, and return at once.

        `ended` is called exactly once, in any case.
        """
        ...

    def is_here(self) -> bool:
        """Whether the calling thread is the loop's own, which must never wait for an answer."""
        ...

    def close(self) -> None:
        """Take no more; what still waits is answered with NotDecided. Twice is fine."""
        ...
