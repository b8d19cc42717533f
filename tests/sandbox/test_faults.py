"""Every fault switch, over real HTTP: what the client sees, what the server holds afterwards."""

from __future__ import annotations

import contextlib
import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app.sandbox.faults import ACTS
from app.sandbox.sevenpace.stand_in import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.sandbox.server import Sandbox
    from tests.sandbox.conftest import Client, Control, HeldClock

LOGS = "/api/rest/workLogs"
TRACKING = "/api/tracking/client"
BODY = {"timeStamp": "2026-09-28T08:00:00", "length": 600, "comment": "Made"}


def arm(control: Control, kind: str, **words: object) -> None:
    """Let the next create go wrong."""
    match = {"method": "POST", "path": "worklogs$"}
    control.do("faults", {"kind": kind, "match": match, "times": 1} | words)


def wait_for(holds: Callable[[], bool]) -> None:
    """Ask until it holds; each asking is a round trip to the server, so this does not spin."""
    ends_at = monotonic() + 10
    while not holds():
        assert monotonic() < ends_at, "it did not come to pass"


def rows(control: Control) -> int:
    return len(control.ledger()["worklogs"])


@pytest.mark.parametrize("kind, applied", [("drop-before", 0), ("drop-after", 1)])
def test_a_dropped_connection_gives_no_answer(
    client: Client, control: Control, kind: str, applied: int
) -> None:
    arm(control, kind)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(LOGS, json=BODY)
    ledger = control.ledger()
    assert len(ledger["worklogs"]) == applied
    record = ledger["requests"][-1]
    assert (record["status"], record["applied"]) == (None, bool(applied))
    assert record["faults"] == [kind]
    assert client.post(LOGS, json=BODY).status_code == 200, "the next one goes through"


def test_a_dropped_connection_ends_on_the_wire_without_a_byte(
    sandbox: Sandbox, control: Control
) -> None:
    control.do("faults", {"kind": "drop-before"})
    head = f"GET /7pace/api/rest/me HTTP/1.1\r\nHost: 127.0.0.1:{sandbox.port}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as line:
        line.sendall(head.encode())
        # An abort may also be seen as a reset, where the client still had bytes on the way.
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1000) == b""


def test_a_late_write_lands_when_told(client: Client, control: Control) -> None:
    arm(control, "late")
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(LOGS, json=BODY)
    wait_for(lambda: control.ledger()["heldWrites"] == 1)
    assert client.worklogs() == []
    assert control.do("land") == {"landed": 1}
    wait_for(lambda: rows(control) == 1)


def test_a_late_write_lands_by_itself(client: Client, control: Control) -> None:
    arm(control, "late", seconds=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(LOGS, json=BODY)
    wait_for(lambda: rows(control) == 1)


def test_a_held_write_is_lost_with_the_server(
    sandbox: Sandbox, client: Client, control: Control
) -> None:
    arm(control, "late")
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(LOGS, json=BODY)
    wait_for(lambda: control.ledger()["heldWrites"] == 1)
    sandbox.stop()
    sandbox.start()
    assert control.do("land") == {"landed": 0}
    assert rows(control) == 0


@pytest.mark.parametrize("when, at_once", [("before", 1), ("after", 0)])
def test_a_slow_write_outlives_the_patience_of_the_client(
    client: Client, control: Control, when: str, at_once: int
) -> None:
    arm(control, "slow", seconds=1.0, when=when)
    with pytest.raises(httpx.ReadTimeout):
        client.post(LOGS, json=BODY, timeout=0.1)
    assert rows(control) == at_once
    wait_for(lambda: rows(control) == 1)


@pytest.mark.parametrize("applied", [False, True])
def test_a_status_may_come_after_the_write_was_done(
    client: Client, control: Control, applied: bool
) -> None:
    arm(control, "status", status=503, body="Service Unavailable", applied=applied)
    response = client.post(LOGS, json=BODY)
    assert (response.status_code, response.text) == (503, "Service Unavailable")
    assert rows(control) == int(applied)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502])
def test_a_status_without_a_body_gets_the_vendors(
    client: Client, control: Control, status: int
) -> None:
    arm(control, "status", status=status)
    response = client.post(LOGS, json=BODY)
    assert response.status_code == status
    assert response.json()["error"]["statusCode"] == status


def test_a_body_cut_in_half_is_no_json(client: Client, control: Control) -> None:
    arm(control, "truncate")
    response = client.post(LOGS, json=BODY)
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        response.json()
    arm(control, "truncate", cut=True)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        client.post(LOGS, json=BODY)
    assert rows(control) == 2


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxy_page_is_html(client: Client, control: Control, status: int) -> None:
    arm(control, "html", status=status)
    response = client.post(LOGS, json=BODY)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert rows(control) == 0


def test_an_empty_body_after_the_write(client: Client, control: Control) -> None:
    arm(control, "empty")
    response = client.post(LOGS, json=BODY)
    assert (response.status_code, response.content) == (200, b"")
    assert rows(control) == 1


