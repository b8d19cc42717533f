"""How key combinations are written and read."""

from __future__ import annotations

import pytest

from app.ports.hotkey_words import HotkeyUnreadable, read_hotkey


@pytest.mark.parametrize(
    "words,shown",
    [
        ("Ctrl+Alt+S", "Ctrl+Alt+S"),
        (" alt + CONTROL+s ", "Ctrl+Alt+S"),
        ("Meta+Shift+F12", "Shift+Super+F12"),
        ("Ctrl++", "Ctrl++"),
        ("Ctrl+Plus", "Ctrl++"),
        ("Ctrl + +", "Ctrl++"),
        ("Ctrl+PgUp", "Ctrl+PgUp"),
        ("Ctrl+Ö", "Ctrl+Ö"),
        ("F9", "F9"),
        ("Shift+Pause", "Shift+Pause"),
    ],
)
def test_a_combination_is_read(words: str, shown: str) -> None:
    assert str(read_hotkey(words)) == shown


@pytest.mark.parametrize(
    "words,why",
    [
        ("", "names no key to press"),
        ("Ctrl", "names no key to press"),
        ("Ctrl+Alt", "names no key to press"),
        ("Ctrl+", "Ctrl"),
        ("+", "every program"),
        ("S", "every program"),
        ("Shift+S", "every program"),
        ("Hyper+S", "“Hyper” is not a key that is held"),
        ("Ctrl+Nonsense", "known here"),
        ("Ctrl+F25", "known here"),
        ("Ctrl+A+B", "“A” is not a key that is held"),
        ("Ctrl+\n", "names no key to press"),
        ("Ctrl++S", "names"),
    ],
)
def test_what_cannot_be_read_says_why(words: str, why: str) -> None:
    with pytest.raises(HotkeyUnreadable, match=why) as unreadable:
        read_hotkey(words)
    assert unreadable.value.keys == words
