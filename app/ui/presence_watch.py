"""Watches for input through the idle source that works; posts when it stops and returns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

from PySide6.QtCore import QObject

from app.core.messages import InputReturned, InputStopped, Message
from app.ports.sensors import IdleSource
from app.ui.source_watch import SourceWatch


class IdleChoice(Protocol):
    """A source that watches already, or None; with what was tried."""

    @property
    def source(self) -> IdleSource | None:
        """The source that works."""
        ...

    @property
    def tried(self) -> tuple[Tried, ...]:
        """Each source with the reason why it does not work, "" for the one that does."""
        ...


class Tried(Protocol):
    """One source and how it went."""

    @property
    def name(self) -> str:
        """The source's name."""
        ...

    @property
    def reason(self) -> str:
        """A sentence for people; "" for the one that works."""
        ...


Choose = Callable[[int, Callable[[int], None], Callable[[int], None], Collection[str]], IdleChoice]


class PresenceWatch(QObject):
    """Keeps one idle source at work; one that dies is replaced by the next that works."""

    def __init__(
        self, choose: Choose, post: Callable[[Message], None], now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._choose = choose
        self._post = post
        self._now = now
        self._without: set[str] = set()
        self._watch: SourceWatch | None = None
        self._source: IdleSource | None = None
        self._idle_after_seconds = 0
        self.tried: tuple[Tried, ...] = ()

    @property
    def name(self) -> str:
        """The source at work; "" when there is none."""
        return "" if self._source is None else self._source.name

    def start(self, idle_after_seconds: int) -> None:
        """Begin to watch, or go on with another threshold."""
        if idle_after_seconds == self._idle_after_seconds and self._source is not None:
            return
        self.stop()
        self._idle_after_seconds = idle_after_seconds
        choice = self._choose(idle_after_seconds, self._stopped, self._returned, self._without)
        self.tried = choice.tried
        self._source = choice.source
        if choice.source is not None:
            self._watch = SourceWatch(choice.source, self._lost, choice.source, self)

    def stop(self) -> None:
        """Watch no more."""
        if self._watch is not None:
            self._watch.stop()
            self._watch.deleteLater()
        self._watch = None
        self._source = None

    def _stopped(self, seconds: int) -> None:
        self._post(InputStopped(self._now() - timedelta(seconds=seconds)))

    def _returned(self, seconds: int) -> None:
        self._post(InputReturned(self._now() - timedelta(seconds=seconds)))

    def _lost(self, _reason: str) -> None:
        if self._source is not None:
            self._without.add(self._source.name)
        self._source = None
        self._watch = None
        self.start(self._idle_after_seconds)
