"""The Tracking API's state machine, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from app.sandbox.server import Sandbox
    from tests.sandbox.conftest import Client, Control, HeldClock

TRACKING = "/api/tracking/client"
NOT_SET = "00000000-0000-0000-0000-000000000000"
DESIGN = "cfe030e2-b8b4-e711-8418-00155d0a6b50"


def test_nothing_runs_at_first(client: Client) -> None:
    state = client.current()
    assert set(state) == {"track", "trackSettings", "settings", "timestamp"}
    assert state["settings"] is None
    assert state["track"]["trackingState"] == "idle"
    assert state["track"]["currentTrackStartedDateTime"] is None


@pytest.mark.parametrize(
    "path, query",
    [
        ("current", {"$expand": "true", "api-version": "3.2"}),
        ("current/true", {"api-version": "3.0"}),
        ("current/", {"expand": "TRUE", "api-version": "3.0-preview"}),
        ("CURRENT/true/", {"API-Version": "3.1"}),
    ],
)
def test_every_form_of_the_path_expands_the_state(
    sandbox: Sandbox, stranger: httpx.Client, path: str, query: dict[str, str]
) -> None:
    token = {"Authorization": f"Bearer {sandbox.token('7pace')}"}
    state = stranger.get(f"{TRACKING}/{path}", params=query, headers=token).json()
    names = [kind["name"] for kind in state["settings"]["activityType"]["activityTypes"]]
    assert names == ["[Not Set]", "Design", "Development", "Review", "Writing", "Testing"]
    assert state["settings"]["userInfo"]["userUniqueName"]
    assert state["track"]["totalMeLength"] == 0


def test_start_runs_and_stop_makes_the_worklog(
    client: Client, control: Control, clock: HeldClock
) -> None:
    started = client.start(timeZone=120, tfsId=1349, remark="Fix timer", activityTypeId=DESIGN)
    track = started["track"]
    assert started["trackSettings"]["responseState"] == "OK"
    assert track["trackingState"] == "tracking"
    assert track["workItem"]["title"] == "Fix login timer"
    assert track["trackTimeZone"] == 120
    # Local wall time of the track's zone, seven digits, no offset.
    assert track["currentTrackStartedDateTime"] == "2026-09-28T11:00:00.3890633"
    assert client.worklogs() == []

    clock.pass_by(754.9)
    assert client.track()["currentTrackLength"] == 754
    stopped = client.stop()["track"]
    assert (stopped["trackingState"], stopped["stoppedTrackType"]) == ("idle", 5)
    assert stopped["workLogId"] == track["workLogId"]
    (row,) = client.worklogs()
    assert row["id"] == track["workLogId"]
    assert row["timestamp"] == "2026-09-28T11:00:00.3890633"
    assert row["length"] == 754
    assert (row["workItemId"], row["comment"]) == (1349, "Fix timer")
    assert row["activityType"]["name"] == "Design"
    assert row["flags"]["isTracked"] is True
    assert control.ledger()["running"] is None


def test_start_while_running_stops_the_old_track_at_the_same_moment(
    client: Client, clock: HeldClock
) -> None:
    first = client.start(tfsId=1349)["track"]["workLogId"]
    clock.pass_by(60)
    second = client.start(tfsId=1350)["track"]
    assert second["workLogId"] != first
    (row,) = client.worklogs()
    assert (row["id"], row["length"]) == (first, 60)


def test_stop_with_nothing_running_is_idle_and_no_error(client: Client) -> None:
    state = client.stop()
    assert state["trackSettings"]["responseState"] == "OK"
    assert client.worklogs() == []


@pytest.mark.parametrize(
    "path, query",
    [
        ("stopTracking/1", {}),
        ("stopTracking", {"$reason": "1"}),
        ("stoptracking/", {"reason": "1"}),
    ],
)
def test_a_stop_by_the_machine_takes_every_form(
    client: Client, path: str, query: dict[str, str]
) -> None:
    client.start(tfsId=1349)
    response = client.post(f"{TRACKING}/{path}", params=query)
    assert response.json()["track"]["stoppedTrackType"] == 3


def test_a_work_item_below_zero_is_no_work_item(client: Client) -> None:
    track = client.start(tfsId=-1, remark="No item")["track"]
    assert (track["tfsId"], track["workItem"]) == (None, None)


def test_adjust_takes_an_activity_by_id_or_name_and_keeps_the_rest(client: Client) -> None:
    client.start(tfsId=1349, remark="Before")
    track = client.post(f"{TRACKING}/adjust", json={"activityTypeId": "testing"}).json()["track"]
    assert track["remark"] == "Before"
    assert track["activityTypeId"].startswith("d3e030e2")
    track = client.post(f"{TRACKING}/adjust", json={"remark": "After"}).json()["track"]
    assert track["remark"] == "After"
    assert track["activityTypeId"].startswith("d3e030e2")


def test_adjust_with_nothing_running_is_an_error_state(client: Client) -> None:
    response = client.post(f"{TRACKING}/adjust", json={"remark": "After"})
    assert response.status_code == 200
    assert response.json()["trackSettings"]["responseState"] == "Error"


def test_selected_chooses_without_starting_and_answers_a_bare_track(client: Client) -> None:
    body = {"tfsId": 1362, "remark": "Later", "activityTypeId": DESIGN, "calculateTotals": True}
    track = client.post(f"{TRACKING}/selected", json=body).json()
    assert track["trackingState"] == "idle"
    assert track["workItem"]["id"] == 1362
    assert track["totalMeTodayLength"] == 0
    assert client.track()["tfsId"] == 1362


@pytest.mark.parametrize(
    "settings, start, says",
    [
        ({}, {}, "Work item ID or comment is required"),
        ({}, {"tfsId": 0, "remark": ""}, "Work item ID or comment is required"),
        ({}, {"tfsId": 99}, "Work item 99 was not found"),
        ({}, {"tfsId": 1349, "activityTypeId": "juggling"}, "Activity type juggling was not found"),
        ({"requiresWorkItem": True}, {"remark": "x"}, "Work item is required"),
        ({"requiresComment": True}, {"tfsId": 1349}, "Comment is required"),
        ({"requiresActivity": True}, {"tfsId": 1349}, "Activity type is required"),
        ({"requiresActivity": True}, {"tfsId": 1349, "activityTypeId": NOT_SET}, "is required"),
        ({"preventsClosedItems": True}, {"tfsId": 1290}, "closed work items"),
        ({"activityTypesEnabled": False}, {"tfsId": 1349, "activityTypeId": DESIGN}, "disabled"),
        ({"weekStart": "2026-09-30", "weekState": 3}, {"tfsId": 1349}, "locked for editing"),
    ],
)
def test_a_start_against_the_rules_is_http_200_with_an_error(
    client: Client, control: Control, settings: dict[str, Any], start: dict[str, Any], says: str
) -> None:
    control.do("settings", settings)
    if not settings:
        client.start(remark="Runs", tfsId=1349)
    running = client.track()["workLogId"]
    state = client.start(**start)
    assert state["trackSettings"]["responseState"] == "Error"
    assert says in state["trackSettings"]["responseMessage"]
    assert client.track()["workLogId"] == running, "a refused start leaves the old track alone"


def test_a_start_against_the_rules_may_be_an_http_status(client: Client, control: Control) -> None:
    control.do("settings", {"refuseBy": "status"})
    response = client.post(f"{TRACKING}/startTracking", json={})
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["statusCode"], error["errorCode"]) == (400, "WorkItemIdOrCommentRequired")


@pytest.mark.parametrize("body", [{"tfsId": "many"}, {"tfsId": 1349, "timeZone": "CET"}, [1], None])
def test_a_wrongly_typed_start_is_refused_with_the_odd_code(client: Client, body: object) -> None:
    response = client.post(f"{TRACKING}/startTracking", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["errorCode"] == "ApiVersionError"


def test_editing_the_running_worklog_stops_tracking(client: Client, clock: HeldClock) -> None:
    running = client.start(tfsId=1349)["track"]["workLogId"]
    clock.pass_by(90)
    row = client.patch(f"/api/rest/workLogs/{running}", json={"comment": "Edited"}).json()["data"]
    assert client.track()["trackingState"] == "idle"
    assert (row["comment"], row["length"]) == ("Edited", 90)


def test_a_stop_by_id_sets_start_and_length(client: Client, clock: HeldClock) -> None:
    running = client.start(tfsId=1349)["track"]["workLogId"]
    clock.pass_by(90)
    told = {"timeStamp": "2026-09-28T08:50:00", "length": 600}
    client.patch(f"/api/rest/workLogs/{running}", json=told)
    (row,) = client.worklogs()
    assert (row["timestamp"], row["length"]) == ("2026-09-28T08:50:00", 600)
    assert client.track()["trackingState"] == "idle"


def test_deleting_the_running_worklog_stops_tracking(client: Client) -> None:
    running = client.start(tfsId=1349)["track"]["workLogId"]
    assert client.delete(f"/api/rest/workLogs/{running}").status_code == 200
    assert client.track()["trackingState"] == "idle"
    assert client.worklogs() == []


def test_an_unanswered_check_stops_the_track_where_it_ended(
    client: Client, control: Control, clock: HeldClock
) -> None:
    client.start(tfsId=1349)
    clock.pass_by(100)
    control.do("activity-check", {"waitSeconds": 30})
    asking = client.track()
    assert asking["trackingState"] == "activityCheck"
    assert asking["activityCheck"] == {"isRunning": True, "secondsLeft": 30}
    clock.pass_by(500)
    track = client.track()
    assert (track["trackingState"], track["stoppedTrackType"]) == ("clientInputRequired", 1)
    (row,) = client.worklogs()
    assert row["length"] == 130
    client.stop()
    assert client.track()["trackingState"] == "idle"


def test_an_answered_check_goes_on(client: Client, control: Control, clock: HeldClock) -> None:
    client.start(tfsId=1349)
    control.do("activity-check", {"waitSeconds": 30})
    clock.pass_by(29)
    track = client.post(f"{TRACKING}/activityCheck").json()["track"]
    assert track["trackingState"] == "tracking"
    assert track["activityCheck"] == {"isRunning": False, "secondsLeft": 0}
    clock.pass_by(500)
    assert client.track()["trackingState"] == "tracking"


def test_the_standard_interval_asks_again_after_each_answer(
    client: Client, control: Control, clock: HeldClock
) -> None:
    control.do("settings", {"activityCheckMinutes": 10, "activityCheckWaitSeconds": 45})
    client.start(tfsId=1349)
    clock.pass_by(605)
    assert client.track()["activityCheck"] == {"isRunning": True, "secondsLeft": 40}
    client.post(f"{TRACKING}/activityCheck")
    clock.pass_by(599)
    assert client.track()["activityCheck"]["isRunning"] is False
    clock.pass_by(1 + 45)
    assert client.track()["trackingState"] == "clientInputRequired"
    (row,) = client.worklogs()
    assert row["length"] == 605 + 600 + 45


def test_the_longest_track_ends_by_itself(
    client: Client, control: Control, clock: HeldClock
) -> None:
    control.do("settings", {"maxTrackHours": 8})
    client.start(tfsId=1349)
    clock.pass_by(9 * 3600)
    track = client.track()
    assert (track["trackingState"], track["stoppedTrackType"]) == ("clientInputRequired", 4)
    assert client.worklogs()[0]["length"] == 8 * 3600


@pytest.mark.parametrize("option, status", [("0", 200), ("2", 200), ("3", 400)])
def test_idle_check_takes_three_options_and_changes_nothing(
    client: Client, option: str, status: int
) -> None:
    client.start(tfsId=1349)
    assert client.post(f"{TRACKING}/idleCheck/{option}").status_code == status
    assert client.track()["trackingState"] == "tracking"


def test_timestamps_grow_even_if_the_clock_is_set_back(client: Client, control: Control) -> None:
    before = [client.current()["timestamp"] for _ in range(3)]
    control.do("clock", {"skewSeconds": -3600})
    after = client.current()["timestamp"]
    assert before == sorted(set(before))
    assert after > before[-1]


@pytest.mark.parametrize("body", ["1349", '"1349"', '"LOGIN timer"'])
def test_search_takes_a_plain_json_value(client: Client, body: str) -> None:
    found = client.post(f"{TRACKING}/search", content=body).json()
    assert found["count"] == 1
    assert found["workItems"][0]["groupName"] == "Project Alpha"
    assert found["workItems"][0]["workItem"]["id"] == 1349


@pytest.mark.parametrize("query, ids", [("#1350", [1350]), ("sign form", [1301]), ("zzz", [])])
def test_search_by_query(client: Client, query: str, ids: list[int]) -> None:
    found = client.post(f"{TRACKING}/searchByQuery", json={"query": query}).json()
    assert [one["workItem"]["id"] for one in found["workItems"]] == ids


@pytest.mark.parametrize("path", ["/latest/2", "/latest?$count=2"])
def test_latest_lists_the_newest_first(client: Client, path: str) -> None:
    for hour in range(3):
        client.create(timeStamp=f"2026-09-28T0{hour}:00:00", workItemId=1349)
    where, _, query = path.partition("?")
    name, _, count = query.partition("=")
    latest = client.get(TRACKING + where, params={name: count} if name else None).json()
    assert latest["count"] == 2
    first = latest["workLogs"][0]
    assert (first["startTime"], first["endTime"]) == ("2026-09-28T02:00:00", "2026-09-28T02:10:00")
    assert first["periodLength"] == 600


def test_totals_count_the_running_track(client: Client, clock: HeldClock) -> None:
    client.create(timeStamp="2026-09-27T08:00:00", workItemId=1349, length=100)
    client.create(timeStamp="2026-09-28T08:00:00", workItemId=1349, length=10)
    client.start(tfsId=1349)
    clock.pass_by(5)
    track = client.current(expand=True)["track"]
    assert (track["totalMeTodayLength"], track["totalMeLength"]) == (15, 115)


def test_the_repeated_hour_reads_the_same_on_the_wall(client: Client, clock: HeldClock) -> None:
    """Wall time alone cannot tell 01:30 twice; only the length is true."""
    clock.now = clock.now.replace(month=10, day=25, hour=0, minute=30, microsecond=0)
    client.start(tfsId=1349, timeZone=120)
    clock.pass_by(3600)
    client.start(tfsId=1349, timeZone=60)
    clock.pass_by(60)
    client.stop()
    rows = client.worklogs()
    assert [row["timestamp"] for row in rows] == ["2026-10-25T02:30:00"] * 2
    assert sorted(row["length"] for row in rows) == [60, 3600]
