"""Words come in the user's language where a catalogue has them, else as in the source."""

from __future__ import annotations

import struct
import subprocess
import sys
from typing import TYPE_CHECKING

from app.words import _, load_translations, ngettext

if TYPE_CHECKING:
    from pathlib import Path


def write_catalogue(folder: Path, language: str, words: dict[str, str]) -> None:
    """Write a catalogue as msgfmt would: a head, two tables of (length, offset), the texts."""
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    keys = sorted(words)
    table, texts = 28, 28 + 16 * len(keys)
    rows: list[int] = []
    body = b""
    for text in [*keys, *(words[key] for key in keys)]:
        rows += [len(text.encode()), texts + len(body)]
        body += text.encode() + b"\0"
    head = [0x950412DE, 0, len(keys), table, table + 8 * len(keys), 0, 0]
    numbers = [*head, *rows]
    (place / "timekept.mo").write_bytes(struct.pack(f"<{len(numbers)}I", *numbers) + body)


HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
GERMAN = {
    "": HEAD,
    "Stop": "Anhalten",
    "1 change waits.\0{n} changes wait.": "1 Änderung wartet.\0{n} Änderungen warten.",
}


def test_without_a_catalogue_the_source_text_is_shown() -> None:
    assert _("Start") == "Start"
    assert ngettext("1 change waits.", "{n} changes wait.", 1) == "1 change waits."
    assert ngettext("1 change waits.", "{n} changes wait.", 3).format(n=3) == "3 changes wait."


def test_a_catalogue_is_found_by_language_and_knows_plurals(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "de", GERMAN)
    german = load_translations(str(tmp_path), ["de_AT", "de"])
    assert german.gettext("Stop") == "Anhalten"
    assert german.gettext("Never heard of") == "Never heard of"
    assert german.ngettext("1 change waits.", "{n} changes wait.", 2) == "{n} Änderungen warten."


def test_a_broken_catalogue_leaves_the_source_text(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "de", GERMAN)
    (tmp_path / "de" / "LC_MESSAGES" / "timekept.mo").write_bytes(b"\xde\x12\x04\x95")
    assert load_translations(str(tmp_path), ["de"]).gettext("Stop") == "Stop"


def test_gettext_is_not_loaded_before_the_first_word() -> None:
    program = "import sys, app.words; assert 'gettext' not in sys.modules; app.words._('Stop');"
    program += "assert 'gettext' in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