def test_a_huge_body(client: Client, control: Control) -> None:
    arm(control, "huge")
    with client.stream("POST", LOGS, json=BODY) as response:
        assert int(response.headers["content-length"]) > 10_000_000
        next(response.iter_bytes())


def test_an_error_state_is_http_200(client: Client, control: Control) -> None:
    control.do("faults", {"kind": "error-state", "message": "Not today", "times": 1})
    state = client.start(tfsId=1349)
    assert state["trackSettings"]["responseState"] == "Error"
    assert state["trackSettings"]["responseMessage"] == "Not today"
    assert client.track()["trackingState"] == "idle"


def test_numbers_may_come_as_words_and_fields_as_anything(client: Client, control: Control) -> None:
    arm(control, "wrong-type")
    assert client.post(LOGS, json=BODY).json()["data"]["length"] == "twelve"
    arm(control, "wrong-type", field="id", value=["?"])
    row = client.post(LOGS, json=BODY).json()["data"]
    assert (row["id"], row["length"]) == (["?"], 600)


def test_throttling_tells_seconds_or_a_date_or_nothing(
    client: Client, control: Control, clock: HeldClock
) -> None:
    arm(control, "429", seconds=7)
    response = client.post(LOGS, json=BODY)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.json()["error"]["errorCode"] == "QuoteExceededError"
    arm(control, "429", seconds=7, after="date")
    moment = parsedate_to_datetime(client.post(LOGS, json=BODY).headers["retry-after"])
    assert moment == clock().replace(microsecond=0) + timedelta(seconds=7)
    arm(control, "429", after="none")
    assert "retry-after" not in client.post(LOGS, json=BODY).headers
    assert rows(control) == 0


def test_a_token_may_be_refused_though_it_is_right(client: Client, control: Control) -> None:
    arm(control, "401")
    response = client.post(LOGS, json=BODY)
    assert response.json()["error"]["errorCode"] == "UnauthorizedError"


def test_a_token_may_expire_with_a_request_that_is_still_answered(
    sandbox: Sandbox, client: Client, control: Control
) -> None:
    control.do("faults", {"kind": "token-expires", "value": "another", "times": 1})
    assert client.post(LOGS, json=BODY).status_code == 200
    response = client.post(LOGS, json=BODY)
    assert response.json()["error"]["errorCode"] == "UnauthorizedError"
    assert sandbox.token("7pace") == "another"
    client.headers["Authorization"] = "Bearer another"
    assert client.post(LOGS, json=BODY).status_code == 200
    control.do("faults", {"kind": "token-expires", "times": 1})
    assert client.post(LOGS, json=BODY).status_code == 200
    assert sandbox.token("7pace") == "sandbox-7pace-token-2"
    # The second device signs in by itself.
    control.do("elsewhere", {"do": "start", "tfsId": 1349})
    control.do("reset")
    assert sandbox.token("7pace") == "sandbox-7pace-token"


def test_a_redirect_leads_to_another_host(client: Client, control: Control) -> None:
    arm(control, "redirect")
    response = client.post(LOGS, json=BODY)
    assert response.status_code == 307
    assert response.headers["location"] == f"https://elsewhere.invalid{LOGS}"
    arm(control, "redirect", to="http://localhost:1", status=302)
    assert client.post(LOGS, json=BODY).headers["location"] == f"http://localhost:1{LOGS}"


def test_enums_as_numbers(client: Client, control: Control) -> None:
    control.do("faults", {"kind": "enum-numbers"})
    assert client.track()["trackingState"] == 1
    state = client.start(tfsId=1349)
    assert (state["track"]["trackingState"], state["trackSettings"]["responseState"]) == (0, 0)
    control.do("activity-check")
    assert client.track()["trackingState"] == 3


def test_a_stale_timestamp_is_older_than_the_last(client: Client, control: Control) -> None:
    before = client.current()["timestamp"]
    control.do("faults", {"kind": "stale-timestamp", "times": 1})
    assert client.current()["timestamp"] < before
    assert client.current()["timestamp"] > before


def test_settings_come_only_when_expanded_and_a_closed_check_may_be_null(
    client: Client, control: Control
) -> None:
    assert client.current(expand=True)["settings"] is not None
    assert client.current()["settings"] is None
    control.do("faults", {"kind": "null-activity-check"})
    assert client.start(tfsId=1349)["track"]["activityCheck"] is None
    control.do("activity-check")
    assert client.track()["activityCheck"]["isRunning"] is True


def test_markup_in_titles(client: Client, control: Control) -> None:
    control.do("faults", {"kind": "markup-title"})
    title = client.start(tfsId=1349)["track"]["workItem"]["title"]
    assert title == "<b>Fix login timer</b><img src=x onerror=alert(1)>"


