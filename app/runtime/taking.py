"""What waits in an inbox: messages with their askers, and work that goes between two."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.decision import Decision
from app.core.messages import Message
from app.ports.journal import JournalError
from app.runtime.posting import Ended, NotDecided, Outcome, Reply
from app.words import _

log = logging.getLogger(__name__)

Handle = Callable[[Message], Decision]

Waiting = Callable[[Handle | None], None]
"""One thing that waits: called at its turn with the loop's `handle`, or with None at closing."""


def waiting_message(message: Message, reply: Reply | None) -> Waiting:
    """A message that waits for its turn."""

    def take(handle: Handle | None) -> None:
        if handle is None:
            _answer(reply, _closing())
            return
        try:
            outcome: Outcome = handle(message)
        except JournalError as error:
            outcome = error
        _answer(reply, outcome)

    return take


def waiting_work(work: Callable[[], None], ended: Ended) -> Waiting:
    """Work that waits for its turn."""

    def take(handle: Handle | None) -> None:
        if handle is None:
            ended(_closing())
            return
        try:
            work()
        except JournalError as error:
            ended(error)
        except Exception as error:
            log.exception("work between two messages failed")
            words = _("Something inside Timekept failed ({kind}).")
            ended(NotDecided(words.format(kind=type(error).__name__)))
        else:
            ended(None)

    return take


def _answer(reply: Reply | None, outcome: Outcome) -> None:
    """Tell the asker, if there is one; what the asker does with it can't hurt the loop."""
    if reply is None:
        return
    try:
        reply(outcome)
    except Exception:
        log.exception("an asker failed over its answer")


def _closing() -> NotDecided:
    return NotDecided(_("Timekept is closing; nothing was changed."))
