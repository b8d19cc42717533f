"""The inbox of the app: messages from any thread, handled on the GUI thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from app.core.messages import Message
from app.runtime.posting import Ended, Reply
from app.runtime.taking import Handle, Waiting, waiting_message, waiting_work


class QtInbox(QObject):
    """`app.runtime.posting.Inbox` over Qt's own queue of events.

    Make, start and close it on the GUI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[Waiting] = deque()
        self._handle: Handle | None = None
        self._thread = threading.current_thread()
        # Held while something goes in, so that nothing can slip in behind the last one.
        self._door = threading.Lock()
        self._closed = False
        self._taking = False

    def start(self, handle: Handle) -> None:
        """Begin to hand messages to the loop."""
        self._handle = handle
        if self._queue:
            self._announce()

    def post(self, message: Message, reply: Reply | None = None) -> None:
        """Hand in a message and return at once."""
        self._put(waiting_message(message, reply))

    def run(self, work: Callable[[], None], ended: Ended) -> None:
        """Hand in work that must not be in the middle of a message, and return at once."""
        self._put(waiting_work(work, ended))

    def is_here(self) -> bool:
        """Whether the calling thread is the GUI thread."""
        return threading.current_thread() is self._thread

    def close(self) -> None:
        """Take no more."""
        with self._door:
            self._closed = True
            left = list(self._queue)
            self._queue.clear()
        for waiting in left:
            waiting(None)

    def _put(self, waiting: Waiting) -> None:
        with self._door:
            if not self._closed:
                self._queue.append(waiting)
                self._announce()
                return
        waiting(None)

    def _announce(self) -> None:
        """Have `customEvent` called on the GUI thread, never from within this: what is posted while
        a message is handled has to wait.

        The event carries nothing: what it announces stands in the queue. A queued signal would do
        the same, but its kind of connection stands in the name space `Qt`, which takes 15 ms to
        load, before the icon is there.
        """
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))

    def customEvent(self, _event: QEvent) -> None:
        """Handle what waits: `_announce` asked for it."""
        # A dialog that runs its own event loop inside a subscriber gets here too: not its turn.
        if self._taking or self._handle is None:
            return
        self._taking = True
        try:
            while self._queue:
                self._queue.popleft()(self._handle)
        finally:
            self._taking = False
