"""One process holds the store, by a lock that the system lets go of when the process ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.ports.journal import JournalError, JournalFull, JournalLocked
from app.words import _

_try_lock: Callable[[int], None]

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> None:
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOCK_NAME = "store.lock"
_TRY_EACH_SECONDS = 0.02
_MOST_NOTE_BYTES = 256
_HELD_BY_ANOTHER = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT} if os.name != "nt" else {errno.ENOSPC})


class StoreLock:
    """The lock on `store.lock`. The file stays when it is let go: removing it would let two in."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the store now."""
        return self._fd is not None

    def try_acquire(self) -> bool:
        """Take the store if nobody has it. Raises JournalError where the file cannot be used."""
        if self._fd is not None:
            return True
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise trouble_with_file(self._path, error) from error
        try:
            _try_lock(fd)
        except OSError as error:
            os.close(fd)
            if error.errno in _HELD_BY_ANOTHER:
                return False
            raise trouble_with_file(self._path, error) from error
        self._fd = fd
        return True

    def acquire(self, wait_seconds: float = 5.0) -> None:
        """Take the store, waiting for whoever has it. Raises JournalLocked after that time."""
        give_up_at = time.monotonic() + wait_seconds
        while not self.try_acquire():
            left_seconds = give_up_at - time.monotonic()
            if left_seconds <= 0:
                raise JournalLocked(
                    _("Another Timekept process is using {folder}. Try again in a moment.").format(
                        folder=self._path.parent
                    )
                )
            # The system tells nobody when a lock becomes free, and a blocking wait has no bound.
            time.sleep(min(_TRY_EACH_SECONDS, left_seconds))

    def left(self) -> str:
        """What the last holder noted and did not take back; "" when it ended well."""
        if self._fd is None:
            return ""
        with contextlib.suppress(OSError):
            os.lseek(self._fd, 0, os.SEEK_SET)
            return os.read(self._fd, _MOST_NOTE_BYTES).decode("utf-8", "replace").strip("\0\n ")
        return ""

    def note(self, text: str) -> None:
        """Leave a word for the next holder, in case this one does not get to take it back.

        It is not flushed: what matters is known by the store's log, which is. Without room for it
        there is none.
        """
        if self._fd is None:
            return
        with contextlib.suppress(OSError):
            os.lseek(self._fd, 0, os.SEEK_SET)
            content = text.encode()[:_MOST_NOTE_BYTES]
            os.write(self._fd, content)
            os.ftruncate(self._fd, len(content))

    def release(self) -> None:
        """Let the store go; nothing happens when it is not held."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            with contextlib.suppress(OSError):
                os.close(fd)


def trouble_with_file(path: Path, error: OSError) -> JournalError:
    """What the operating system said about a file of the store, as the port names it."""
    if error.errno in _NO_ROOM:
        return JournalFull(
            _("The disk is full: {file} cannot be written. Nothing was changed.").format(file=path)
        )
    return JournalError(
        _("{file} cannot be used: {reason}.").format(file=path, reason=error.strerror or error)
    )
