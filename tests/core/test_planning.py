"""The planner: what is to be told next follows from meant minus acknowledged, and may it go now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core.model import Attempt, BootMoment, Hold, HoldReason, Subject, Sync
from app.core.planning import may_go, next_write, occupies_slot, sync_of
from app.core.remote import Capabilities, Facts, Field, Receipt, Write, WriteKind
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NINE, NO_TIMER, Server, item

RUNS = Facts(NINE, item=item(1), comment="words")
DONE = replace(RUNS, stopped_at=NINE + timedelta(minutes=10))
OTHER_WORDS = replace(DONE, comment="other")


def subject(meant: Facts, known: Facts | None = None, **more: object) -> Subject:
    made = Subject("s1", "Work", meant, acknowledged=known, remote_id="r1" if known else None)
    return replace(made, **more)


def attempt(kind: WriteKind) -> Attempt:
    return Attempt("a", Write(kind, RUNS), frozenset(), NINE, BootMoment("b", 1))


@pytest.mark.parametrize(
    "of,kind,fields",
    [
        (subject(RUNS), WriteKind.START, NAMED_TIMER.tellable - {Field.TIME}),
        (subject(DONE), WriteKind.CREATE, NAMED_TIMER.tellable),
        (subject(DONE, RUNS), WriteKind.STOP, {Field.TIME}),
        (subject(OTHER_WORDS, RUNS), WriteKind.STOP, {Field.TIME}),
        (subject(replace(RUNS, comment="new"), RUNS), WriteKind.ADJUST, {Field.COMMENT}),
        (subject(OTHER_WORDS, DONE), WriteKind.EDIT, {Field.COMMENT}),
        (subject(DONE, DONE, time_told=False), WriteKind.EDIT, {Field.TIME}),
        (subject(DONE, DONE, deleted=True), WriteKind.DELETE, set()),
        (subject(DONE, RUNS, deleted=True), WriteKind.STOP, {Field.TIME}),
    ],
)
def test_each_difference_has_its_write(of: Subject, kind: WriteKind, fields: set[Field]) -> None:
    write = next_write(of, NAMED_TIMER)
    assert write is not None
    assert (write.kind, set(write.fields), write.facts) == (kind, fields, of.meant)
    assert write.remote_id == of.remote_id


@pytest.mark.parametrize(
    "of",
    [
        subject(DONE, DONE),
        subject(RUNS, RUNS),
        subject(RUNS, DONE),
        subject(DONE, deleted=True),
        subject(DONE, attempt=attempt(WriteKind.CREATE)),
        subject(DONE, hold=Hold(HoldReason.REFUSED, NINE)),
    ],
)
def test_nothing_is_told_when_nothing_differs_or_something_is_open(of: Subject) -> None:
    assert next_write(of, NAMED_TIMER) is None


def test_what_is_kept_here_is_told_to_nobody() -> None:
    assert next_write(subject(DONE), KEPT_HERE) is None


def test_without_a_timer_at_the_server_a_running_track_waits_for_its_end() -> None:
    assert next_write(subject(RUNS), NO_TIMER) is None


def test_a_field_that_cannot_change_while_it_runs_waits_for_the_stop() -> None:
    assert next_write(subject(replace(RUNS, item=item(2)), RUNS), BLIND_TIMER) is None


def test_the_slot_is_taken_by_what_runs_there_and_by_what_may() -> None:
    assert occupies_slot(subject(DONE, RUNS))
    assert occupies_slot(subject(RUNS, attempt=attempt(WriteKind.START)))
    assert not occupies_slot(subject(DONE, DONE))
    assert not occupies_slot(subject(DONE, attempt=attempt(WriteKind.CREATE)))


START = Write(WriteKind.START, RUNS)
CREATE = Write(WriteKind.CREATE, DONE)
STOP = Write(WriteKind.STOP, DONE)
EDIT = Write(WriteKind.EDIT, DONE)
ME = subject(RUNS)


def other(meant: Facts, known: Facts | None = None, **more: object) -> Subject:
    return replace(subject(meant, known, **more), id="s2")


@pytest.mark.parametrize(
    "write,others,rests,goes",
    [
        (START, [ME], False, True),
        (START, [], True, False),
        (STOP, [], True, False),
        (CREATE, [], True, True),
        (EDIT, [other(DONE, attempt=attempt(WriteKind.CREATE))], True, True),
        (CREATE, [other(DONE, attempt=attempt(WriteKind.CREATE))], False, False),
        (CREATE, [other(RUNS, attempt=attempt(WriteKind.START))], False, False),
        (START, [other(DONE, attempt=attempt(WriteKind.CREATE))], False, False),
        (CREATE, [other(DONE, DONE, attempt=attempt(WriteKind.EDIT))], False, True),
        (START, [other(DONE, RUNS)], False, False),
        (START, [other(DONE, RUNS, hold=Hold(HoldReason.REFUSED, NINE))], False, False),
        (CREATE, [other(DONE, RUNS)], False, True),
        (START, [other(RUNS, RUNS)], False, True),
        (START, [other(DONE, DONE)], False, True),
    ],
)
def test_what_may_go_now(write: Write, others: list[Subject], rests: bool, goes: bool) -> None:
    assert may_go(write, ME, others, rests) is goes


@pytest.mark.parametrize(
    "of,sync",
    [
        (subject(DONE, hold=Hold(HoldReason.REFUSED, NINE)), Sync.HELD),
        (subject(DONE, attempt=attempt(WriteKind.CREATE)), Sync.IN_FLIGHT),
        (
            subject(DONE, attempt=replace(attempt(WriteKind.CREATE), noticed=BootMoment("b", 2))),
            Sync.DOUBTFUL,
        ),
        (subject(DONE), Sync.PENDING),
        (subject(DONE, DONE), Sync.SYNCED),
    ],
)
def test_the_user_is_told_one_of_five_states(of: Subject, sync: Sync) -> None:
    assert sync_of(of, NAMED_TIMER) is sync


# --- the planner's laws ------------------------------------------------------------------------

WORDS = st.sampled_from(["words", "better", "best"])
KINDS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER, NO_TIMER])
changes = st.lists(
    st.one_of(
        st.tuples(st.just("comment"), WORDS),
        st.tuples(st.just("item"), st.integers(1, 3)),
        st.tuples(st.just("stop"), st.just(0)),
        st.tuples(st.just("longer"), st.integers(1, 9)),
        st.tuples(st.just("delete"), st.just(0)),
    ),
    max_size=8,
)


def change(of: Subject, name: str, value: object) -> Subject:
    """One thing that the user does; what makes no sense by then is left out."""
    meant = of.meant
    match name, value:
        case "comment", str():
            return replace(of, meant=replace(meant, comment=value))
        case "item", int():
            return replace(of, meant=replace(meant, item=item(value)))
        case "stop", _ if meant.stopped_at is None:
            return replace(of, meant=replace(meant, stopped_at=NINE + timedelta(minutes=10)))
        case "longer", int() if meant.stopped_at is not None:
            longer = meant.stopped_at + timedelta(minutes=value)
            return replace(of, meant=replace(meant, stopped_at=longer))
        case "delete", _ if meant.stopped_at is not None:
            return replace(of, deleted=True)
        case _:
            return of


def tell_all(of: Subject, server: Server) -> tuple[Subject, int]:
    """Tell what is planned until nothing is; the subject as acknowledged, and the calls it took."""
    for calls in range(20):
        write = next_write(of, server.capabilities)
        if write is None:
            return of, calls
        receipt = server.apply(write)
        assert isinstance(receipt, Receipt)
        if write.kind is WriteKind.DELETE:
            of = replace(of, acknowledged=None, remote_id=None)
            continue
        remote_id = receipt.remote_id or of.remote_id
        assert remote_id is not None
        # As a look would read it back.
        known = server.rows[remote_id]
        timed_there = {
            WriteKind.START: not server.capabilities.start_carries_time,
            WriteKind.STOP: not server.capabilities.stop_names_track,
        }
        told = of.time_told or Field.TIME in write.fields
        told = told and not timed_there.get(write.kind, False)
        of = replace(of, acknowledged=known, remote_id=remote_id, time_told=told)
    raise AssertionError("the plan never ends")


def begun(kind: Capabilities) -> tuple[Subject, Server]:
    return subject(RUNS), Server(kind, lambda: NINE + timedelta(minutes=10))


@KINDS
@given(steps=changes)
def test_planning_twice_changes_nothing(
    kind: Capabilities, steps: list[tuple[str, object]]
) -> None:
    of, server = begun(kind)
    for name, value in steps:
        of = change(of, name, value)
    assert next_write(of, kind) == next_write(of, kind)
    told, _calls = tell_all(of, server)
    assert next_write(told, kind) is None
    assert tell_all(told, server) == (told, 0)


@KINDS
@given(steps=changes)
def test_what_is_planned_of_many_ends_like_telling_each_one_by_one(
    kind: Capabilities, steps: list[tuple[str, object]]
) -> None:
    """And never takes more calls."""
    at_once, there = begun(kind)
    one_by_one, server = begun(kind)
    apart = 0
    for name, value in [*steps, ("stop", 0)]:
        at_once = change(at_once, name, value)
        one_by_one, calls = tell_all(change(one_by_one, name, value), server)
        apart += calls
    _told, together = tell_all(at_once, there)
    assert sorted(map(repr, there.rows.values())) == sorted(map(repr, server.rows.values()))
    assert together <= apart
