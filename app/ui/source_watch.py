"""Puts a source of events on Qt's loop: its file descriptor, and the looks it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer

from app.ports.sensors import Source, SourceUnavailable


class _Polled(Protocol):
    def next_look_seconds(self) -> float | None: ...


class SourceWatch(QObject):
    """Calls `dispatch` when there is something to take in; one timer, only for sources that ask.

    `on_lost` hears the reason when the source died; it is let go of before.
    """

    def __init__(
        self,
        source: Source,
        on_lost: Callable[[str], None],
        polled: _Polled | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._on_lost = on_lost
        self._polled = polled
        self._notifier: QSocketNotifier | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._dispatch)
        number = source.fileno()
        if number is not None:
            self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._dispatch)
        # What came while the source was opened is in its buffer already: nothing would announce it.
        self._dispatch()

    def stop(self) -> None:
        """Let go of the source."""
        self._timer.stop()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        self._source.stop()

    def _dispatch(self) -> None:
        try:
            self._source.dispatch()
            seconds = None if self._polled is None else self._polled.next_look_seconds()
        except SourceUnavailable as lost:
            self.stop()
            self._on_lost(lost.reason)
            return
        if seconds is not None:
            self._timer.start(max(1, round(seconds * 1000)))
