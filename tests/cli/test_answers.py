"""Answers: nothing that a terminal would act on, and documents that lose nothing."""

from __future__ import annotations

import json

import pytest

from app.cli.answers import WordsRefused, bearable, document, lines, shown, table
from app.cli.ids import found, short

EVIL = "Fix \x1b[31mred\x07\x9b0m\u202egnp.exe\ud800\r\nnext"


def test_what_would_move_the_cursor_is_not_shown() -> None:
    assert shown(EVIL).isprintable()
    assert shown(EVIL).startswith("Fix [31mred 0m gnp.exe")
    assert shown("Büro ✓ 日本") == "Büro ✓ 日本"


def test_a_document_is_one_line_that_a_terminal_can_bear_and_that_loses_nothing() -> None:
    text = document({"title": EVIL, "name": "Büro 😀"})
    assert text.endswith("\n")
    assert text[:-1].isprintable()
    assert "Büro 😀" in text
    assert json.loads(text) == {"title": EVIL, "name": "Büro 😀"}


def test_lines_stay_lines_and_nothing_else_gets_through() -> None:
    assert bearable("a\x1b[2Jb\n\u202ec\n") == "a [2Jb\n c\n"
    assert bearable("plain") == "plain"


def test_columns_line_up() -> None:
    assert table([("a", "1"), ("bcd", "10")], right=(1,)) == "a     1\nbcd  10\n"
    assert table([]) == ""
    assert lines("a", "", "b") == "a\nb\n"


def test_an_id_is_found_whole_as_shown_or_by_a_beginning_that_only_one_has() -> None:
    ids = ["abcdef0123456789", "abcdef0123456789-3", "abc9"]
    assert [short(id_) for id_ in ids] == ["abcdef01", "abcdef01-3", "abc9"]
    for id_ in ids:
        assert found(id_, ids) == id_
        assert found(short(id_), ids) == id_
    assert found("abc9", ids) == "abc9"
    assert found("x", ids) is None
    assert found(" ", ids) is None
    with pytest.raises(WordsRefused, match="several ids"):
        found("abc", ids)
