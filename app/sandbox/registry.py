"""Which vendors the sandbox can stand in for; one entry per kind, imported when asked for."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from app.sandbox.wire import SettableClock, StandIn

_MODULES = {"7pace": "app.sandbox.sevenpace.stand_in"}

KINDS: tuple[str, ...] = tuple(_MODULES)


def make(kinds: Sequence[str], clock: SettableClock) -> dict[str, StandIn]:
    """Return a new stand-in for each kind; all kinds if none is named.

    Each module has `make(clock) -> StandIn`. An unknown kind raises `ValueError` with a sentence.
    """
    stand_ins: dict[str, StandIn] = {}
    for kind in kinds or KINDS:
        if kind not in _MODULES:
            known = ", ".join(KINDS)
            raise ValueError(f"The sandbox has no “{kind}”. It has: {known}.")
        build = cast("Callable[[SettableClock], StandIn]", import_module(_MODULES[kind]).make)
        stand_ins[kind] = build(clock)
    return stand_ins
