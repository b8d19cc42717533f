"""The words people read: gettext's home, and formats that need no Qt.

Sentences go through `_` or `ngettext` whole; the text in the source is the English one and the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

__all__ = ["_", "load_translations", "ngettext"]

DOMAIN = "timekept"
# Put together as text: pathlib would cost a command more than the look-up itself.
TRANSLATIONS_FOLDER = __path__[0] + "/../../resources/translations"

_loaded: NullTranslations | None = None


def load_translations(folder: str, languages: Sequence[str] | None = None) -> NullTranslations:
    """Return the catalogue `<folder>/<language>/LC_MESSAGES/timekept.mo` that fits first.

    Without `languages` the environment decides (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), as for every
    gettext program. A folder or language that is not there gives the catalogue that returns the
    source text; a catalogue that cannot be read does too, since words must not stop the timer.
    """
    # Late: start-up is measured, and a program that says nothing needs no catalogue.
    import gettext
    import struct

    try:
        return gettext.translation(DOMAIN, folder, languages, fallback=True)
    except (OSError, ValueError, LookupError, struct.error):
        return gettext.NullTranslations()


def _translations() -> NullTranslations:
    # Two threads may both load: they load the same.
    global _loaded
    if _loaded is None:
        _loaded = load_translations(TRANSLATIONS_FOLDER)
    return _loaded


def _(text: str) -> str:
    """Return `text` in the user's language, or as it is where no translation has it."""
    return _translations().gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of the sentence that fits `count`, in the user's language.

    The count is not filled in: `ngettext("1 change waits.", "{n} changes wait.", n).format(n=n)`.
    """
    return _translations().ngettext(one, many, count)
