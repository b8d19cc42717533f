"""Two readings of one entry: what counts as the same, in the server's own terms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.comparing import NOT_SET, as_ours, carry, differing, plain
from app.core.remote import ALL_FIELDS, Capabilities, Facts, Field, WorkItem
from tests.core.server import NINE

ALL = Capabilities()
WALL = Capabilities(wall_time=True)
HOUR = timedelta(hours=1)
OURS = Facts(NINE, NINE + HOUR, WorkItem("T-1"), "words", "dev", ("a", "b"), True)


@pytest.mark.parametrize(
    "theirs,fields",
    [
        (OURS, set()),
        (replace(OURS, item=WorkItem("t-1", "A title")), set()),
        (replace(OURS, comment=" words\r\n"), set()),
        (replace(OURS, tags=("b", "a")), set()),
        (replace(OURS, activity="DEV"), set()),
        (replace(OURS, started_at=NINE - HOUR), {Field.TIME}),
        (replace(OURS, stopped_at=None), {Field.TIME}),
        (replace(OURS, item=None), {Field.ITEM}),
        (replace(OURS, comment="word"), {Field.COMMENT}),
        (replace(OURS, activity=""), {Field.ACTIVITY}),
        (replace(OURS, tags=()), {Field.TAGS}),
        (replace(OURS, billable=False), {Field.BILLABLE}),
    ],
)
def test_fields_differ_one_by_one(theirs: Facts, fields: set[Field]) -> None:
    assert differing(OURS, theirs, ALL) == fields


def test_what_cannot_be_told_does_not_differ() -> None:
    theirs = replace(OURS, tags=(), billable=False)
    assert differing(OURS, theirs, Capabilities(tellable=frozenset({Field.TIME}))) == frozenset()


def test_a_billable_that_was_never_said_takes_the_servers_default() -> None:
    assert differing(replace(OURS, billable=None), OURS, ALL) == frozenset()


def test_an_activity_without_one_is_none() -> None:
    none = replace(OURS, activity="")
    assert differing(none, replace(OURS, activity=NOT_SET), ALL) == frozenset()


def test_text_is_compared_as_servers_keep_it() -> None:
    assert plain(" e\u0301\r\nx\ry ") == "\u00e9\nx\ny"


def test_carrying_the_time_brings_the_zone_along() -> None:
    theirs = Facts(NINE - HOUR, NINE, comment="theirs", zone="Europe/Berlin", offset_minutes=60)
    carried = carry(OURS, theirs, frozenset({Field.TIME}))
    assert (carried.started_at, carried.zone, carried.offset_minutes) == (
        NINE - HOUR,
        "Europe/Berlin",
        60,
    )
    assert carried.comment == "words"
    assert carry(OURS, theirs, ALL_FIELDS) == theirs


def test_a_wall_reading_that_is_unchanged_is_not_moved_by_converting_it() -> None:
    """02:30 in the second of the repeated hours, read back as the first."""
    second = Facts(NINE + HOUR, NINE + HOUR * 2, zone="Europe/Berlin", offset_minutes=60)
    first = Facts(NINE, NINE + HOUR, zone="Europe/Berlin", offset_minutes=120)
    assert differing(second, first, WALL) == frozenset()
    assert as_ours(first, second, WALL) == second
    assert as_ours(replace(first, stopped_at=None), second, WALL).started_at == NINE + HOUR
    assert as_ours(first, second, ALL) == first


def test_the_instant_nearest_to_ours_is_taken() -> None:
    """A row of another season stays the instant it was read as."""
    ours = Facts(NINE, NINE + HOUR, offset_minutes=60)
    row = Facts(NINE, NINE + HOUR, offset_minutes=120)
    assert as_ours(row, ours, WALL) == row
