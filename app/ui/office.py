"""What the windows work with: the composition root has it, and it is all that they know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.core.decision import Decision
from app.core.messages import Message
from app.core.state import AppState
from app.ports.clock import Clock
from app.ports.journal import Journal, JournalError
from app.ports.settings import Settings
from app.ui.account_views import KindView
from app.words.refusals import refusal_sentence

Done = Callable[[str, str], None]


class NewAccount(Struct, frozen=True):
    """What the user gave for a new account."""

    kind: str
    name: str
    url: str
    secret: str
    options: dict[str, str] = {}


class Office(Protocol):
    """What the windows work with; the composition root has it."""

    journal: Journal
    settings: Settings
    clock: Clock

    def state(self) -> AppState:
        """What is on disk."""
        ...

    def post(
        self, message: Message, reply: Callable[[Decision | JournalError], None] | None = None
    ) -> None:
        """Hand a message to the loop."""
        ...

    def kinds(self) -> Sequence[KindView]:
        """The kinds of account that can be added."""
        ...

    def add_account(self, asked: NewAccount, done: Done) -> None:
        """Check and keep an account; `done` hears refused field and sentence, or "" twice."""
        ...

    def sign_in(self, name: str, secret: str, done: Done) -> None:
        """Check and keep a new secret."""
        ...

    def stop_joining(self) -> None:
        """The user does not wait for the check any more: nothing is kept."""
        ...

    def settings_changed(self) -> None:
        """Make the settings count."""
        ...

    def sources(self) -> Mapping[str, str]:
        """The live source of `presence` and of `hotkeys`; "" for none."""
        ...

    def problems(self) -> Mapping[str, str]:
        """A sentence for each key of a hotkey that is not bound."""
        ...

    def about(self) -> Sequence[str]:
        """Version, folders, licence."""
        ...


def why_not(outcome: Decision | JournalError, clock: Clock) -> str:
    """Why something was not done, as a sentence; "" when it was."""
    if isinstance(outcome, JournalError):
        return str(outcome)
    if outcome.refusal is None:
        return ""
    return refusal_sentence(outcome.refusal, ZoneInfo(clock.zone()[0]))
