"""The planner: what is to be told next follows from meant minus acknowledged, and may it go now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.model import Attempt, BootMoment, Hold, HoldReason, Subject, Sync
from app.core.planning import may_go, next_write, occupies_slot, sync_of
from app.core.remote import Facts, Field, Write, WriteKind
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NINE, NO_TIMER, item

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
