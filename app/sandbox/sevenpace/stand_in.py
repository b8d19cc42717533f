"""The 7pace stand-in as the sandbox sees it: sign-in, version, routes, ledger, second device."""

from collections.abc import Mapping
from datetime import date

import msgspec

from app.sandbox.sevenpace import catalogue, shapes
from app.sandbox.sevenpace.refusals import (
    RefusalError,
    error_reply,
    no_route_reply,
    refusal_reply,
    status_reply,
)
from app.sandbox.sevenpace.rest_api import RestApi
from app.sandbox.sevenpace.tracking import Tracking
from app.sandbox.sevenpace.tracking_api import TrackingApi
from app.sandbox.sevenpace.wall_time import week_start
from app.sandbox.sevenpace.world import Settings, Worklog, World
from app.sandbox.wire import Call, MisuseError, Reply, SettableClock

TOKEN = "sandbox-7pace-token"
API_VERSIONS = frozenset({"3.0", "3.0-preview", "3.1", "3.2"})
# Each bends one answer or one rule for the requests that its fault rule matches.
SWITCHES = frozenset(
    {
        "enum-numbers",
        "stale-timestamp",
        "null-activity-check",
        "markup-title",
        "envelope",
        "batch-envelope",
        "batch-reversed",
        "batch-partial",
        "batch-unrehearsed",
        "timezone-key",
        "delete-body",
        "null-keeps",
        "unauthorised-start",
        "requires-work-item",
        "requires-activity",
        "token-expires",
    }
)
_TRACKING, _REST = "/api/tracking/client/", "/api/rest/"
_PLAIN_CALL = Call(method="GET", path="/", query={}, headers={}, body=b"", switches={})
_DEVICE: dict[str, tuple[str, str]] = {
    "start": ("POST", _TRACKING + "startTracking"),
    "stop": ("POST", _TRACKING + "stopTracking"),
    "adjust": ("POST", _TRACKING + "adjust"),
    "confirm": ("POST", _TRACKING + "activityCheck"),
    "create": ("POST", _REST + "workLogs"),
    "edit": ("PATCH", _REST + "workLogs/{id}"),
    "delete": ("DELETE", _REST + "workLogs/{id}"),
}
_NOT_SENT = frozenset({"do", "id"})


