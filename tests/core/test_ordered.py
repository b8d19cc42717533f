"""The ordered set: whatever is added and taken away, it is what a sorted list would be."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.ordered import CHUNK, NOTHING, Ordered, Pair

pairs = st.tuples(st.integers(0, 400), st.sampled_from("abc"))
steps = st.lists(st.tuples(st.booleans(), pairs), max_size=600)


@settings(max_examples=100, deadline=None)
@given(st.lists(pairs, max_size=300), steps)
def test_it_is_a_sorted_list_that_is_never_changed(
    first: list[Pair], then: list[tuple[bool, Pair]]
) -> None:
    kept = Ordered(first)
    plain = set(first)
    for grows, pair in then:
        before, listed = kept, [*kept]
        kept = kept.plus(pair) if grows else kept.minus(pair)
        plain = plain | {pair} if grows else plain - {pair}
        assert [*before] == listed
    assert [*kept] == sorted(plain)
    assert len(kept) == len(plain)
    assert kept == Ordered(plain)
    assert kept.first() == (sorted(plain)[0][1] if plain else None)
    assert [*kept.ids()] == [id_ for _, id_ in sorted(plain)]
    assert [*kept.between(100, 200)] == [i for key, i in sorted(plain) if 100 <= key <= 200]


def test_many_in_a_row_stand_in_small_chunks() -> None:
    grown = NOTHING
    for number in range(20 * CHUNK):
        grown = grown.plus((number, "x"))
    assert [key for key, _ in grown] == [*range(20 * CHUNK)]
    assert grown.plus((7, "x")) is grown
    assert grown.minus((-1, "x")) is grown
    for number in range(20 * CHUNK):
        grown = grown.minus((number, "x"))
    assert grown == NOTHING
    assert grown.first() is None


def test_it_is_not_equal_to_another_or_to_something_else() -> None:
    assert Ordered([(1, "a")]) != Ordered([(2, "a")])
    assert Ordered([(1, "a")]) != [(1, "a")]
