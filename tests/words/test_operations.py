"""What an operation is, when it is tried next, and how it is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from app.core.model import (
    Account,
    Attempt,
    BootMoment,
    Hold,
    HoldReason,
    LedgerLine,
    Subject,
    Sync,
)
from app.core.remote import Capabilities, Facts, Write, WriteKind
from app.core.state import AppState, CoreSettings, Lane
from app.words.json_shapes import ledger_shape, operation_shape
from app.words.operations import kind_of, next_try_seconds, unfinished

NOW = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
WORK = Account("Work", "7pace", capabilities=Capabilities())
ENTRY = Subject("1", "Work", Facts(NOW - timedelta(hours=1), NOW))
OUT = Attempt(
    "2", Write(WriteKind.CREATE, ENTRY.meant), frozenset(), NOW, BootMoment("b", 1), looked=True
)
DOUBTFUL = replace(ENTRY, attempt=replace(OUT, noticed=BootMoment("b", 100.0)))


def state(lane: Lane, *subjects: Subject) -> AppState:
    return AppState(
        accounts={"Work": WORK},
        lanes={"Work": lane},
        subjects={it.id: it for it in subjects},
        settings=CoreSettings(settle_seconds=30),
    )


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "lane, subject, seconds",
    [
        (Lane(), ENTRY, None),
        (Lane(next_at=later(-1)), ENTRY, None),
        (Lane(next_at=later(40), throttled_until=later(50)), ENTRY, 50),
        (Lane(next_at=later(40)), replace(ENTRY, hold=Hold(HoldReason.REFUSED, NOW)), None),
        (Lane(), DOUBTFUL, 20),
        (Lane(next_at=later(40)), DOUBTFUL, 40),
    ],
)
def test_when_it_is_tried_next(lane: Lane, subject: Subject, seconds: float | None) -> None:
    assert next_try_seconds(state(lane, subject), subject, NOW, 110.0) == seconds
    assert next_try_seconds(AppState(), subject, NOW, 110.0) is None


@pytest.mark.parametrize(
    "subject, kind",
    [
        (ENTRY, WriteKind.CREATE),
        (replace(ENTRY, hold=Hold(HoldReason.REFUSED, NOW)), WriteKind.CREATE),
        (DOUBTFUL, WriteKind.CREATE),
        (replace(ENTRY, deleted=True, hold=Hold(HoldReason.GONE, NOW)), WriteKind.DELETE),
        (replace(ENTRY, acknowledged=ENTRY.meant), WriteKind.EDIT),
    ],
)
def test_what_is_told(subject: Subject, kind: WriteKind) -> None:
    assert kind_of(subject, Capabilities()) is kind


def test_only_what_is_untold_is_unfinished_in_the_order_it_was_meant() -> None:
    told = replace(ENTRY, id="t", acknowledged=ENTRY.meant, remote_id="r")
    first, second = replace(ENTRY, id="a", order=1), replace(DOUBTFUL, id="b", order=2)
    found = unfinished(state(Lane(), second, told, first))
    assert found == [(first, Sync.PENDING), (second, Sync.DOUBTFUL)]


def test_an_operation_is_written_down_with_these_keys_and_no_others() -> None:
    shape = operation_shape(
        replace(DOUBTFUL, tries=2),
        WORK,
        Sync.DOUBTFUL,
        reason="No answer came back.",
        next_at=later(20),
        activity="Development",
        now=NOW,
    )
    subject = shape.pop("subject")
    assert subject["id"] == "1"
    assert subject["activity"] == "Development"
    assert shape == {
        "id": "1",
        "account": "Work",
        "operation": "create",
        "state": "doubtful",
        "reason": "No answer came back.",
        "attempts": 2,
        "next_at": "2026-09-28T08:00:20Z",
    }


def test_a_line_of_the_ledger_is_written_down() -> None:
    detail = {"words": "No <b>type</b>."}
    shape = {"at": "2026-09-28T08:00:00Z", "what": "refused", "detail": detail}
    assert ledger_shape(LedgerLine(NOW, "Work", "1", "refused", detail)) == shape
