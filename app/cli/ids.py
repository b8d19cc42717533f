"""Ids for people: short where they are shown, and found again by what was shown."""

from __future__ import annotations

from collections.abc import Iterable

from app.cli.answers import WordsRefused, shown
from app.words import _

_SHOWN_DIGITS = 8


def short(id_: str) -> str:
    """The beginning of an id, with the number that tells apart what one decision made."""
    head, dash, number = id_.partition("-")
    return head[:_SHOWN_DIGITS] + dash + number


def found(text: str, ids: Iterable[str]) -> str | None:
    """The id that is meant: whole, as it was shown, or a beginning that only one has."""
    known = list(dict.fromkeys(ids))
    typed = text.strip().lower()
    if not typed:
        return None
    for fits in (
        [id_ for id_ in known if id_ == typed],
        [id_ for id_ in known if short(id_) == typed],
        [id_ for id_ in known if id_.startswith(typed)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise WordsRefused(
                _("“{id}” is the beginning of several ids: {ids}.").format(
                    id=shown(text), ids=", ".join(fits[:5])
                )
            )
    return None
