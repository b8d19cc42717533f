"""The log until there is something to say: only the first record opens the file."""

from __future__ import annotations

import logging
from pathlib import Path

# What these say below a warning is for their own makers.
_CHATTY = ("apscheduler", "httpx", "httpcore", "keyring", "pynput", "tzlocal", "Xlib")


class LateLog(logging.Handler):
    """Sends the root logger's records to a file, its folder being there, until it is closed.

    The file and all it takes to write it come with the first record, since start-up is measured.
    Where it cannot be written, as on a full disk, there is no log, and life goes on.
    """

    def __init__(self, path: Path, level: int = logging.INFO) -> None:
        """Take every record from now on."""
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None
        listen(self, level)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; the handler's own lock is held."""
        if self._file is None:
            self._file = self._open()
        self._file.handle(record)

    def close(self) -> None:
        """Take no more records."""
        logging.getLogger().removeHandler(self)
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        from app.adapters.log_file import log_handler

        try:
            return log_handler(self._path)
        except OSError:
            return logging.NullHandler()


def listen(handler: logging.Handler, level: int) -> None:
    """Give a handler the root logger's records; chatty libraries are held to warnings."""
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    # A full disk must not end the program or fill the terminal.
    logging.raiseExceptions = False