def test_envelopes_where_there_are_none(client: Client, control: Control) -> None:
    control.do("faults", [{"kind": "envelope"}, {"kind": "batch-envelope"}])
    assert client.current()["data"]["track"]["trackingState"] == "idle"
    batch = client.post(f"{LOGS}/batch", json=[BODY]).json()
    assert len(batch["data"]) == 1


def test_a_batch_that_breaks_midway_or_answers_in_another_order(
    client: Client, control: Control
) -> None:
    rows = [BODY | {"comment": name} for name in "abc"]
    control.do("faults", {"kind": "batch-partial", "match": {"path": "batch"}, "times": 2})
    rehearsed = client.post(f"{LOGS}/batch", json=rows, params={"$validateOnly": "true"})
    assert rehearsed.status_code == 200
    assert client.worklogs() == []
    assert client.post(f"{LOGS}/batch", json=rows).status_code == 500
    assert len(client.worklogs()) == 2
    control.do("faults", {"kind": "batch-reversed"})
    shown = client.post(f"{LOGS}/batch", json=rows).json()
    assert [row["comment"] for row in shown] == ["c", "b", "a"]


@pytest.mark.parametrize(
    "kind, says",
    [
        ("unauthorised-start", "not allowed to start"),
        ("requires-work-item", "Work item is required"),
        ("requires-activity", "Activity type is required"),
    ],
)
def test_rules_for_single_starts(client: Client, control: Control, kind: str, says: str) -> None:
    control.do("faults", {"kind": kind, "match": {"path": "startTracking"}, "times": 1})
    start: dict[str, Any] = {"remark": "x"} if kind == "requires-work-item" else {"tfsId": 1349}
    refused = client.start(**start)["trackSettings"]
    assert refused["responseState"] == "Error"
    assert says in refused["responseMessage"]
    assert refused["isTrackingStartAllowed"] is (kind != "unauthorised-start")
    assert client.start(**start)["trackSettings"]["responseState"] == "OK"


def test_the_date_header_tells_the_servers_clock(
    client: Client, control: Control, clock: HeldClock
) -> None:
    def skew() -> float:
        date = parsedate_to_datetime(client.get("/api/rest/me").headers["date"])
        return (date - clock().replace(microsecond=0)).total_seconds()

    assert skew() == 0
    control.do("faults", {"kind": "date-skew", "seconds": 90, "times": 1})
    assert skew() == 90
    control.do("clock", {"skewSeconds": -30})
    assert skew() == -30
    assert client.create()["createdTimestamp"].startswith("2026-09-28T08:59:30")


def test_a_rule_acts_on_what_it_matches_as_often_as_it_says(
    client: Client, control: Control
) -> None:
    match = {"method": "get", "path": "USERS|^/api/rest/me$"}
    control.do("faults", {"kind": "status", "match": match, "times": 2, "skip": 1})
    seen = [client.get("/api/rest/me").status_code for _ in range(4)]
    assert seen == [200, 500, 500, 200]
    assert client.get("/api/rest/activityTypes").status_code == 200
    (rule,) = control.ledger()["faults"]
    assert (rule["left"], rule["hits"]) == (0, 2)


def test_two_acts_take_turns_and_switches_add_up(client: Client, control: Control) -> None:
    control.do(
        "faults",
        [
            {"kind": "status", "status": 500, "times": 1},
            {"kind": "status", "status": 502, "times": 1},
            {"kind": "enum-numbers"},
            {"kind": "envelope"},
        ],
    )
    path = f"{TRACKING}/current"
    assert [client.get(path).status_code for _ in range(3)] == [500, 502, 200]
    assert client.current()["data"]["track"]["trackingState"] == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "gremlins"},
        {"kind": "status", "status": 99},
        {"kind": "status", "match": {"path": "("}},
        {"kind": "status", "match": {"verb": "GET"}},
        {"kind": "slow", "seconds": "long"},
        {"kind": "slow", "when": "never"},
        {"kind": "429", "after": "tea"},
        {"times": 1},
        "status",
    ],
)
def test_a_bad_rule_is_refused_and_arms_nothing(control: Control, rule: object) -> None:
    response = control.post("/faults", json=[{"kind": "status"}, rule])
    assert response.status_code == 400
    assert response.json()["error"]
    assert control.ledger()["faults"] == []


def test_rules_are_cleared_one_by_one_or_all(control: Control) -> None:
    numbers = control.do("faults", [{"kind": "empty"}, {"kind": "huge"}, {"kind": "401"}])[
        "numbers"
    ]
    control.do("faults/clear", {"number": numbers[1]})
    assert [one["kind"] for one in control.get("/faults").json()["faults"]] == ["empty", "401"]
    assert control.delete("/faults").json() == {"faults": []}


def test_every_kind_is_offered(control: Control) -> None:
    assert set(control.get("/faults").json()["kinds"]) == set(ACTS) | SWITCHES | {
        "date-skew",
        "quota",
    }
