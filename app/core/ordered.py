"""An ordered set as a value: adding and taking away copy a small part of it, never the whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

CHUNK = 64

Pair = tuple[Any, str]
"""What orders, and an id: keys of one set are of one kind, and two pairs are never the same."""

Chunk = tuple[Pair, ...]


class Ordered:
    """Pairs of a key and an id, smallest first; it never changes, `plus` and `minus` make others.

    Small chunks in one tuple: with ten thousand pairs a step copies some two hundred references.
    """

    __slots__ = ("_chunks", "_count")

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        """Take the pairs in, in any order."""
        whole = sorted(set(pairs))
        self._chunks: tuple[Chunk, ...] = tuple(
            tuple(whole[at : at + CHUNK]) for at in range(0, len(whole), CHUNK)
        )
        self._count = len(whole)

    def __len__(self) -> int:
        """How many pairs there are."""
        return self._count

    def __iter__(self) -> Iterator[Pair]:
        """The pairs, smallest first."""
        for chunk in self._chunks:
            yield from chunk

    def __eq__(self, other: object) -> bool:
        """Whether the same pairs are in it, whatever its past."""
        return isinstance(other, Ordered) and len(self) == len(other) and [*self] == [*other]

    def ids(self) -> Iterator[str]:
        """The ids, in the order of their keys."""
        for _key, id_ in self:
            yield id_

    def first(self) -> str | None:
        """The id with the smallest key; None when there is nothing."""
        return self._chunks[0][0][1] if self._chunks else None

    def between(self, low: Any, high: Any) -> Iterator[str]:
        """The ids whose keys lie in the span, both ends included."""
        for chunk in self._chunks[max(0, self._place((low, ""))) :]:
            for key, id_ in chunk[bisect_left(chunk, (low, "")) :]:
                if key > high:
                    return
                yield id_

    def plus(self, pair: Pair) -> Ordered:
        """With this pair."""
        if not self._chunks:
            return self._of(((pair,),), 1)
        at = max(0, self._place(pair))
        chunk = self._chunks[at]
        place = bisect_left(chunk, pair)
        if chunk[place : place + 1] == (pair,):
            return self
        grown = (*chunk[:place], pair, *chunk[place:])
        half = len(grown) // 2
        parts = (grown,) if len(grown) <= 2 * CHUNK else (grown[:half], grown[half:])
        return self._of((*self._chunks[:at], *parts, *self._chunks[at + 1 :]), self._count + 1)

    def minus(self, pair: Pair) -> Ordered:
        """Without this pair."""
        at = self._place(pair)
        chunk = self._chunks[at] if at >= 0 else ()
        place = bisect_left(chunk, pair)
        if chunk[place : place + 1] != (pair,):
            return self
        left = (*chunk[:place], *chunk[place + 1 :])
        parts = (left,) if left else ()
        return self._of((*self._chunks[:at], *parts, *self._chunks[at + 1 :]), self._count - 1)

    def _place(self, pair: Pair) -> int:
        """The chunk that a pair belongs in; -1 before the first."""
        return bisect_right(self._chunks, pair, key=lambda chunk: chunk[0]) - 1

    @staticmethod
    def _of(chunks: tuple[Chunk, ...], count: int) -> Ordered:
        made = Ordered.__new__(Ordered)
        made._chunks, made._count = chunks, count
        return made


NOTHING = Ordered()
