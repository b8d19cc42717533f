"""Keeps what the servers' catalogues say: activity types, and work items that were searched for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import TypeVar

from app.core.messages import ItemsNamed
from app.core.remote import ActivityType, WorkItem
from app.core.state import Connection
from app.ports.journal import JournalError
from app.ports.provider import Provider, ProviderError
from app.runtime.desk import Desk

log = logging.getLogger(__name__)

T = TypeVar("T")

HITS = 10
RECENTS = 30
"""How many of the last things worked on are looked at for items without a title."""


class Catalogue:
    """Asks the lanes without waiting; answers are kept on the loop's thread. Call it there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: set[str] = set()
        self._named: set[tuple[str, str]] = set()

    def refresh(self) -> None:
        """Fetch activity types once an account is online, and the titles of its recent items."""
        for name, lane in self._desk.state().lanes.items():
            if lane.connection is Connection.ONLINE and name not in self._asked:
                self._asked.add(name)
                self._ask(name, _activity_types, partial(self._keep_types, name))

        self._name_items()

    def _name_items(self) -> None:
        """Find out what recent items are called whose rows came without a title."""
        clock = self._desk.clock
        lanes = self._desk.state().lanes
        for recent in self._desk.journal.recents(RECENTS, clock.now(), clock.now()):
            item, account = recent.item, recent.account
            lane = lanes.get(account)
            if item is None or item.title or (account, item.id) in self._named:
                continue
            if lane is None or lane.connection is not Connection.ONLINE:
                continue
            self._named.add((account, item.id))
            self._ask(account, partial(_item_named, item.id), partial(self._keep_name, account))

    def _keep_name(self, account: str, item: WorkItem | None) -> None:
        if item is not None:
            self._desk.journal.keep_work_items(account, [item])
            self._desk.inbox.post(ItemsNamed(account, (item,)))

    def _keep_types(self, account: str, types: Sequence[ActivityType]) -> None:
        self._desk.journal.keep_activity_types(account, types)

    def search(self, text: str, found: Callable[[], None]) -> None:
        """Ask the servers that can search; `found` is called when something came and was kept."""
        if len(text.strip()) < 2:
            return
        for name, account in self._desk.state().accounts.items():
            if account.capabilities.kept_here or not account.capabilities.searches_items:
                continue

            def keep(items: object, account: str = name) -> None:
                if isinstance(items, list | tuple) and items:
                    self._desk.journal.keep_work_items(account, items)
                    found()

            self._ask(name, lambda provider: tuple(provider.search(text, HITS)), keep)

    def _ask(self, account: str, call: Callable[[Provider], T], keep: Callable[[T], None]) -> None:
        future = self._desk.ask_later(account, call)
        if future is None:
            return

        def answered(done: Future[T]) -> None:
            try:
                answer = done.result()
            except (ProviderError, CancelledError) as error:
                log.info("%s was asked in vain: %s", account, error)
                return
            self._desk.inbox.run(lambda: keep(answer), _kept)

        future.add_done_callback(answered)


def _activity_types(provider: Provider) -> Sequence[ActivityType]:
    return provider.activity_types()


def _item_named(item_id: str, provider: Provider) -> WorkItem | None:
    return next((item for item in provider.search(item_id, HITS) if item.id == item_id), None)


def _kept(error: JournalError | None) -> None:
    if error is not None:
        log.info("a catalogue could not be kept: %s", error)
