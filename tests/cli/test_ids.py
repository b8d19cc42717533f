"""Ids for people: found again by what was shown, and by no more than one may have."""

from __future__ import annotations

import pytest

from app.cli.answers import Status, WordsRefused
from app.cli.ids import found, short

IDS = ("0123456789abcdef", "0123456789abcdef-2", "01237777", "fedc")


@pytest.mark.parametrize(
    "typed, id_",
    [
        ("0123456789abcdef", "0123456789abcdef"),
        (" FEDC ", "fedc"),
        ("01234567", "0123456789abcdef"),
        ("01234567-2", "0123456789abcdef-2"),
        ("01237", "01237777"),
        ("f", "fedc"),
        ("9", None),
        ("", None),
    ],
)
def test_a_beginning_will_do_where_only_one_has_it(typed: str, id_: str | None) -> None:
    assert found(typed, IDS) == id_
    assert all(found(short(one), IDS) == one for one in IDS)


def test_what_several_begin_with_names_them() -> None:
    with pytest.raises(WordsRefused, match="beginning of several ids: 0123") as refused:
        found("0123", IDS)
    assert refused.value.status is Status.WRONG_WORDS
