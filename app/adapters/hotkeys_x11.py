"""Global hotkeys on X11 by grabbed keys: other keys wake nobody, a taken combination is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from app.adapters.x11_connection import X11Connection
from app.ports.hotkey_words import HotkeyUnreadable, KeyCombination, Modifier, read_hotkey
from app.ports.sensors import HotkeyTaken
from app.words import _

_log = logging.getLogger(__name__)

# X's names for keys whose name is not their character's.
_KEYSYM_NAMES = {
    "Esc": "Escape",
    "Ins": "Insert",
    "Del": "Delete",
    "PgUp": "Page_Up",
    "PgDown": "Page_Down",
    "Backspace": "BackSpace",
    "Space": "space",
}
_MODIFIER_KEYS = {
    Modifier.ALT: ("Alt_L", "Alt_R"),
    Modifier.SUPER: ("Super_L", "Super_R"),
}
# An auto-repeated press carries the time of the release made up before it, give or take this.
_REPEAT_MS = 2
# The bits of a state that are modifiers; those above are mouse buttons and the keyboard's group.
_MODIFIER_BITS = 0xFF


class _Grab(Struct, frozen=True):
    """One key with one state of the modifiers, as the server knows it."""

    keycode: int
    state: int


class _Bound(Struct, frozen=True):
    """What an action wants, and the grabs that serve it on the keyboard as it is."""

    keys: str
    combination: KeyCombination
    pressed: Callable[[], None]
    grabs: frozenset[_Grab]


class X11Hotkeys:
    """`app.ports.sensors.Hotkeys` by XGrabKey, on a connection of its own."""

    name = "x11"

    def __init__(
        self,
        display_name: str | None = None,
        on_lost: Callable[[str, HotkeyTaken | HotkeyUnreadable], None] | None = None,
    ) -> None:
        """Connect. Raises SourceUnavailable.

        `on_lost` gets an action and why its hotkey is gone, when a new keyboard layout cost it its
        key.
        """
        from Xlib import X

        self._x = X
        self._connection = X11Connection(display_name)
        self._on_lost = on_lost
        self._bound: dict[str, _Bound] = {}
        self._released_at: dict[int, int] = {}
        with self._connection.guarded():
            self._root = self._connection.display.screen().root

    def bind(self, action: str, keys: str, pressed: Callable[[], None]) -> None:
        """Grab a combination for an action."""
        combination = read_hotkey(keys)
        with self._connection.guarded():
            grabs = self._grabs_for(keys, combination)
            for other, bound in self._bound.items():
                if other != action and bound.grabs & grabs:
                    raise HotkeyTaken(keys, other)
            before = self._bound[action].grabs if action in self._bound else frozenset()
            if not self._grab(grabs - before):
                raise HotkeyTaken(keys)
            self._ungrab(before - grabs)
        self._bound[action] = _Bound(keys, combination, pressed, grabs)
        self.dispatch()

    def unbind(self, action: str) -> None:
        """Let go of an action's combination."""
        bound = self._bound.pop(action, None)
        if bound is not None:
            with self._connection.guarded():
                self._ungrab(bound.grabs)
            self.dispatch()

    def fileno(self) -> int | None:
        """The connection's socket."""
        return self._connection.fileno()

    def dispatch(self) -> None:
        """Take in presses, and a keyboard that changed."""
        remapped: list[Any] = []

        def take(event: Any) -> None:
            if event.type == self._x.KeyPress:
                self._press(event)
            elif event.type == self._x.KeyRelease:
                self._released_at[event.detail] = event.time
            elif event.type == self._x.MappingNotify and event.request != self._x.MappingPointer:
                remapped.append(event)

        self._connection.drain(take)
        if remapped:
            # A layout comes as a burst of events; the grabs are made anew once, after the last.
            with self._connection.guarded():
                for event in remapped:
                    self._connection.display.refresh_keyboard_mapping(event)
                self._bind_anew()
            self.dispatch()

    def stop(self) -> None:
        """Close the connection, which ends all grabs."""
        self._bound.clear()
        self._connection.close()

    def _press(self, event: Any) -> None:
        """Call the action of a press, unless the key is only held on."""
        released_at = self._released_at.pop(event.detail, None)
        if released_at is not None and (event.time - released_at) % 2**32 <= _REPEAT_MS:
            return
        pressed = _Grab(event.detail, event.state & _MODIFIER_BITS)
        for bound in self._bound.values():
            if pressed in bound.grabs:
                bound.pressed()

    def _bind_anew(self) -> None:
        """Grab by the keyboard as it is now, and tell what has no key any more.

        What has the same keys as before is left alone: a press while it is let go of would be lost,
        and servers tell of a new keyboard at its first press.
        """
        changed = [action for action, bound in self._bound.items() if not self._stands(bound)]
        for action in changed:
            self._ungrab(self._bound[action].grabs)
        for action in changed:
            bound = self._bound[action]
            try:
                grabs = self._grabs_for(bound.keys, bound.combination)
                if not self._grab(grabs):
                    raise HotkeyTaken(bound.keys)
            except (HotkeyTaken, HotkeyUnreadable) as problem:
                # It stays wanted: the next layout may have the key again.
                grabs = frozenset()
                _log.warning("the hotkey %s is gone with the new keyboard layout", bound.keys)
                if bound.grabs and self._on_lost is not None:
                    self._on_lost(action, problem)
            self._bound[action] = _Bound(bound.keys, bound.combination, bound.pressed, grabs)

    def _stands(self, bound: _Bound) -> bool:
        """Whether the combination is still on the keys that are grabbed for it."""
        try:
            return bound.grabs == self._grabs_for(bound.keys, bound.combination)
        except HotkeyUnreadable:
            return False

    def _grabs_for(self, keys: str, combination: KeyCombination) -> frozenset[_Grab]:
        """Every key that makes the combination, with and without the lock keys."""
        keycodes, shift = self._keycodes(keys, combination.key)
        state = self._x.ShiftMask if shift else 0
        for modifier in combination.modifiers:
            state |= self._modifier_mask(modifier)
        num_lock = self._mask_of(("Num_Lock",))
        locks = {0, self._x.LockMask, num_lock, self._x.LockMask | num_lock}
        return frozenset(_Grab(keycode, state | lock) for keycode in keycodes for lock in locks)

    def _keycodes(self, keys: str, key: str) -> tuple[frozenset[int], bool]:
        """The keys that bear a symbol at its easiest level, and whether that level takes Shift."""
        found = sorted(self._places_of(self._keysym(key)))
        if not found:
            raise HotkeyUnreadable(
                keys, _("No key of this keyboard makes {keys}.").format(keys=keys)
            )
        easiest = found[0][0]
        return frozenset(keycode for level, keycode in found if level == easiest), easiest % 2 == 1

    def _places_of(self, keysym: int) -> Iterable[tuple[int, int]]:
        """Level and keycode of each place of a symbol."""
        places = self._connection.display.keysym_to_keycodes(keysym) if keysym else []
        return [(level, keycode) for keycode, level in places]

    def _keysym(self, key: str) -> int:
        from Xlib import XK

        if len(key) > 1:
            return int(XK.string_to_keysym(_KEYSYM_NAMES.get(key, key)))
        # Latin-1 characters are their own symbols, all others are numbered by Unicode.
        return ord(key) if ord(key) < 0x100 else ord(key) | 0x01000000

    def _modifier_mask(self, modifier: Modifier) -> int:
        if modifier is Modifier.CTRL:
            return int(self._x.ControlMask)
        if modifier is Modifier.SHIFT:
            return int(self._x.ShiftMask)
        usual = self._x.Mod1Mask if modifier is Modifier.ALT else self._x.Mod4Mask
        return self._mask_of(_MODIFIER_KEYS[modifier]) or int(usual)

    def _mask_of(self, names: Iterable[str]) -> int:
        """The first modifier bit that one of these keys sets; 0 when none does."""
        from Xlib import XK

        wanted = {
            keycode
            for name in names
            for _level, keycode in self._places_of(XK.string_to_keysym(name))
        }
        mapping = self._connection.display.get_modifier_mapping()
        for index, keycodes in enumerate(mapping):
            if wanted & set(keycodes):
                return 1 << index
        return 0

    def _grab(self, grabs: Iterable[_Grab]) -> bool:
        """Grab all or none; False when another program holds one of them."""
        from Xlib import error

        done = []
        for grab in grabs:
            refused = error.CatchError(error.BadAccess)
            self._root.grab_key(
                grab.keycode,
                grab.state,
                False,
                self._x.GrabModeAsync,
                self._x.GrabModeAsync,
                onerror=refused,
            )
            done.append((grab, refused))
        self._connection.display.sync()
        if not any(refused.get_error() for _grab, refused in done):
            return True
        self._ungrab(grab for grab, refused in done if not refused.get_error())
        return False

    def _ungrab(self, grabs: Iterable[_Grab]) -> None:
        for grab in grabs:
            self._root.ungrab_key(grab.keycode, grab.state)
        self._connection.display.sync()