class SevenPace:
    """Both 7pace APIs over one world with one user, on `/api/tracking/client` and `/api/rest`."""

    kind = "7pace"
    switches = SWITCHES

    def __init__(self, clock: SettableClock) -> None:
        """Begin empty."""
        self.clock = clock
        self.token = TOKEN
        self.world = World(clock)
        self.tracking = Tracking(self.world)
        self.tracking_api = TrackingApi(self.tracking)
        self.rest_api = RestApi(self.tracking)

    def answer(self, call: Call) -> Reply:
        """Answer as the vendor would: sign-in first, then the version, then the operation."""
        self.tracking.settle()
        try:
            self._check_token(call)
            return self._route(call)
        except RefusalError as refusal:
            return refusal_reply(refusal)
        finally:
            # This request is still answered; all others need the token that the rule names.
            if (expires := call.switches.get("token-expires")) is not None:
                self.token = str(expires.value or f"{TOKEN}-2")

    def error(self, status: int) -> Reply:
        """Return the vendor's error body for `status`."""
        return status_reply(status)

    def error_state(self, message: str) -> Reply:
        """Return HTTP 200 with `responseState` Error."""
        return self.tracking_api.state(_PLAIN_CALL, refusal=message)

    def ledger(self) -> dict[str, object]:
        """Return the rows in the order in which they were made, and what runs."""
        self.tracking.settle()
        running = self.tracking.running
        rows = [self._ledger_row(row) for row in self.world.worklogs.values()]
        return {
            "kind": self.kind,
            "now": self.clock(),
            "settings": msgspec.to_builtins(self.world.settings),
            "running": None
            if running is None
            else shapes.track(self.tracking, {}, totals=False) | {"startedAt": running.started_at},
            "stoppedTrackType": self.tracking.stopped_type,
            "clientInputRequired": self.tracking.input_required,
            "worklogs": rows,
            "weeks": [shapes.week(one) for one in self.world.weeks.values()],
        }

    def elsewhere(self, words: Mapping[str, object]) -> object:
        """Act as the second device: `do` is one of `_DEVICE`, or `server-stop` with a `type`.

        Other words are that operation's body. Raises `MisuseError` with the server's refusal.
        """
        do = words.get("do")
        if do == "server-stop":
            return self._server_stop(words.get("type", 2))
        if not isinstance(do, str) or do not in _DEVICE:
            known = ", ".join([*_DEVICE, "server-stop"])
            raise MisuseError(f"“do” is one of: {known}.")
        method, path = _DEVICE[do]
        content = {name: value for name, value in words.items() if name not in _NOT_SENT}
        call = Call(
            method=method,
            path=path.format(id=words.get("id")),
            query={"api-version": "3.2"},
            headers={"authorization": f"Bearer {self.token}"},
            body=msgspec.json.encode(content) if content or do == "start" else b"",
            switches={},
        )
        reply = self.answer(call)
        answer = msgspec.json.decode(reply.body)
        settings = answer.get("trackSettings") if isinstance(answer, dict) else None
        if reply.status >= 400:
            raise MisuseError(reply.body.decode(), reply.status)
        if settings and settings["responseState"] == "Error":
            raise MisuseError(settings["responseMessage"], 409)
        return answer

    def ask_activity_check(self, wait_seconds: int) -> object:
        """Ask now; the track stops unless it is confirmed within `wait_seconds`."""
        self.tracking.settle()
        if self.tracking.running is None:
            raise MisuseError("Nothing runs that could be asked about.", 409)
        self.tracking.ask(wait_seconds)
        return {"secondsLeft": self.tracking.seconds_left()}

    def change_settings(self, words: Mapping[str, object]) -> object:
        """Change settings by their JSON names; `weekStart` and `weekState`: the manager's hand."""
        fields = dict(words)
        day, state = fields.pop("weekStart", None), fields.pop("weekState", None)
        now = msgspec.to_builtins(self.world.settings)
        try:
            settings = msgspec.convert(now | fields, Settings)
            week = None if day is None else week_start(date.fromisoformat(str(day)))
        except (msgspec.ValidationError, ValueError) as trouble:
            raise MisuseError(f"These settings cannot be: {trouble}.") from trouble
        if settings.refuse_by not in ("state", "status"):
            raise MisuseError("“refuseBy” is “state” or “status”.")
        if week is not None:
            self._set_week(week, state)
        self.world.settings = settings
        return settings

    def choices(self) -> list[tuple[int, str]]:
        """Return every work item."""
        return [(item.id, item.title) for item in catalogue.WORK_ITEMS]

    def reset(self) -> None:
        """Forget everything, and set the clock right."""
        self.clock.skew_seconds = 0.0
        self.token = TOKEN
        self.world.reset()
        self.tracking.reset()
        self.rest_api.reset()

    def _check_token(self, call: Call) -> None:
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or given.strip() != self.token:
            raise RefusalError(
                "UnauthorizedError", "Authorization has been denied for this request."
            )

    def _route(self, call: Call) -> Reply:
        path = call.path.rstrip("/") + "/"
        for prefix, api in ((_TRACKING, self.tracking_api), (_REST, self.rest_api)):
            if path.lower().startswith(prefix):
                version = call.query.get("api-version")
                if version not in API_VERSIONS:
                    said = f"The API version '{version}' is not supported"
                    return error_reply(400, "ApiVersionError", said)
                return api.answer(call, [part for part in path[len(prefix) :].split("/") if part])
        return no_route_reply(404, call.path)

    def _server_stop(self, why: object) -> object:
        self.tracking.settle()
        if self.tracking.running is None:
            raise MisuseError("Nothing runs that could be stopped.", 409)
        if isinstance(why, bool) or not isinstance(why, int) or not 1 <= why <= 6:
            raise MisuseError("“type” is a number from 1 to 6.")
        self.tracking.stop_by_server(why, self.clock())
        return shapes.track(self.tracking, {}, totals=False)

    def _set_week(self, week: date, state: object) -> None:
        if state is None:
            self.world.weeks.pop((catalogue.ME.id, week), None)
        elif state in (1, 2, 3, 99) and isinstance(state, int):
            self.world.set_week(week, state, catalogue.MANAGER.id)
        else:
            raise MisuseError("“weekState” is 1, 2, 3, 99 or null.")

    def _ledger_row(self, row: Worklog) -> dict[str, object]:
        item = catalogue.work_item(row.work_item_id)
        shape = shapes.worklog(row)
        shape["title"] = None if item is None else item.title
        return shape


def make(clock: SettableClock) -> SevenPace:
    """Return a new stand-in, for the registry."""
    return SevenPace(clock)
