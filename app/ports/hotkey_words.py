"""How a key combination is written ("Ctrl+Alt+S"), read once for every source of hotkeys."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.words import _


class HotkeyUnreadable(Exception):
    """The words are no usable key combination. `why` is a sentence for people."""

    def __init__(self, keys: str, why: str) -> None:
        """Keep the words and the reason."""
        super().__init__(why)
        self.keys = keys
        self.why = why


class Modifier(StrEnum):
    """A key that is held while another is pressed."""

    CTRL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"
    SUPER = "Super"


class KeyCombination(Struct, frozen=True):
    """Modifiers and one key.

    `key` is one lower-case character, or a name of `NAMED_KEYS`, or F1 to F24.
    """

    modifiers: frozenset[Modifier]
    key: str

    def __str__(self) -> str:
        """The combination as people write it, modifiers in the usual order."""
        held = [modifier.value for modifier in Modifier if modifier in self.modifiers]
        return "+".join([*held, self.key.upper() if len(self.key) == 1 else self.key])


_MODIFIERS = {
    "ctrl": Modifier.CTRL,
    "control": Modifier.CTRL,
    "alt": Modifier.ALT,
    "option": Modifier.ALT,
    "shift": Modifier.SHIFT,
    "super": Modifier.SUPER,
    "meta": Modifier.SUPER,
    "win": Modifier.SUPER,
    "cmd": Modifier.SUPER,
}

# The names that QKeySequence writes in its portable form, and what people write for them.
_NAMES = {
    "space": "Space",
    "tab": "Tab",
    "return": "Return",
    "enter": "Return",
    "esc": "Esc",
    "escape": "Esc",
    "backspace": "Backspace",
    "ins": "Ins",
    "insert": "Ins",
    "del": "Del",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "pgup": "PgUp",
    "pageup": "PgUp",
    "pgdown": "PgDown",
    "pagedown": "PgDown",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "pause": "Pause",
    "print": "Print",
    "menu": "Menu",
    "plus": "+",
    "minus": "-",
}
NAMED_KEYS = frozenset(name for name in _NAMES.values() if len(name) > 1)
_FUNCTION_KEYS = {f"f{number}": f"F{number}" for number in range(1, 25)}


def read_hotkey(keys: str) -> KeyCombination:
    """Read "Ctrl+Alt+S"; the case and blanks do not matter. Raises HotkeyUnreadable.

    Ctrl, Alt or Super must be held unless the key types nothing (F1 to F24, Pause, Print): a global
    hotkey on a bare letter would take that letter away from every program.
    """
    words = [word.strip() for word in keys.split("+")]
    if words[-2:] == ["", ""]:
        # The plus key itself stands last, after the plus that joins it.
        words[-2:] = ["+"]
    *held, last = words
    nothing = _("“{keys}” names no key to press: write for example Ctrl+Alt+S.")
    if "" in words:
        raise HotkeyUnreadable(keys, nothing.format(keys=keys))
    modifiers = set()
    for word in held:
        modifier = _MODIFIERS.get(word.lower())
        if modifier is None:
            raise HotkeyUnreadable(
                keys,
                _("“{word}” is not a key that is held: use Ctrl, Alt, Shift or Super.").format(
                    word=word
                ),
            )
        modifiers.add(modifier)
    name = last.lower()
    key = _FUNCTION_KEYS.get(name) or _NAMES.get(name) or (name if len(name) == 1 else "")
    if not key or not key.isprintable() or key.isspace():
        unknown = _("“{keys}” names no key that is known here: write for example Ctrl+Alt+S.")
        why = nothing if name in _MODIFIERS else unknown
        raise HotkeyUnreadable(keys, why.format(keys=keys))
    combination = KeyCombination(frozenset(modifiers), key)
    typing = key not in _FUNCTION_KEYS.values() and key not in {"Pause", "Print"}
    if typing and not combination.modifiers - {Modifier.SHIFT}:
        raise HotkeyUnreadable(
            keys,
            _("“{keys}” would take this key from every program: add Ctrl, Alt or Super.").format(
                keys=keys
            ),
        )
    return combination
