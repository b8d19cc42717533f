"""Whatever stands in an answer: a view that the core can reckon with, or a trouble, no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.core.remote import LookFor, RemoteRow, RemoteView, Trouble, TroubleKind
from app.ports.provider import Provider, ProviderError
from app.providers.sevenpace_state import LONGEST_CHECK_SECONDS
from tests.providers.sevenpace_stage import SevenpaceStage
from tests.providers.stage import BEGIN, create, facts, named, start

DAY = timedelta(days=1)
NO_LOOK = (TroubleKind.PERHAPS_DELIVERED, TroubleKind.REFUSED, TroubleKind.SIGN_IN_REQUIRED)
NUMBERS: list[object] = [
    -1,
    0,
    0.5,
    2**31,
    -(2**63),
    2**64 - 1,
    10**18,
    1e15,
    1e308,
    -1e308,
    5e-324,
    True,
    "12",
    "x",
    [],
    {},
]
TEXTS: list[object] = [
    "",
    " ",
    "\x00",
    "a\x1b[31mb\r\n",
    "\u202e\ufeff",
    "🙂" * 3,
    "../../me",
    "a/b?c=d#e",
    "%2e%2e",
    "x" * 70_000,
    7,
    [],
    {},
]
DATES: list[object] = [
    "",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59",
    "10000-01-01T00:00:00",
    "2026-02-30T00:00:00",
    "2026-03-02T25:00:00",
    "2026-03-02T08:00:00+99:99",
    "2026-03-02T08:00:00-14:00",
    "yesterday",
    7,
    [],
]
FIELDS: dict[str, list[object]] = {
    "currentTrackLength": NUMBERS,
    "trackTimeZone": NUMBERS,
    "secondsLeft": NUMBERS,
    "length": NUMBERS,
    "billableLength": NUMBERS,
    "workItemId": NUMBERS,
    "tfsId": NUMBERS,
    "responseState": [*NUMBERS, *TEXTS],
    "trackingState": [*NUMBERS, *TEXTS],
    "id": TEXTS,
    "workLogId": TEXTS,
    "remark": TEXTS,
    "comment": TEXTS,
    "title": TEXTS,
    "activityTypeId": TEXTS,
    "editedTimestamp": [*TEXTS, *DATES],
    "timestamp": [*DATES, *NUMBERS],
    "currentTrackStartedDateTime": DATES,
    "name": TEXTS,
    "displayName": TEXTS,
}


def assert_sane(row: RemoteRow) -> None:
    """All that the core does with a row must be possible."""
    told = row.facts
    assert -12 * 60 <= told.offset_minutes <= 14 * 60
    assert row.remote_id
    stopped_at = told.stopped_at or told.started_at
    assert told.started_at <= stopped_at
    assert (told.started_at - DAY).astimezone(UTC) < (stopped_at + DAY).astimezone(UTC)
    assert told.started_at.microsecond == stopped_at.microsecond == 0
    assert told.item is None or told.item.title.isprintable()


def assert_view(view: RemoteView) -> None:
    for row in (*view.rows, *([view.running] if view.running else [])):
        assert_sane(row)
    if view.check is not None:
        assert 0 <= view.check.seconds_left <= LONGEST_CHECK_SECONDS


def answer_of(ask: Callable[[Provider], object], provider: Provider) -> object:
    try:
        return ask(provider)
    except ProviderError as error:
        return error.trouble


@pytest.mark.parametrize("field", FIELDS)
def test_no_answer_makes_more_than_a_view_or_a_trouble(
    sevenpace: SevenpaceStage, field: str
) -> None:
    maker = sevenpace.connect()
    row = named(create(maker, facts(sevenpace)))
    track = named(start(maker, facts(sevenpace)))
    sevenpace.ask(90)
    now = datetime.now(UTC).replace(microsecond=0)
    asks: list[Callable[[Provider], object]] = [
        lambda one: one.look(LookFor(slot=True)),
        lambda one: one.look(LookFor(remote_id=row)),
        lambda one: one.look(LookFor(remote_id=track, around_at=BEGIN, until_at=now, slot=True)),
        lambda one: one.pull(BEGIN - DAY, now + DAY),
        lambda one: one.verify(),
        lambda one: one.search("timer", 5),
        lambda one: one.activity_types(),
    ]
    seen = 0
    for value in FIELDS[field]:
        # A state is refused as stale beside an earlier one: each value gets a provider of its own.
        provider = sevenpace.connect()
        number = sevenpace.bend(field, value)
        for ask in asks:
            found = answer_of(ask, provider)
            if isinstance(found, Trouble):
                assert found.kind in NO_LOOK, (value, found)
                assert found.words.isprintable()
                continue
            seen += 1
            if isinstance(found, RemoteView):
                assert_view(found)
        sevenpace.straighten(number)
        provider.close()
    assert seen, "no answer was read at all"
