"""Where a process may end, and what may be broken on purpose."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from app.runtime.loop import Update

POINTS = (
    "before-commit",
    "after-commit",
    "before-perform",
    "before-send",
    "after-send",
    "before-report",
)


class End(Struct, frozen=True):
    """Where the process is to end: at the pass of a point, and what happens until it is back."""

    point: str
    passes: int
    down_seconds: int
    reboots: bool


class Break(Struct, frozen=True):
    """How the code is broken on purpose: the core wrapped, or a commit that comes too late."""

    update: Callable[[Update], Update] | None = None
    settle_seconds: int = 30
    commits_late: bool = False
