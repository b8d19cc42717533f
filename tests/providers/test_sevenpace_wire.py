"""7pace's answers in every shape that is documented or seen, and in some that nobody sends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from app.core.remote import Facts, Field, LookFor, TroubleKind, WorkItem, Write, WriteKind
from app.ports.provider import ProviderError
from app.providers import sevenpace_rows as rows
from app.providers import sevenpace_wire as wire
from app.providers.address import read_address
from app.providers.http import Http
from app.providers.sevenpace import SevenpaceProvider
from app.providers.sevenpace_state import Order, understand

GUID = "a4919706-997b-e811-8425-00155d0a6b50"
ROW = {"id": GUID, "timestamp": "2026-03-02T08:00:00.1234567", "length": 60, "comment": None}


def state(track: object, **settings: object) -> wire.StateWire:
    return wire.decode_state(msgspec.json.encode({"track": track, "trackSettings": settings}))


def answering(reply: Callable[[httpx.Request], object]) -> SevenpaceProvider:
    """A provider whose network answers with JSON made by a function."""

    def handle(request: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(msgspec.json.encode(reply(request)))
        return httpx.Response(200, headers={"Content-Type": "application/json"}, stream=stream)

    address = read_address("http://127.0.0.1:1")
    http = Http(address, "s3cret-t0ken", {}, 1, transport=httpx.MockTransport(handle))
    return SevenpaceProvider(http, lambda: "UTC")


@pytest.mark.parametrize(
    "given, runs",
    [
        ("tracking", True),
        ("TRACKING", True),
        (0, True),
        ("0", True),
        ("idleCheck", True),
        (2, True),
        ("activityCheck", True),
        (3, True),
        ("idle", False),
        (1, False),
        ("ClientInputRequired", False),
        (4, False),
        (None, False),
    ],
    ids=repr,
)
def test_tracking_states(given: object, runs: bool) -> None:
    assert (understand(state({"trackingState": given})).track is not None) is runs


@pytest.mark.parametrize(
    "track, settings",
    [
        ({"trackingState": "hibernating"}, {}),
        ({"trackingState": 5}, {}),
        ({"trackingState": None, "workLogId": GUID}, {}),
        ({"trackingState": "idle"}, {"responseState": "Perhaps"}),
        ({"trackingState": "idle"}, {"responseState": 9}),
    ],
)
def test_unknown_states_are_not_guessed(track: object, settings: dict[str, object]) -> None:
    with pytest.raises(ProviderError) as caught:
        understand(state(track, **settings))
    assert caught.value.trouble.kind is TroubleKind.PERHAPS_DELIVERED


@pytest.mark.parametrize(
    "check, given, asks, seconds",
    [
        ({"isRunning": True, "secondsLeft": 45.9}, "tracking", True, 45),
        ({"isRunning": False, "secondsLeft": 0}, "tracking", False, 0),
        ({"isRunning": False, "secondsLeft": 30}, "activityCheck", True, 30),
        (None, "tracking", False, 0),
        (None, 3, True, 0),
        ({"isRunning": True, "secondsLeft": None}, 0, True, 0),
        ({"isRunning": True, "secondsLeft": 30}, "idle", False, 0),
    ],
)
def test_activity_checks(check: object, given: object, asks: bool, seconds: int) -> None:
    found = understand(state({"trackingState": given, "activityCheck": check}))
    assert (found.asks, found.seconds_left) == (asks, seconds)


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"{}",
        b"[]",
        b'"x"',
        b'{"error":{"message":"no"}}',
        b'{"data":null}',
        b'{"track":7}',
        b'{"track":{"currentTrackLength":"twelve"},"trackSettings":{}}',
    ],
)
def test_what_is_no_state(content: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        wire.decode_state(content)


def test_bare_or_wrapped() -> None:
    bare = msgspec.json.encode(ROW)
    wrapped = msgspec.json.encode({"data": ROW, "more": 1})
    assert wire.decode_worklog(bare) == wire.decode_worklog(wrapped)
    many = [msgspec.json.encode([ROW]), b" " + msgspec.json.encode({"data": [ROW]})]
    assert wire.decode_worklogs(many[0]) == wire.decode_worklogs(many[1])


@pytest.mark.parametrize(
    "shape, comment, item, activity, billable, seconds",
    [
        ({}, "", None, "", None, 60),
        ({"comment": "x", "workItemId": 7, "billableLength": 30}, "x", "7", "", True, 60),
        ({"workItemId": "0012", "billableLength": 0}, "", "12", "", False, 60),
        ({"workItemId": 0, "length": 61.9}, "", None, "", None, 61),
        ({"workItemId": -1, "length": None}, "", None, "", None, 0),
        ({"workItemId": "x", "activityType": None}, "", None, "", None, 60),
        ({"activityType": {"id": rows.NOT_SET, "name": "[Not Set]"}}, "", None, "", None, 60),
        ({"activityType": {"id": GUID.upper()}}, "", None, GUID, None, 60),
    ],
)
def test_worklogs(
    shape: dict[str, object],
    comment: str,
    item: str | None,
    activity: str,
    billable: bool | None,
    seconds: int,
) -> None:
    log = wire.decode_worklog(msgspec.json.encode(ROW | shape))
    facts = rows.listed(log, "UTC").row.facts
    assert facts.started_at == datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
    assert facts.stopped_at is not None
    assert (facts.stopped_at - facts.started_at).total_seconds() == seconds
    assert (facts.comment, facts.item.id if facts.item else None) == (comment, item)
    assert (facts.activity, facts.billable) == (activity, billable)


def test_an_activity_by_its_name_is_read_as_its_id() -> None:
    track = {"trackingState": 0, "workLogId": GUID.upper(), "activityTypeId": "Testing"}
    kinds = [{"id": GUID, "name": "testing"}]
    told: list[object] = [{"activityType": {"activityTypes": kinds}}, None]

    def reply(_request: httpx.Request) -> object:
        return {"track": track, "trackSettings": None, "settings": told.pop(0)}

    provider = answering(reply)
    while told:
        running = provider.look(LookFor(slot=True)).running
        assert running is not None
        assert running.remote_id == GUID
        assert running.facts.activity == GUID, "settings: null keeps what was known"


def test_a_track_without_an_id_is_told_apart_by_item_and_start() -> None:
    track = wire.TrackWire(tfs_id=7, current_track_started_date_time="2026-03-02T08:00:00")
    assert rows.running_id(track) == "7|2026-03-02T08:00:00"
    assert rows.running_id(msgspec.structs.replace(track, work_log_id=rows.NOT_SET))[0] == "7"


@pytest.mark.parametrize("response, kind", [("Error", TroubleKind.REFUSED), (2, None), (3, None)])
def test_a_look_is_not_hidden_by_a_message_but_by_a_lost_sign_in(
    response: object, kind: TroubleKind | None
) -> None:
    settings = {"responseState": response, "responseMessage": "Closed items cannot be tracked"}
    track = None if kind else {"trackingState": "tracking", "workLogId": GUID}
    provider = answering(lambda _request: {"track": track, "trackSettings": settings})
    if response == 2:
        assert provider.look(LookFor(slot=True)).running is not None
        return
    with pytest.raises(ProviderError) as caught:
        provider.look(LookFor(slot=True))
    assert caught.value.trouble.kind is (kind or TroubleKind.SIGN_IN_REQUIRED)
    assert caught.value.trouble.words == "Closed items cannot be tracked"


def test_a_list_that_does_not_move_on_is_no_list() -> None:
    asked: list[str] = []

    def reply(request: httpx.Request) -> object:
        asked.append(request.url.params["$skip"])
        page = [ROW | {"id": f"{GUID[:-3]}{n:03x}"} for n in range(500)]
        return {"data": page}

    at = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
    with pytest.raises(ProviderError) as caught:
        answering(reply).look(LookFor(around_at=at))
    assert caught.value.trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert asked == ["0", "500"]


def test_repeated_rows_are_dropped() -> None:
    twice = [ROW, ROW | {"id": GUID.upper()}]
    at = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
    view = answering(lambda _request: {"data": twice}).look(LookFor(around_at=at))
    assert [row.remote_id for row in view.rows] == [GUID]


@pytest.mark.parametrize("stamp", [None, "yesterday", "0001-01-01T00:00:00+14:00"])
def test_a_row_without_a_time_makes_the_view_unreadable(stamp: str | None) -> None:
    provider = answering(lambda _request: [ROW | {"timestamp": stamp}])
    ask = LookFor(around_at=datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC))
    with pytest.raises(ProviderError):
        provider.look(ask)


def test_old_states_are_dropped_but_not_for_ever() -> None:
    now = 100.0
    order = Order(lambda: now)

    def stamped(stamp: int | str | None) -> wire.StateWire:
        return wire.StateWire(track=None, timestamp=stamp)

    order.check(stamped(None))
    order.check(stamped("x"))
    order.check(stamped(10))
    order.check(stamped(10))
    with pytest.raises(ProviderError):
        order.check(stamped(9))
    order.check(stamped(12))
    now += 59
    with pytest.raises(ProviderError):
        order.check(stamped(11))
    now += 2
    order.check(stamped(3))
    with pytest.raises(ProviderError):
        order.check(stamped(2))


RUNNING = {"trackingState": "tracking", "workLogId": GUID, "tfsId": 7, "remark": "x"}
MEANT = Facts(datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC), item=WorkItem("7"), comment="x")


@pytest.mark.parametrize(
    "kind, track, trouble",
    [
        (WriteKind.START, RUNNING, None),
        (WriteKind.START, RUNNING | {"tfsId": 8}, TroubleKind.PERHAPS_DELIVERED),
        (WriteKind.START, RUNNING | {"tfsId": None}, TroubleKind.PERHAPS_DELIVERED),
        (WriteKind.START, {"trackingState": "idle"}, TroubleKind.REFUSED),
        (WriteKind.START, None, TroubleKind.REFUSED),
        (WriteKind.STOP, {"trackingState": "idle"}, None),
        (WriteKind.STOP, {"trackingState": "clientInputRequired"}, None),
        (WriteKind.STOP, None, None),
        (WriteKind.STOP, RUNNING, TroubleKind.PERHAPS_DELIVERED),
        (WriteKind.ADJUST, RUNNING, None),
        (WriteKind.ADJUST, {"trackingState": "idle"}, TroubleKind.REFUSED),
    ],
    ids=repr,
)
def test_the_body_has_to_say_so(
    kind: WriteKind, track: object, trouble: TroubleKind | None
) -> None:
    provider = answering(lambda _request: {"track": track, "trackSettings": {}})
    write = Write(kind, MEANT, frozenset({Field.ITEM, Field.COMMENT}), GUID)
    if trouble is None:
        assert provider.push(write).remote_id == GUID
        return
    with pytest.raises(ProviderError) as caught:
        provider.push(write)
    assert caught.value.trouble.kind is trouble


def test_the_start_of_what_runs_does_not_waver() -> None:
    # No start is told, so it is estimated anew each time, from a length that is cut to seconds.
    track: dict[str, object] = dict(RUNNING)
    provider = answering(lambda _request: {"track": track, "trackSettings": {}})
    starts = []
    for track["workLogId"], track["currentTrackLength"] in (
        (GUID, 100),
        (GUID, 103),
        (GUID, 96),
        (GUID, 4000),
        (GUID[::-1], 3998),
    ):
        running = provider.look(LookFor(slot=True)).running
        assert running is not None
        starts.append(running.facts.started_at)
    assert starts[0] == starts[1] == starts[2]
    assert starts[0] > starts[3], "another start is another start"
    assert starts[4] > starts[3], "another track has its own start"


ASKING = RUNNING | {"activityCheck": {"isRunning": True, "secondsLeft": 9}}


@pytest.mark.parametrize("after", [ASKING, {"trackingState": "idle"}], ids=["asks", "idle"])
def test_an_answered_check_has_to_run_and_not_ask(after: dict[str, object]) -> None:
    replies = [ASKING, after]
    provider = answering(lambda _request: {"track": replies.pop(0), "trackSettings": {}})
    with pytest.raises(ProviderError):
        provider.answer_check()
    assert replies == []


@pytest.mark.parametrize(
    "said", [{"data": {}}, {"user": None}, {"data": {"user": {"name": "x"}}}], ids=repr
)
def test_nobody_is_no_identity(said: object) -> None:
    provider = answering(lambda _request: said)
    with pytest.raises(ProviderError):
        provider.verify()


@pytest.mark.parametrize(
    "write, body",
    [
        (
            Write(WriteKind.START, replace(MEANT, offset_minutes=120, billable=False)),
            {"timeZone": 120, "tfsId": 7, "remark": "x", "isBillable": False},
        ),
        (
            Write(WriteKind.START, MEANT, frozenset({Field.COMMENT})),
            {"timeZone": 0, "remark": "x"},
        ),
        (
            Write(WriteKind.START, Facts(MEANT.started_at, activity=GUID)),
            {"timeZone": 0, "activityTypeId": GUID},
        ),
        (
            Write(WriteKind.ADJUST, Facts(MEANT.started_at), frozenset({Field.ACTIVITY})),
            {"activityTypeId": rows.NOT_SET},
        ),
        (
            Write(WriteKind.ADJUST, MEANT, frozenset({Field.COMMENT})),
            {"remark": "x"},
        ),
    ],
    ids=["all", "one field", "activity", "no activity", "comment"],
)
def test_a_body_has_what_the_write_carries_and_nothing_else(
    write: Write, body: dict[str, object]
) -> None:
    sent: list[object] = []

    def reply(request: httpx.Request) -> object:
        sent.append(msgspec.json.decode(request.content))
        return {"track": RUNNING, "trackSettings": {}}

    with suppress(ProviderError):
        answering(reply).push(write)
    assert sent == [body]


@pytest.mark.parametrize("item", ["ABC-1", "1_000", "-7", "0", "\u0667", "7.5", " 7", ""])
def test_a_work_item_is_a_number(item: str) -> None:
    write = Write(WriteKind.START, replace(MEANT, item=WorkItem(item)))
    with pytest.raises(ProviderError) as caught:
        answering(lambda _request: {}).push(write)
    assert caught.value.trouble.kind is TroubleKind.REFUSED
