"""Which source of global hotkeys works here, with the reasons of those that do not."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from app.adapters.idle_sources import SourceTried
from app.ports.hotkey_words import HotkeyUnreadable
from app.ports.sensors import Hotkeys, HotkeyTaken, SourceUnavailable


class HotkeyChoice(Struct, frozen=True):
    """The source that works, with nothing bound yet; None with the reasons when there is none."""

    source: Hotkeys | None
    tried: tuple[SourceTried, ...]


def choose_hotkeys(
    on_lost: Callable[[str, HotkeyTaken | HotkeyUnreadable], None] | None = None,
) -> HotkeyChoice:
    """Open the first source that works. Never raises. `on_lost` is as in `X11Hotkeys`."""
    tried = []

    def x11() -> Hotkeys:
        from app.adapters.hotkeys_x11 import X11Hotkeys

        return X11Hotkeys(on_lost=on_lost)

    def pynput() -> Hotkeys:
        from app.adapters.hotkeys_pynput import PynputHotkeys

        return PynputHotkeys()

    for name, make in (("x11", x11), ("pynput", pynput)):
        try:
            source = make()
        except SourceUnavailable as unavailable:
            tried.append(SourceTried(name, unavailable.reason))
            continue
        tried.append(SourceTried(name, ""))
        return HotkeyChoice(source, tuple(tried))
    return HotkeyChoice(None, tuple(tried))
