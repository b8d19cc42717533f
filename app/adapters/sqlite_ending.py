"""How the last process that held the store ended: well, not well, or after it had met damage."""

from __future__ import annotations

import os
from enum import StrEnum

from app.adapters.store_lock import StoreLock


class Ending(StrEnum):
    """What a holder notes in the lock's file; it takes that back at a good end."""

    WELL = ""
    OPEN = "open"
    CLOSING = "closing"
    """It was about to let go: SQLite may have taken the log away already."""
    SUSPECT = "suspect"
    """It met something that cannot be read."""
    SUSPECT_CLOSED = "suspect-closed"
    """It did, and was about to let go."""


class EndNote:
    """The note of one holder. Without a lock of its own nothing is noted."""

    def __init__(self, lock: StoreLock | None, boot_id: str) -> None:
        """Read what the last holder left."""
        self._lock = lock
        self._boot_id = boot_id
        self._suspect = False
        word, _space, boot = ("" if lock is None else lock.left()).partition(" ")
        self.last = Ending(word) if word in tuple(Ending) else Ending.OPEN
        self.same_boot = bool(boot) and boot == boot_id

    def opened(self) -> None:
        """The store is in use from now on."""
        self._note(Ending.OPEN)

    def met_damage(self) -> None:
        """The next holder is to look through the whole store, however this one ends."""
        if not self._suspect:
            self._suspect = True
            self._note(Ending.SUSPECT)

    def closing(self) -> None:
        """The store is about to be let go."""
        self._note(Ending.SUSPECT_CLOSED if self._suspect else Ending.CLOSING)

    def closed(self) -> None:
        """This holder ended well."""
        if not self._suspect and self._lock is not None:
            self._lock.note("")

    def _note(self, ending: Ending) -> None:
        if self._lock is not None:
            self._lock.note(f"{ending} {self._boot_id}")


def boot_id() -> str:
    """The kernel's name of this boot; "" where it has none that is cheap to ask."""
    try:
        fd = os.open("/proc/sys/kernel/random/boot_id", os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(fd, 64).decode("ascii", "replace").strip()
    finally:
        os.close(fd)
