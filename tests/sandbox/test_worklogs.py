"""The worklogs of the REST CRUD API, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Control, HeldClock

LOGS = "/api/rest/workLogs"
MANAGER = "0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d02"
TEAMMATE = "0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d03"


def refused(response: Any) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["statusCode"] == response.status_code
    assert error["message"]
    return response.status_code, error["errorCode"]


def test_create_answers_200_with_the_row_in_an_envelope(client: Client) -> None:
    body = {
        "timeStamp": "2026-09-28T08:00:00",
        "length": 3600,
        "workItemId": 1349,
        "comment": "Ünï",
    }
    response = client.post(LOGS, json=body)
    assert response.status_code == 200
    assert set(response.json()) == {"data"}
    row = response.json()["data"]
    assert row["timestamp"] == "2026-09-28T08:00:00"
    assert "timeStamp" not in row
    assert (row["length"], row["billableLength"], row["comment"]) == (3600, None, "Ünï")
    assert row["createdTimestamp"] == "2026-09-28T09:00:00.3890633"
    assert row["activityType"] == {
        "color": "ffffff",
        "name": "[Not Set]",
        "id": "00000000-0000-0000-0000-000000000000",
    }
    assert row["flags"]["isFromApi"] is True
    assert "isCanEdit" not in row
    assert client.worklogs() == [row]


def test_an_edit_keeps_what_it_does_not_name_and_cuts_digits(
    client: Client, clock: HeldClock
) -> None:
    row = client.create(workItemId=1349, billableLength=60)
    clock.pass_by(10)
    edited = client.patch(f"{LOGS}/{row['id']}", json={"length": 900}).json()["data"]
    assert (edited["length"], edited["workItemId"], edited["billableLength"]) == (900, 1349, 60)
    # As the vendor's database: .3890633 comes back as .39.
    assert edited["createdTimestamp"] == "2026-09-28T09:00:00.39"
    assert edited["editedTimestamp"] == "2026-09-28T09:00:10.39"
    assert edited["flags"]["isChanged"] is True


def test_a_null_clears_a_field_unless_the_switch_says_it_keeps(
    client: Client, control: Control
) -> None:
    row = client.create(workItemId=1349)
    cleared = client.patch(f"{LOGS}/{row['id']}", json={"workItemId": None}).json()["data"]
    assert cleared["workItemId"] is None
    control.do("faults", {"kind": "null-keeps", "match": {"method": "PATCH"}})
    kept = client.patch(f"{LOGS}/{row['id']}", json={"comment": None}).json()["data"]
    assert kept["comment"] == "Made"


@pytest.mark.parametrize("stamp", ["2026-09-28T08:00:00Z", "2026-09-28T08:00:00+02:00"])
def test_an_offset_in_a_time_is_ignored(client: Client, stamp: str) -> None:
    assert client.create(timeStamp=stamp)["timestamp"] == "2026-09-28T08:00:00"


def test_a_time_left_out_is_now_on_the_users_wall(client: Client, control: Control) -> None:
    control.do("settings", {"zoneMinutes": 120})
    row = client.post(LOGS, json={"length": 60, "comment": "Now"}).json()["data"]
    assert row["timestamp"] == "2026-09-28T11:00:00.3890633"


def test_names_in_any_case_and_digits_in_strings_are_taken(client: Client) -> None:
    body = {"timestamp": "2026-09-28T08:00:00", "LENGTH": "60", "WorkItemId": "1349"}
    row = client.post(LOGS, json=body).json()["data"]
    assert (row["length"], row["workItemId"], row["timestamp"]) == (60, 1349, "2026-09-28T08:00:00")


@pytest.mark.parametrize(
    "words, status, code",
    [
        ({"length": None}, 400, "LengthIsRequired"),
        ({"length": 0}, 400, "LengthMustBePositive"),
        ({"comment": None}, 400, "WorkItemIdOrCommentRequired"),
        ({"workItemId": 0, "comment": ""}, 400, "WorkItemIdOrCommentRequired"),
        ({"workItemId": 99}, 422, "DbValidationError"),
        ({"activityTypeId": "testing"}, 400, "ApiVersionError"),
        ({"activityTypeId": TEAMMATE}, 422, "DbValidationError"),
        ({"userId": TEAMMATE}, 403, "NoRightsToWorkLogModification"),
        ({"timeStamp": "soon"}, 400, "ApiVersionError"),
        ({"length": "long"}, 400, "ApiVersionError"),
    ],
)
def test_a_bad_create_is_refused_and_makes_nothing(
    client: Client, words: dict[str, Any], status: int, code: str
) -> None:
    body = {"timeStamp": "2026-09-28T08:00:00", "length": 600, "comment": "Made"} | words
    assert refused(client.post(LOGS, json=body)) == (status, code)
    assert client.worklogs() == []


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    assert client.post(LOGS, content="length=5").status_code == 400


def test_the_future_is_refused_only_if_the_administrator_says_so(
    client: Client, control: Control
) -> None:
    body = {"timeStamp": "2026-09-29T08:00:00", "length": 60, "comment": "Tomorrow"}
    assert client.post(LOGS, json=body).status_code == 200
    control.do("settings", {"preventsFuture": True})
    assert refused(client.post(LOGS, json=body)) == (400, "FutureCheckFailed")


def test_both_bounds_are_strict(client: Client) -> None:
    for minute in (0, 1, 2):
        client.create(timeStamp=f"2026-09-28T08:0{minute}:00")
    between = client.worklogs(
        fromTimestamp="2026-09-28T08:00:00", toTimestamp="2026-09-28T08:02:00"
    )
    assert [row["timestamp"] for row in between] == ["2026-09-28T08:01:00"]
    wider = client.worklogs(fromTimestamp="2026-09-28T07:59:59", toTimestamp="2026-09-28T08:02:01")
    assert len(wider) == 3


def test_filters_by_the_start_alone(client: Client) -> None:
    client.create(timeStamp="2026-09-28T07:00:00", length=7200)
    assert client.worklogs(fromTimestamp="2026-09-28T08:00:00") == []


def test_filters_by_creation_and_by_work_items_and_locale_dates(
    client: Client, clock: HeldClock
) -> None:
    client.create(workItemId=1349)
    clock.pass_by(60)
    client.create(workItemId=1350)
    late = client.worklogs(fromCreatedTimestamp="2026-09-28T09:00:30")
    assert [row["workItemId"] for row in late] == [1350]
    early = client.worklogs(toCreatedTimestamp="9/28/2026, 9:00:30 AM")
    assert [row["workItemId"] for row in early] == [1349]
    assert len(client.worklogs(workItemIds="1349,1350")) == 2
    assert client.worklogs(workItemIds="1362") == []


def test_more_than_100_work_item_ids_are_refused(client: Client) -> None:
    response = client.get(LOGS, params={"$workItemIds": ",".join(map(str, range(101)))})
    assert refused(response) == (400, "FilterWorkItemIdsCountExceeded")


def test_lists_are_cut_at_500_in_silence_and_paged_by_skip(client: Client) -> None:
    body = [
        {"timeStamp": "2026-09-01T08:00:00", "length": 60, "comment": str(n)} for n in range(500)
    ]
    assert client.post(f"{LOGS}/batch", json=body).status_code == 200
    client.create(timeStamp="2026-09-02T08:00:00")
    assert len(client.worklogs()) == 500
    assert len(client.worklogs(count=1000)) == 500
    assert len(client.worklogs(skip=500)) == 1
    assert len(client.worklogs(count=3)) == 3


@pytest.mark.parametrize("name, value", [("$count", "-1"), ("$skip", "x"), ("$fromTimestamp", "x")])
def test_a_bad_query_is_refused(client: Client, name: str, value: str) -> None:
    assert client.get(LOGS, params={name: value}).status_code == 400


def test_a_batch_answers_a_bare_array_and_validates_without_writing(client: Client) -> None:
    body = [{"timeStamp": "2026-09-28T08:00:00", "length": 60, "comment": "One"}]
    response = client.post(f"{LOGS}/batch", json=body, params={"validateOnly": "true"})
    assert isinstance(response.json(), list)
    assert client.worklogs() == []
    client.post(f"{LOGS}/batch", json={"workLogs": body})
    assert len(client.worklogs()) == 1


def test_a_batch_with_one_bad_row_makes_nothing(client: Client) -> None:
    good = {"timeStamp": "2026-09-28T08:00:00", "length": 60, "comment": "One"}
    response = client.post(f"{LOGS}/batch", json=[good, good | {"length": 0}])
    assert refused(response) == (400, "LengthMustBePositive")
    assert client.worklogs() == []
    assert client.post(f"{LOGS}/batch", json=[good] * 501).status_code == 413


def test_one_row_can_be_read_by_its_id(client: Client) -> None:
    row = client.create()
    path = f"{LOGS}/{row['id']}"
    assert client.get(path).json()["data"] == row
    asked = {"$includeEditable": "true", "$expand": "user.displayName"}
    full = client.get(path, params=asked).json()["data"]
    assert (full["isCanEdit"], full["isCanDelete"]) == (True, True)
    assert full["user"]["displayName"] == "Alex Rivera"
    assert "displayName" not in row["user"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_row_that_is_gone_is_404_and_a_bad_id_400(client: Client, method: str) -> None:
    body = {"length": 5} if method == "PATCH" else None
    assert refused(client.request(method, f"{LOGS}/{MANAGER}", json=body))[0] == 404
    assert refused(client.request(method, f"{LOGS}/12", json=body)) == (400, "ApiVersionError")


def test_delete_removes_the_row(client: Client) -> None:
    row = client.create()
    response = client.delete(f"{LOGS}/{row['id']}")
    assert (response.status_code, response.json()) == (200, {"data": None})
    assert client.worklogs() == []


@pytest.mark.parametrize(
    "form, status, text",
    [
        ("null-data", 200, '{"data":null}'),
        ("object", 200, "{}"),
        ("empty", 200, ""),
        ("no-content", 204, ""),
    ],
)
def test_delete_may_answer_in_four_forms(
    client: Client, control: Control, form: str, status: int, text: str
) -> None:
    row = client.create()
    control.do("faults", {"kind": "delete-body", "form": form})
    response = client.delete(f"{LOGS}/{row['id']}")
    assert (response.status_code, response.text) == (status, text)
    assert client.worklogs() == []


def test_the_list_of_all_needs_a_role(client: Client, control: Control) -> None:
    assert refused(client.get(f"{LOGS}/all")) == (403, "AccessDenied")
    control.do("settings", {"role": "Administrator"})
    client.create(userId=TEAMMATE)
    assert client.worklogs() == []
    assert len(client.get(f"{LOGS}/all").json()["data"]) == 1
    control.do("settings", {"role": "Team"})
    foreign = control.ledger()["worklogs"][0]["id"]
    response = client.patch(f"{LOGS}/{foreign}", json={"length": 5})
    assert refused(response) == (403, "NoRightsToWorkLogModification")
    response = client.delete(f"{LOGS}/{foreign}")
    assert refused(response) == (403, "NoRightsToWorkLogModification")


@pytest.mark.parametrize("state, locked", [(1, True), (2, False), (3, True), (99, True)])
def test_a_submitted_week_is_locked(
    client: Client, control: Control, state: int, locked: bool
) -> None:
    row = client.create()
    control.do("settings", {"weekStart": "2026-09-28", "weekState": state})
    path = f"{LOGS}/{row['id']}"
    asked = client.get(path, params={"$includeEditable": "true"}).json()["data"]
    assert asked["isCanEdit"] is not locked
    answers = [
        client.post(LOGS, json={"timeStamp": "2026-10-04T23:00:00", "length": 5, "comment": "x"}),
        client.patch(path, json={"timeStamp": "2026-10-05T00:00:00"}),
        client.delete(path),
    ]
    if not locked:
        assert [one.status_code for one in answers] == [200, 200, 200]
        return
    assert [refused(one) for one in answers] == [(409, "ApprovalStateFailed")] * 3
    assert client.worklogs() == [row]


def test_a_row_cannot_be_moved_into_a_locked_week(client: Client, control: Control) -> None:
    row = client.create()
    control.do("settings", {"weekStart": "2026-09-21", "weekState": 3})
    moved = client.patch(f"{LOGS}/{row['id']}", json={"timeStamp": "2026-09-27T08:00:00"})
    assert refused(moved) == (409, "ApprovalStateFailed")


def test_lists_leave_the_running_row_out_unless_told(client: Client, control: Control) -> None:
    running = client.start(tfsId=1349)["track"]["workLogId"]
    assert client.worklogs() == []
    control.do("settings", {"listsRunning": True})
    assert [row["id"] for row in client.worklogs()] == [running]
