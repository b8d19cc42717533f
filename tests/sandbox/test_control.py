"""The control surface and the page for people, over real HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from app.sandbox.server import Sandbox
    from tests.sandbox.conftest import Client, Control, HeldClock


def test_the_ledger_lists_requests_in_order_without_the_token(
    sandbox: Sandbox, client: Client, control: Control
) -> None:
    client.start(tfsId=1349, remark="Fix")
    client.post("/api/rest/workLogs", content="{not json")
    ledger = control.ledger()
    first, second = ledger["requests"]
    assert (first["number"], first["method"], first["status"]) == (1, "POST", 200)
    assert first["path"] == "/api/tracking/client/startTracking"
    assert first["body"] == {"tfsId": 1349, "remark": "Fix"}
    assert first["query"] == {"api-version": "3.2"}
    assert (second["number"], second["status"], second["applied"]) == (2, 400, False)
    assert second["body"] == "{not json"
    assert ledger["running"]["workItem"]["id"] == 1349
    assert ledger["running"]["startedAt"] == "2026-09-28T09:00:00.389063Z"
    assert sandbox.token("7pace") not in control.get("/ledger").text


def test_a_long_body_is_cut_in_the_ledger(client: Client, control: Control) -> None:
    client.create(comment="x" * 9000)
    (record,) = control.ledger()["requests"]
    assert len(record["body"]) < 4100


def test_another_device_starts_and_stops(
    client: Client, control: Control, clock: HeldClock
) -> None:
    control.do("elsewhere", {"do": "start", "tfsId": 1350, "remark": "From the phone"})
    assert client.track()["remark"] == "From the phone"
    clock.pass_by(30)
    control.do("elsewhere", {"do": "stop"})
    assert client.worklogs()[0]["length"] == 30
    # What another device does is no request of the client.
    assert [one["method"] for one in control.ledger()["requests"]] == ["GET", "GET"]


def test_another_device_creates_edits_and_deletes(client: Client, control: Control) -> None:
    words = {"do": "create", "timeStamp": "2026-09-28T08:00:00", "length": 60, "comment": "There"}
    row_id = control.do("elsewhere", words)["data"]["id"]
    control.do("elsewhere", {"do": "edit", "id": row_id, "comment": "Mended"})
    assert client.worklogs()[0]["comment"] == "Mended"
    control.do("elsewhere", {"do": "delete", "id": row_id})
    assert client.worklogs() == []


@pytest.mark.parametrize(
    "words, status",
    [
        ({"do": "dance"}, 400),
        ({}, 400),
        ({"do": "start"}, 409),
        ({"do": "edit", "id": "0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d02", "length": 5}, 404),
        ({"do": "server-stop"}, 409),
    ],
)
def test_another_device_may_be_refused(
    control: Control, words: dict[str, object], status: int
) -> None:
    response = control.post("/elsewhere", json=words)
    assert response.status_code == status
    assert response.json()["error"]


def test_the_server_may_stop_for_other_reasons(client: Client, control: Control) -> None:
    client.start(tfsId=1349)
    control.do("elsewhere", {"do": "server-stop", "type": 6})
    track = client.track()
    assert (track["trackingState"], track["stoppedTrackType"]) == ("clientInputRequired", 6)


def test_a_check_needs_a_running_track(control: Control) -> None:
    assert control.post("/activity-check", json={"waitSeconds": 5}).status_code == 409
    assert control.post("/activity-check", json={"waitSeconds": "soon"}).status_code == 400
    assert control.post("/activity-check", content="[").status_code == 400


@pytest.mark.parametrize(
    "words",
    [
        {"zoneMinutes": "CET"},
        {"moon": 1},
        {"refuseBy": "letter"},
        {"weekStart": "soon"},
        {"weekStart": "2026-09-28", "weekState": 7},
    ],
)
def test_settings_that_cannot_be_change_nothing(control: Control, words: dict[str, object]) -> None:
    before = control.ledger()["settings"]
    assert control.post("/settings", json=words).status_code == 400
    assert control.ledger()["settings"] == before


def test_reset_forgets_everything(client: Client, control: Control) -> None:
    client.create()
    client.start(tfsId=1349)
    control.do("faults", {"kind": "empty", "times": 1})
    control.do("clock", {"skewSeconds": 5})
    control.do("reset")
    ledger = control.ledger()
    empty = [ledger[name] for name in ("worklogs", "requests", "faults", "weeks", "running")]
    assert empty == [[], [], [], [], None]
    assert ledger["now"] == "2026-09-28T09:00:00.389063Z"


def test_a_foreign_page_and_a_foreign_name_are_turned_away(
    sandbox: Sandbox, control: Control
) -> None:
    origin = {"Origin": "https://evil.example"}
    assert control.post("/reset", headers=origin).status_code == 403
    own = {"Origin": sandbox.base}
    assert control.post("/reset", headers=own).status_code == 200
    assert control.get("/ledger", headers={"Host": "evil.example"}).status_code == 400


@pytest.fixture
def page(sandbox: Sandbox) -> httpx.Client:
    """Give a browser of sorts at the page."""
    return httpx.Client(base_url=sandbox.base, timeout=10, follow_redirects=True, trust_env=False)


def test_the_page_shows_what_the_server_holds(
    sandbox: Sandbox, client: Client, page: httpx.Client
) -> None:
    with page:
        empty = page.get("/").text
        assert "Nothing runs." in empty
        assert sandbox.url("7pace") in empty
        client.create(workItemId=1350, comment="Looked at it", length=3725)
        client.start(tfsId=1349, remark="Fix")
        shown = page.get("/")
    assert shown.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    for words in ("Looked at it", "1:02:05", "#1349 Fix login timer", "startTracking"):
        assert words in shown.text


def test_the_page_escapes_what_it_shows(client: Client, page: httpx.Client) -> None:
    client.create(comment='<script>alert("x")</script>')
    client.start(tfsId=1349, remark="<i>&")
    client.get("/api/rest/<b>")
    with page:
        text = page.get("/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "&lt;i&gt;&amp;" in text
    assert "<b>" not in text


def test_the_page_works_by_its_forms_alone(
    client: Client, control: Control, page: httpx.Client
) -> None:
    with page:
        actions = set(re.findall(r'action="([^"]+)"', page.get("/").text))
        start = {"do": "start", "tfsId": "1362", "remark": "12"}
        assert page.post("/control/7pace/elsewhere", data=start).status_code == 200
        assert client.track()["remark"] == "12"
        shown = page.post("/control/7pace/activity-check", data={"waitSeconds": "90"}).text
        assert "Asks for activity: 90 s left." in shown
        page.post("/control/7pace/elsewhere", data={"do": "stop"})
        fault = {"kind": "status", "method": "GET", "path": "me$", "times": "1", "status": "503"}
        assert "503" not in page.post("/control/7pace/faults", data=fault | {"seconds": ""}).text
        assert client.get("/api/rest/me").status_code == 503
        bad = page.post("/control/7pace/faults", data=fault | {"times": "many"})
        assert (bad.status_code, bad.json()["error"]) == (400, "“times” is a number.")
        page.post("/control/7pace/faults/clear", data={"x": "y"})
        assert control.ledger()["faults"] == []
        assert page.post("/control/7pace/reset", data={"x": "y"}).status_code == 200
    known = {
        f"/control/7pace/{name}" for name in ("elsewhere", "activity-check", "faults", "reset")
    }
    assert actions == known
    assert control.ledger()["worklogs"] == []


def test_the_pages_style_and_script_are_served(page: httpx.Client) -> None:
    with page:
        assert page.get("/page.css").headers["content-type"].startswith("text/css")
        assert page.get("/page.js").headers["content-type"].startswith("text/javascript")
