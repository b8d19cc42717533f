"""Sign-in, version, people, activity types and weeks of the 7pace stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from app.sandbox.server import Sandbox
    from tests.sandbox.conftest import Client, Control

MANAGER = "0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d02"
TEAMMATE = "0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d03"
WEEK = "/api/rest/timeApproval/week"


@pytest.mark.parametrize("path", ["/api/rest/me", "/api/tracking/client/current"])
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic c2FuZGJveA==", "Bearer"])
def test_a_wrong_token_is_401_with_a_body(
    stranger: httpx.Client, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = stranger.get(path, params={"api-version": "3.2"}, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["errorCode"] == "UnauthorizedError"


@pytest.mark.parametrize("version, status", [(None, 400), ("4.0", 400), ("3.0", 200), ("3.1", 200)])
def test_the_version_is_mandatory(
    sandbox: Sandbox, stranger: httpx.Client, version: str | None, status: int
) -> None:
    token = {"Authorization": f"bearer {sandbox.token('7pace')}"}
    query = {} if version is None else {"api-version": version}
    response = stranger.get("/api/rest/me", params=query, headers=token)
    assert response.status_code == status
    if status == 400:
        assert response.json()["error"]["errorCode"] == "ApiVersionError"


def test_me_tells_the_zone(client: Client, control: Control) -> None:
    control.do("settings", {"zoneMinutes": -210})
    me = client.get("/api/rest/me/", params={"$expand": "user.displayName"}).json()["data"]
    assert set(me) == {"user", "account", "defaultActivityType", "timeZone"}
    assert me["timeZone"] == -210
    assert me["user"]["displayName"] == "Alex Rivera"


def test_the_zone_may_be_spelt_otherwise(client: Client, control: Control) -> None:
    control.do("faults", {"kind": "timezone-key"})
    me = client.get("/api/rest/me").json()["data"]
    assert me["timezone"] == 0
    assert "timeZone" not in me


def test_activity_types(client: Client, control: Control) -> None:
    data = client.get("/api/rest/activityTypes").json()["data"]
    assert data["enabled"] is True
    assert data["systemDefaultActivityTypeId"] == data["activityTypes"][0]["id"]
    assert "#" not in data["activityTypes"][1]["color"]
    one = client.get(f"/api/rest/activitytypes/{data['activityTypes'][1]['id']}").json()["data"]
    assert one["name"] == "Design"
    control.do("settings", {"activityTypesEnabled": False})
    assert client.get("/api/rest/activityTypes").json()["data"]["enabled"] is False


def test_users_are_paged(client: Client) -> None:
    everybody = client.get("/api/rest/users").json()["data"]
    assert [one["name"] for one in everybody][:2] == ["Alex Rivera", "Mina Okafor"]
    page = client.get("/api/rest/users", params={"$skip": 1, "$count": 1}).json()["data"]
    assert page == [everybody[1]]
    assert client.get(f"/api/rest/users/{MANAGER}").json()["data"] == everybody[1]
    assert client.get(f"/api/rest/users/{MANAGER[:-2]}99").status_code == 404


def test_roles_are_for_administrators(client: Client, control: Control) -> None:
    assert client.get("/api/rest/users/roles").status_code == 403
    control.do("settings", {"role": "Administrator"})
    wishes: list[dict[str, Any]] = [
        {"email": "jorg.lukasiewicz@example.com", "role": {"name": "Budget"}},
        {"id": MANAGER, "role": {"name": "None"}},
        {"email": "nobody@example.com", "role": {"name": "Team"}},
        {"id": MANAGER, "role": {"name": "King"}},
    ]
    done = client.post("/api/rest/users/roles", json={"users": wishes}).json()["data"]
    assert (done["succeeded"], done["failed"]) == (2, 2)
    assert done["failedEntries"][0]["entity"] == wishes[2]
    listed = client.get("/api/rest/users/roles").json()["data"]
    assert [one["role"]["name"] for one in listed] == ["Team", "Budget"]
    every = client.get("/api/rest/users/roles", params={"includeNoneRoles": "true"}).json()["data"]
    assert len(every) == 3


def test_a_week_is_submitted_listed_and_revoked(client: Client, control: Control) -> None:
    listing = "/api/rest/timeApproval/all"
    assert client.get(listing).status_code == 403
    control.do("settings", {"approvalManager": True})
    assert client.get(listing).json()["data"] == []

    wish = {"weekStart": "2026-09-28", "assignedManagerId": MANAGER}
    assert client.post(WEEK, json=wish).json() == {"data": True}
    assert client.post(WEEK, json=wish).status_code == 409
    (week,) = client.get(listing).json()["data"]
    assert week["approvalState"] == 1
    assert week["weekStartDate"] == "2026-09-28T00:00:00"
    assert week["weekEndDate"] == "2026-10-04T00:00:00"
    assert week["assignedManager"]["id"] == MANAGER
    # These bounds take in the week in which they fall.
    inside = {"$fromTimestamp": "2026-10-01T13:45:25.572Z", "$toTimestamp": "2026-10-01T13:45:25"}
    assert client.get(listing, params=inside).json()["data"] == [week]
    after = {"$fromTimestamp": "2026-10-05T00:00:00"}
    assert client.get(listing, params=after).json()["data"] == []

    gone = client.delete(WEEK, params={"weekStart": "2026-09-28"})
    assert gone.json() == {"data": True}
    assert client.get(listing).json()["data"] == []
    assert client.delete(WEEK, params={"weekStart": "2026-09-28"}).status_code == 409


def test_an_approved_week_cannot_be_revoked(client: Client, control: Control) -> None:
    control.do("settings", {"weekStart": "2026-09-28", "weekState": 3})
    assert client.delete(WEEK, params={"weekStart": "2026-09-28"}).status_code == 409


@pytest.mark.parametrize(
    "wish, status",
    [
        ({"weekStart": "2026-09-28", "assignedManagerId": TEAMMATE}, 422),
        ({"weekStart": "2026-09-28"}, 400),
        ({"weekStart": "next", "assignedManagerId": MANAGER}, 400),
        ({"assignedManagerId": MANAGER}, 400),
    ],
)
def test_a_bad_submission_is_refused(client: Client, wish: dict[str, str], status: int) -> None:
    assert client.post(WEEK, json=wish).status_code == status


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/api/rest/nothing", 404),
        ("GET", "/api/elsewhere", 404),
        ("GET", "/api/tracking/client/dance", 404),
        ("GET", "/api/tracking/client/startTracking", 405),
        ("POST", "/api/rest/me", 405),
        ("PUT", "/api/rest/workLogs", 405),
    ],
)
def test_an_unknown_route_speaks_the_framework_s_shape(
    client: Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert list(response.json()) == ["Message"]
