"""Lets the signals of the system end a Qt event loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quitting_on_signals() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP end the running Qt event loop; for the main thread.

    Qt's loop runs no Python between events, so a signal has to become one: Python writes its number
    to a socket that the loop watches. Signals that were set to be ignored stay so (`nohup`).
    """
    import signal
    import socket

    from PySide6.QtCore import QCoreApplication, QSocketNotifier

    watched, written = socket.socketpair()
    watched.setblocking(False)
    written.setblocking(False)
    notifier = QSocketNotifier(watched.fileno(), QSocketNotifier.Type.Read)

    def quit_app() -> None:
        with suppress(BlockingIOError):
            watched.recv(64)
        QCoreApplication.quit()

    notifier.activated.connect(quit_app)
    before = {
        number: signal.getsignal(number)
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if (number := getattr(signal, name, None)) is not None
        and signal.getsignal(number) is not signal.SIG_IGN
    }
    written_before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    for number in before:
        # The number on the socket is what counts, but without a handler Python would not write it.
        signal.signal(number, lambda _number, _frame: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(written_before)
        notifier.setEnabled(False)
        watched.close()
        written.close()
