"""Where a process may end, and what may be broken on purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType

from msgspec import Struct

import app.adapters.sqlite_journal as sqlite_journal
import app.runtime.lane as lane
import app.runtime.loop as loop
from app.runtime.loop import Update

# The moments that matter most, by name: a history picks one of these, or any step at all.
POINTS = (
    "before-commit",
    "after-commit",
    "before-perform",
    "before-send",
    "after-send",
    "before-report",
)
ANY_STEP = "any-step"

# Every call into these and every return from them is a step at which the process may end. So a step
# that is new there is known here at once, and nobody has to remember it.
_STEPS_OF = {
    str(module.__file__): name
    for module, name in (
        (loop, "loop"),
        (lane, "lane"),
        (sqlite_journal, "journal"),
    )
}


class ProcessEnded(BaseException):
    """The process under test ends here; nothing of it catches this."""


class End(Struct, frozen=True):
    """Where the process is to end: at the pass of a point, and what happens until it is back."""

    point: str
    passes: int
    down_seconds: int
    reboots: bool


class Break(Struct, frozen=True):
    """How the code is broken on purpose: the core wrapped, names of its modules given another
    value, or a commit that comes too late. `step` is in the histories in which it shows best.
    """

    update: Callable[[Update], Update] | None = None
    names: tuple[tuple[ModuleType, str, object], ...] = ()
    settle_seconds: int = 30
    commits_late: bool = False
    step: str = ""

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """While this lasts, the names say something else."""
        before = [vars(module)[name] for module, name, _ in self.names]
        for module, name, value in self.names:
            vars(module)[name] = value
        try:
            yield
        finally:
            for (module, name, _), value in zip(self.names, before, strict=True):
                vars(module)[name] = value


@contextmanager
def each_step(told: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, `told` hears each step by name; it may end the process."""

    def see(frame: FrameType, event: str, arg: object) -> None:
        place = _STEPS_OF.get(frame.f_code.co_filename)
        if place is None:
            return
        if event in ("call", "return"):
            told(f"{place}: {frame.f_code.co_name} {_WHEN[event]}")
        elif getattr(arg, "__name__", "") == "execute":
            told(f"{place}: a statement {_WHEN[event]}")

    sys.setprofile(see)
    try:
        yield
    finally:
        sys.setprofile(None)


_WHEN = {
    "call": "begins",
    "c_call": "begins",
    "return": "has ended",
    "c_return": "has ended",
    "c_exception": "has ended",
}
