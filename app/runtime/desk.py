"""What a command works with: post, read, wait, ask; from any thread but the loop's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.core.decision import Decision
from app.core.messages import Message, SettingsChanged
from app.core.model import Account
from app.core.remote import ActivityType, Trouble, TroubleKind, WorkItem
from app.core.state import AppState, CoreSettings
from app.ports.clock import Clock
from app.ports.journal import Journal, JournalError
from app.ports.provider import Provider, ProviderError
from app.ports.settings import (
    ACCOUNT_DEFAULT,
    PRESENCE_IDLE_AFTER_SECONDS,
    SYNC_SETTLE_SECONDS,
    Settings,
)
from app.runtime.loop import Loop
from app.runtime.performer import Performer
from app.runtime.posting import Inbox, Outcome
from app.runtime.secret_order import OrderedSecrets
from app.words import _

if TYPE_CHECKING:
    from concurrent.futures import Future

    from app.core.restoring import Repair

T = TypeVar("T")

# How long closing waits for the keyring to forget what an account took along.
_FORGET_SECONDS = 2.0


class Places(Protocol):
    """Where this user's files are."""

    @property
    def data(self) -> Path:
        """The folder of the store."""
        ...

    @property
    def database_file(self) -> Path:
        """The store."""
        ...

    @property
    def settings_file(self) -> Path:
        """The settings."""
        ...

    @property
    def log_file(self) -> Path:
        """The newest log."""
        ...

    @property
    def socket_file(self) -> Path:
        """The control socket."""
        ...


class Desk:
    """The same for a command inside the running app and for one that opened the store itself.

    `app_runs` says which of the two it is. `loop` and `inbox` are for the windows, which never
    wait. The windows, where there are any, set what may be called from any thread: `show_panel`,
    and `live`, which names the source of `presence` and of `hotkeys` ("" for none) and has a
    sentence for each hotkey's key that is not bound.
    """

    def __init__(
        self,
        *,
        loop: Loop,
        inbox: Inbox,
        performer: Performer,
        journal: Journal,
        open_reader: Callable[[], Journal],
        make_provider: Callable[[Account, str], Provider],
        settings: Settings,
        secrets: OrderedSecrets,
        clock: Clock,
        folders: Places,
        app_runs: bool,
        let_go: Callable[[], None],
    ) -> None:
        self.loop = loop
        self.inbox = inbox
        self.settings = settings
        self.secrets = secrets
        self.clock = clock
        self.folders = folders
        self.app_runs = app_runs
        self.make_provider = make_provider
        self.show_panel: Callable[[], None] | None = None
        self.live: Callable[[], Mapping[str, str]] | None = None
        self.repair: Repair | None = None
        """The repair of the store that opening it took; None when it was whole."""
        self.copy_if_due: Callable[[], None] = lambda: None
        """Make the day's copy of the store where that costs a command next to nothing."""
        self.keep_up: Callable[[Callable[[str], None]], Callable[[], None]] = lambda _tell: _nothing
        """Look after the store from now on, and be told of damage, on another thread; returns what
        ends it.
        """
        self._performer = performer
        self._journal = journal
        self._open_reader = open_reader
        self._let_go = let_go
        self._readers = threading.local()
        self._published = threading.Condition()
        self._closed = False
        loop.subscribe(self._wake_waiting)

    def post(self, message: Message) -> Decision:
        """Hand in a message and wait until it is decided and on disk. Raises JournalError."""
        self._refuse_loop()
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self.inbox.post(message, outcomes.put)
        outcome = outcomes.get()
        if isinstance(outcome, Decision):
            return outcome
        raise outcome

    def state(self) -> AppState:
        """What is on disk now."""
        return self.loop.state

    @property
    def journal(self) -> Journal:
        """The store, for reading, by a connection of this thread's own; `leave` lets go of it.

        The loop's thread gets the one that can write, for catalogues; others ask `keep_work_items`.
        """
        if self.inbox.is_here():
            return self._journal
        reader: Journal | None = getattr(self._readers, "reader", None)
        if reader is None:
            reader = self._readers.reader = self._open_reader()
        return reader

    def leave(self) -> None:
        """Let go of what this thread opened; to be called by a thread before it ends."""
        reader: Journal | None = getattr(self._readers, "reader", None)
        if reader is not None:
            self._readers.reader = None
            reader.close()

    def keep_work_items(self, account: str, items: Sequence[WorkItem]) -> None:
        """Remember what a provider's catalogue said. Raises JournalError."""
        self._run(lambda: self._journal.keep_work_items(account, items))

    def keep_activity_types(self, account: str, types: Sequence[ActivityType]) -> None:
        """Remember an account's activity types, replacing the older list. Raises JournalError."""
        self._run(lambda: self._journal.keep_activity_types(account, types))

    def wait(self, done: Callable[[AppState], bool], seconds: float) -> bool:
        """Wait until the state is as wanted; False when it was not within that time."""
        self._refuse_loop()
        with self._published:
            return self._published.wait_for(lambda: done(self.loop.state), seconds)

    def ask_later(self, account: str, call: Callable[[Provider], T]) -> Future[T] | None:
        """Ask as `ask` does, without waiting, from any thread. None: the account has no lane."""
        lane = self._performer.lane(account)
        return None if lane is None else lane.ask(call)

    def ask(self, account: str, call: Callable[[Provider], T], seconds: float) -> T:
        """Ask an account's provider what changes nothing, in turn with its other calls.

        Raises ProviderError, and TimeoutError when there was no answer within that time.
        """
        self._refuse_loop()
        future = self.ask_later(account, call)
        if future is None:
            words = _("The account “{account}” is not open.").format(account=account)
            raise ProviderError(Trouble(TroubleKind.NOT_SENT, words))
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def retime(self) -> None:
        """Poll as often as the settings say now; from any thread."""
        self._performer.retime()

    def apply_settings(self) -> Decision:
        """Make what the settings say now count. Raises JournalError."""
        self.retime()
        return self.post(SettingsChanged(core_settings(self.settings)))

    def close(self) -> None:
        """End, without waiting for the network. Twice is fine.

        Whoever still waits for a decision is told that there will be none.
        """
        if self._closed:
            return
        self._closed = True
        self._performer.close()
        self.inbox.close()
        self.secrets.wait_forgotten(_FORGET_SECONDS)
        self.leave()
        self._let_go()

    def _run(self, work: Callable[[], None]) -> None:
        """Have the loop's thread do it, since the store is written by one thread alone."""
        self._refuse_loop()
        outcomes: SimpleQueue[JournalError | None] = SimpleQueue()
        self.inbox.run(work, outcomes.put)
        error = outcomes.get()
        if error is not None:
            raise error

    def _wake_waiting(self, _state: AppState) -> None:
        with self._published:
            self._published.notify_all()

    def _refuse_loop(self) -> None:
        if self.inbox.is_here():
            raise RuntimeError("the loop's own thread would wait for itself: post to the inbox")


def _nothing() -> None:
    """Nothing is looked after, so nothing ends."""


def core_settings(settings: Settings) -> CoreSettings:
    """The settings that decisions depend on, as the file has them now."""
    return CoreSettings(
        # Settling is counted in whole seconds, and never for less long than was set.
        settle_seconds=-int(-settings.get(SYNC_SETTLE_SECONDS) // 1),
        idle_after_seconds=settings.get(PRESENCE_IDLE_AFTER_SECONDS),
        default_account=settings.get(ACCOUNT_DEFAULT),
    )
