"""Global hotkeys by pynput, for Windows, macOS and X servers whose keys cannot be grabbed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from app.adapters.idle_pynput import end_listener, refuse_without_desktop
from app.ports.hotkey_words import HotkeyUnreadable, KeyCombination, Modifier, read_hotkey
from app.ports.sensors import HotkeyTaken, SourceUnavailable
from app.words import _

_log = logging.getLogger(__name__)

_MODIFIERS = {
    Modifier.CTRL: "<ctrl>",
    Modifier.ALT: "<alt>",
    Modifier.SHIFT: "<shift>",
    Modifier.SUPER: "<cmd>",
}
_NAMES = {
    "Return": "enter",
    "Ins": "insert",
    "Del": "delete",
    "PgUp": "page_up",
    "PgDown": "page_down",
    "Print": "print_screen",
}


class PynputHotkeys:
    """`app.ports.sensors.Hotkeys` over one listener thread, from which `pressed` is called.

    It cannot learn that another program has the same hotkey: then both act.
    """

    name = "pynput"

    def __init__(self) -> None:
        """See that pynput can listen here. Raises SourceUnavailable."""
        refuse_without_desktop()
        try:
            from pynput import keyboard
        except ImportError as error:
            _log.info("pynput cannot be used: %s", error)
            raise SourceUnavailable(_("pynput cannot be used here.")) from None
        self._keyboard = keyboard
        self._bound: dict[str, tuple[str, str, Callable[[], None]]] = {}
        self._listener: Any = None

    def bind(self, action: str, keys: str, pressed: Callable[[], None]) -> None:
        """Listen for a combination too."""
        words = _pynput_words(read_hotkey(keys))
        try:
            self._keyboard.HotKey.parse(words)
        except ValueError:
            raise HotkeyUnreadable(
                keys, _("pynput knows no key for {keys}.").format(keys=keys)
            ) from None
        for other, (_keys, other_words, _pressed) in self._bound.items():
            if other != action and other_words == words:
                raise HotkeyTaken(keys, other)
        self._bound[action] = (keys, words, pressed)
        self._listen_anew()

    def unbind(self, action: str) -> None:
        """Listen for one combination less."""
        if self._bound.pop(action, None) is not None:
            self._listen_anew()

    def fileno(self) -> int | None:
        """None: the listener has a thread."""
        return None

    def dispatch(self) -> None:
        """See that the listener lives."""
        if self._listener is not None and not self._listener.is_alive():
            raise SourceUnavailable(_("pynput stopped listening."))

    def stop(self) -> None:
        """Stop listening."""
        self._bound.clear()
        self._listen_anew()

    def _listen_anew(self) -> None:
        """A listener's combinations are fixed, so each change takes a new one."""
        # A listener that never came up would make its own stop wait for ever.
        if self._listener is not None and self._listener.is_alive():
            end_listener(self._listener)
        self._listener = None
        if self._bound:
            self._listener = self._keyboard.GlobalHotKeys(
                {words: _unharmed(pressed) for _keys, words, pressed in self._bound.values()}
            )
            self._listener.start()


def _unharmed(pressed: Callable[[], None]) -> Callable[[], None]:
    """An exception in a callback would end pynput's listener for good."""

    def call() -> None:
        try:
            pressed()
        except Exception:
            _log.exception("a hotkey's call failed")

    return call


def _pynput_words(combination: KeyCombination) -> str:
    held = [_MODIFIERS[modifier] for modifier in Modifier if modifier in combination.modifiers]
    key = combination.key
    last = key if len(key) == 1 else f"<{_NAMES.get(key, key.lower())}>"
    return "+".join([*held, last])
