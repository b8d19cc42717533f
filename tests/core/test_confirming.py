"""Confirming: one whole look, one verdict; only an id outside the baseline can be the attempt's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.confirming import START_WINDOW, Found, all_rows, look_for, row_of, verdict
from app.core.model import Attempt, BootMoment, Stamp
from app.core.remote import (
    Capabilities,
    Facts,
    Field,
    LookFor,
    RemoteRow,
    RemoteView,
    Write,
    WriteKind,
)
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
RUNS = Facts(NINE, item=item(1), comment="words")
DONE = replace(RUNS, stopped_at=NINE + 10 * MINUTE)
LATER = Stamp(NINE + 2 * MINUTE, 500.0, "b", "UTC", 0, "id")


def attempt(
    kind: WriteKind, facts: Facts, *baseline: str, fields: frozenset[Field] = frozenset()
) -> Attempt:
    return Attempt(
        "a", Write(kind, facts, fields, "r1"), frozenset(baseline), NINE, BootMoment("b", 380.0)
    )


def found(
    tried: Attempt, capabilities: Capabilities, *rows: RemoteRow, absent: bool = False
) -> tuple[Found, str | None]:
    running = next((row for row in rows if row.facts.stopped_at is None), None)
    view = RemoteView(
        running=running,
        slot_known=True,
        rows=tuple(row for row in rows if row is not running),
        absent=frozenset({"r1"}) if absent else frozenset(),
    )
    answer = verdict(tried, view, capabilities, LATER)
    return answer.found, answer.row.remote_id if answer.row else None


def row(facts: Facts, remote_id: str = "r1", **changes: object) -> RemoteRow:
    return RemoteRow(remote_id, replace(facts, **changes))


# --- creates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theirs,verdict_",
    [
        (row(DONE), Found.YES),
        (row(DONE, comment=" words\r\n"), Found.YES),
        (row(DONE, activity="theirs"), Found.YES),
        (row(DONE, comment="edited"), Found.NEAR),
        (row(DONE, item=item(2)), Found.NEAR),
        (row(DONE, stopped_at=NINE + 9 * MINUTE), Found.NEAR),
        (row(DONE, started_at=NINE + SECOND, stopped_at=NINE + 10 * MINUTE + SECOND), Found.NO),
        (row(DONE, "old"), Found.NO),
    ],
)
def test_a_create_is_found_by_its_fingerprint(theirs: RemoteRow, verdict_: Found) -> None:
    assert found(attempt(WriteKind.CREATE, DONE, "old"), NAMED_TIMER, theirs)[0] is verdict_


def test_a_create_with_nothing_to_be_seen_is_not_found() -> None:
    assert found(attempt(WriteKind.CREATE, DONE), NAMED_TIMER) == (Found.NO, None)


def test_all_near_matches_are_named_and_an_exact_one_wins() -> None:
    near = [row(DONE, f"n{n}", comment=f"edited {n}") for n in range(3)]
    view = RemoteView(rows=tuple(near))
    answer = verdict(attempt(WriteKind.CREATE, DONE), view, NAMED_TIMER, LATER)
    assert [r.remote_id for r in answer.near] == ["n0", "n1", "n2"]
    tried = attempt(WriteKind.CREATE, DONE)
    assert found(tried, NAMED_TIMER, *near, row(DONE, "mine")) == (Found.YES, "mine")


def test_of_several_exact_matches_the_oldest_is_taken() -> None:
    tried = attempt(WriteKind.START, RUNS)
    older, newer = row(DONE, "older", started_at=NINE), row(DONE, "newer", started_at=NINE + MINUTE)
    assert found(tried, BLIND_TIMER, newer, older) == (Found.YES, "older")


def test_in_the_repeated_hour_a_create_is_found_by_its_wall_reading() -> None:
    second = replace(DONE, offset_minutes=60, zone="Europe/Berlin")
    first = row(
        second, started_at=NINE - 60 * MINUTE, stopped_at=NINE - 50 * MINUTE, offset_minutes=120
    )
    assert found(attempt(WriteKind.CREATE, second), NO_TIMER, first)[0] is Found.YES


# --- starts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theirs,verdict_",
    [
        (row(RUNS), Found.YES),
        (row(DONE), Found.YES),
        (row(DONE, comment="edited"), Found.NEAR),
        (row(RUNS, comment="edited"), Found.NEAR),
        (row(RUNS, started_at=NINE + 5 * SECOND), Found.NO),
    ],
)
def test_a_start_with_its_time_is_found_with_any_end(theirs: RemoteRow, verdict_: Found) -> None:
    assert found(attempt(WriteKind.START, RUNS), NAMED_TIMER, theirs)[0] is verdict_


AT_SERVER = replace(RUNS, started_at=NINE + 4 * SECOND)


@pytest.mark.parametrize(
    "theirs,verdict_",
    [
        (row(AT_SERVER), Found.YES),
        (row(AT_SERVER, stopped_at=NINE + MINUTE), Found.YES),
        (row(AT_SERVER, comment="edited"), Found.NEAR),
        (row(AT_SERVER, item=item(2)), Found.NEAR),
        (row(AT_SERVER, comment="edited", item=item(2)), Found.NO),
        (row(AT_SERVER, comment="x", started_at=NINE - MINUTE, stopped_at=NINE), Found.NO),
        (row(AT_SERVER, started_at=NINE - 10 * SECOND), Found.NO),
        # The server's clock may be behind ours: two clocks are never compared.
        (row(AT_SERVER, started_at=NINE - 10 * SECOND, stopped_at=NINE), Found.YES),
        (row(AT_SERVER, "old"), Found.NO),
    ],
)
def test_a_start_that_the_server_timed_is_found_by_its_words(
    theirs: RemoteRow, verdict_: Found
) -> None:
    assert found(attempt(WriteKind.START, RUNS, "old"), BLIND_TIMER, theirs)[0] is verdict_


@pytest.mark.parametrize("stamp", [LATER, replace(LATER, boot_id="another", boot_seconds=3.0)])
@pytest.mark.parametrize("verdict_,comment", [(Found.YES, "words"), (Found.NEAR, "edited")])
def test_a_clock_that_was_set_back_hides_no_start(
    stamp: Stamp, verdict_: Found, comment: str
) -> None:
    """Else the track that runs would be started a second time."""
    stamp = replace(stamp, now=NINE - 10 * MINUTE)
    theirs = row(RUNS, started_at=stamp.now - 2 * MINUTE, comment=comment)
    view = RemoteView(running=theirs, slot_known=True)
    tried = attempt(WriteKind.START, RUNS)
    assert verdict(tried, view, BLIND_TIMER, stamp).found is verdict_


def test_an_activity_that_was_chosen_is_part_of_a_start() -> None:
    tried = attempt(WriteKind.START, replace(RUNS, activity="dev"))
    assert found(tried, BLIND_TIMER, row(AT_SERVER, activity="dev"))[0] is Found.YES
    assert found(tried, BLIND_TIMER, row(AT_SERVER, activity="ops"))[0] is Found.NEAR


# --- writes to a row that is known -------------------------------------------------------------

STOPPED = frozenset({Field.TIME})
WORDS = frozenset({Field.COMMENT})
ENDED_OTHERWISE = row(DONE, stopped_at=NINE + MINUTE)


@pytest.mark.parametrize(
    "kind,facts,fields,capabilities,rows,absent,verdict_",
    [
        (WriteKind.STOP, DONE, STOPPED, BLIND_TIMER, [row(RUNS)], False, Found.NO),
        (WriteKind.STOP, DONE, STOPPED, BLIND_TIMER, [ENDED_OTHERWISE], False, Found.YES),
        (WriteKind.STOP, DONE, STOPPED, BLIND_TIMER, [], True, Found.YES),
        (WriteKind.STOP, DONE, STOPPED, BLIND_TIMER, [], False, Found.NO),
        (WriteKind.STOP, DONE, STOPPED, NAMED_TIMER, [row(DONE)], False, Found.YES),
        (WriteKind.STOP, DONE, STOPPED, NAMED_TIMER, [ENDED_OTHERWISE], False, Found.NO),
        (WriteKind.ADJUST, RUNS, WORDS, BLIND_TIMER, [row(RUNS)], False, Found.YES),
        (WriteKind.ADJUST, RUNS, WORDS, BLIND_TIMER, [row(RUNS, item=None)], False, Found.YES),
        (WriteKind.EDIT, DONE, WORDS, NAMED_TIMER, [row(DONE, comment="x")], False, Found.NO),
        (WriteKind.EDIT, DONE, WORDS, NAMED_TIMER, [], True, Found.NO),
        (WriteKind.DELETE, DONE, frozenset(), NAMED_TIMER, [row(DONE)], False, Found.NO),
        (WriteKind.DELETE, DONE, frozenset(), NAMED_TIMER, [], True, Found.YES),
    ],
)
def test_a_write_by_id_is_found_when_its_row_shows_it(
    kind: WriteKind,
    facts: Facts,
    fields: frozenset[Field],
    capabilities: Capabilities,
    rows: list[RemoteRow],
    absent: bool,
    verdict_: Found,
) -> None:
    tried = attempt(kind, facts, fields=fields)
    assert found(tried, capabilities, *rows, absent=absent)[0] is verdict_


# --- looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind,capabilities,ask",
    [
        (WriteKind.CREATE, BLIND_TIMER, LookFor(around_at=NINE)),
        (WriteKind.START, NAMED_TIMER, LookFor(around_at=NINE, slot=True)),
        (
            WriteKind.START,
            BLIND_TIMER,
            LookFor(around_at=NINE - START_WINDOW, until_at=LATER.now + START_WINDOW, slot=True),
        ),
        (WriteKind.STOP, NAMED_TIMER, LookFor(remote_id="r1", slot=True)),
        (WriteKind.ADJUST, BLIND_TIMER, LookFor(remote_id="r1", slot=True)),
        (WriteKind.EDIT, NO_TIMER, LookFor(remote_id="r1")),
        (WriteKind.DELETE, NO_TIMER, LookFor(remote_id="r1")),
    ],
)
def test_each_write_has_the_look_that_can_show_it(
    kind: WriteKind, capabilities: Capabilities, ask: LookFor
) -> None:
    assert look_for(attempt(kind, RUNS), capabilities, LATER) == ask


def test_what_runs_is_fresher_than_the_list() -> None:
    listed, running = row(DONE, "r1"), row(RUNS, "r1", comment="fresher")
    other = row(DONE, "r2")
    view = RemoteView(running=running, rows=(listed, other))
    assert all_rows(view) == (running, other)
    assert row_of(view, "r1") is running
    assert row_of(view, "r2") is other
    assert row_of(view, "r3") is None
    assert all_rows(RemoteView(rows=(listed,))) == (listed,)
