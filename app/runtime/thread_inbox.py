"""The inbox of a process without Qt: one daemon thread that is the loop's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from app.core.messages import Message
from app.runtime.posting import Ended, Reply
from app.runtime.taking import Handle, Waiting, waiting_message, waiting_work


class ThreadInbox:
    """`app.runtime.posting.Inbox` over a thread and a queue."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        # Held while something goes in, so that nothing can slip in behind the last one.
        self._door = threading.Lock()
        self._closed = False

    def start(self, handle: Handle) -> None:
        """Start the thread."""
        thread = threading.Thread(target=self._run, args=(handle,), name="loop", daemon=True)
        self._thread = thread
        thread.start()

    def post(self, message: Message, reply: Reply | None = None) -> None:
        """Hand in a message and return at once."""
        self._put(waiting_message(message, reply))

    def run(self, work: Callable[[], None], ended: Ended) -> None:
        """Hand in work that must not be in the middle of a message, and return at once."""
        self._put(waiting_work(work, ended))

    def is_here(self) -> bool:
        """Whether the calling thread is the loop's own."""
        return threading.current_thread() is self._thread

    def close(self) -> None:
        """Take no more, and wait for the message under way: it ends soon, in a commit."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        if self._thread is None:
            self._run(None)
        elif not self.is_here():
            self._thread.join()

    def _put(self, waiting: Waiting) -> None:
        with self._door:
            if not self._closed:
                self._queue.put(waiting)
                return
        waiting(None)

    def _run(self, handle: Handle | None) -> None:
        while (waiting := self._queue.get()) is not None:
            waiting(None if self._closed else handle)
        # For a second `close` of what never began.
        self._queue.put(None)
