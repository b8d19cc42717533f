"""Which idle source works here, tried from the best on, with the reasons of those that do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from app.ports.sensors import IdleSource, SourceUnavailable


class SourceTried(Struct, frozen=True):
    """One source and how it went: `reason` is "" for the one that works, else a sentence for
    people.
    """

    name: str
    reason: str


class IdleChoice(Struct, frozen=True):
    """The source that works, watching already; None with the reasons when there is none."""

    source: IdleSource | None
    tried: tuple[SourceTried, ...]


def choose_idle_source(
    idle_after_seconds: int,
    on_idle: Callable[[int], None],
    on_return: Callable[[int], None],
    *,
    without: Collection[str] = (),
    candidates: Sequence[tuple[str, Callable[[], IdleSource]]] | None = None,
) -> IdleChoice:
    """Start the first source that works. Never raises.

    A source whose `dispatch` or `seconds_idle` raises later is let go with `stop`, and this is
    called again with its name in `without`.
    """
    tried = []
    for name, make in candidates if candidates is not None else default_candidates():
        if name in without:
            continue
        try:
            source = make()
            try:
                source.start(idle_after_seconds, on_idle, on_return)
            except SourceUnavailable:
                source.stop()
                raise
        except SourceUnavailable as unavailable:
            tried.append(SourceTried(name, unavailable.reason))
            continue
        tried.append(SourceTried(name, ""))
        return IdleChoice(source, tuple(tried))
    return IdleChoice(None, tuple(tried))


def default_candidates() -> Sequence[tuple[str, Callable[[], IdleSource]]]:
    """Name and maker of each source, the best first."""
    return (("xsync", _xsync), ("xscreensaver", _xscreensaver), ("pynput", _pynput))


def _xsync() -> IdleSource:
    from app.adapters.idle_xsync import XSyncIdle

    return XSyncIdle()


def _xscreensaver() -> IdleSource:
    from app.adapters.idle_xscreensaver import XScreenSaverIdle

    return XScreenSaverIdle()


def _pynput() -> IdleSource:
    from app.adapters.idle_pynput import PynputIdle

    return PynputIdle()
