"""The Tracking API 3.2: operations by path, bare answers, and refusals that come with HTTP 200."""

from collections.abc import Callable

from app.sandbox.sevenpace import catalogue, fields, shapes
from app.sandbox.sevenpace.refusals import ViolationError, malformed, no_route_reply
from app.sandbox.sevenpace.tracking import Choice, Tracking
from app.sandbox.wire import Call, Reply, json_reply

_LATEST_COUNT = 20  # what the vendor's own desktop app shows


class TrackingApi:
    """Answers what comes below `/api/tracking/client`."""

    def __init__(self, tracking: Tracking) -> None:
        """Speak for `tracking`."""
        self.tracking = tracking
        self.world = tracking.world
        self._last_timestamp = 0
        self._operations: dict[str, tuple[str, Callable[[Call, str], Reply]]] = {
            "current": ("GET", self._current),
            "latest": ("GET", self._latest),
            "selected": ("POST", self._selected),
            "starttracking": ("POST", self._start),
            "stoptracking": ("POST", self._stop),
            "idlecheck": ("POST", self._idle_check),
            "activitycheck": ("POST", self._activity_check),
            "adjust": ("POST", self._adjust),
            "search": ("POST", self._search),
            "searchbyquery": ("POST", self._search_by_query),
        }

    def answer(self, call: Call, parts: list[str]) -> Reply:
        """Answer a call whose path below the API is `parts`. Raises `RefusalError`."""
        found = self._operations.get(parts[0].lower()) if 1 <= len(parts) <= 2 else None
        if found is None:
            return no_route_reply(404, call.path)
        method, operation = found
        if call.method != method:
            return no_route_reply(405, call.path)
        parameter = parts[1] if len(parts) == 2 else ""
        try:
            return operation(call, parameter)
        except ViolationError as refusal:
            if self.world.settings.refuse_by == "status":
                raise
            return self.state(call, refusal=str(refusal))

    def state(self, call: Call, *, expand: bool = False, refusal: str | None = None) -> Reply:
        """Return the tracking state as it is now."""
        content = shapes.tracking_state(
            self.tracking,
            call.switches,
            expand=expand,
            timestamp=self._timestamp(),
            refusal=refusal,
        )
        return self._bare(call, content)

    def _timestamp(self) -> int:
        """Return a number greater than all before, also when the clock is set back."""
        milliseconds = int(self.world.clock().timestamp() * 1000)
        self._last_timestamp = max(self._last_timestamp + 1, milliseconds)
        return self._last_timestamp

    def _bare(self, call: Call, content: object) -> Reply:
        return json_reply(200, {"data": content} if "envelope" in call.switches else content)

    def _current(self, call: Call, parameter: str) -> Reply:
        asked = parameter or call.query.get("expand", "")
        if asked.lower() not in ("", "true", "false"):
            raise malformed("The parameter expand must be a boolean")
        return self.state(call, expand=asked.lower() == "true")

    def _latest(self, call: Call, parameter: str) -> Reply:
        if parameter and not parameter.isdecimal():
            raise malformed("The parameter count must be a positive integer")
        count = int(parameter) if parameter else fields.query_count(call, "count", _LATEST_COUNT)
        mine = [row for row in self.world.worklogs.values() if row.user_id == catalogue.ME.id]
        mine.sort(key=lambda row: row.wall_start, reverse=True)
        rows = [shapes.latest_row(row, call.switches) for row in mine[:count]]
        return self._bare(call, {"count": len(rows), "workLogs": rows})

    def _selected(self, call: Call, _parameter: str) -> Reply:
        given = fields.object_of(call)
        self.tracking.select(self._choice(given))
        totals = fields.truth(given, "calculatetotals") or False
        return self._bare(call, shapes.track(self.tracking, call.switches, totals=totals))

    def _start(self, call: Call, _parameter: str) -> Reply:
        given = fields.object_of(call)
        choice = self._choice(given)
        zone = fields.whole(given, "timezone")
        self._check_start(call, choice, chose_activity=bool(given.get("activitytypeid")))
        self.tracking.start(choice, zone)
        return self.state(call)

    def _stop(self, call: Call, parameter: str) -> Reply:
        reason = parameter or call.query.get("reason", "0")
        if reason not in ("0", "1"):
            raise malformed("The parameter reason must be 0 or 1")
        self.tracking.stop(int(reason))
        return self.state(call)

    def _idle_check(self, call: Call, parameter: str) -> Reply:
        # 0 in one hour, 1 tomorrow, 2 next Monday; the vendor's server does not act on it yet.
        if parameter not in ("0", "1", "2"):
            raise malformed("The selected option must be 0, 1 or 2")
        return self.state(call)

    def _activity_check(self, call: Call, _parameter: str) -> Reply:
        self.tracking.confirm()
        return self.state(call)

    def _adjust(self, call: Call, _parameter: str) -> Reply:
        given = fields.object_of(call)
        words = fields.text(given, "activitytypeid")
        activity = None if not words else self._activity(words)
        remark = fields.text(given, "remark")
        if remark == "":
            self._check_words(self.tracking.choice.tfs_id, remark)
        self.tracking.adjust(remark, activity)
        return self.state(call)

    def _search(self, call: Call, _parameter: str) -> Reply:
        query = fields.body_of(call)
        if isinstance(query, bool) or not isinstance(query, str | int):
            raise malformed("The request body must be a work item id or a text")
        return self._found(call, str(query))

    def _search_by_query(self, call: Call, _parameter: str) -> Reply:
        query = fields.object_of(call).get("query")
        if isinstance(query, bool) or not isinstance(query, str | int):
            raise malformed("The field query is required")
        return self._found(call, str(query))

    def _found(self, call: Call, query: str) -> Reply:
        items = catalogue.find_work_items(query)
        found = [
            {"groupName": item.team_project, "workItem": shapes.work_item(item, call.switches)}
            for item in items
        ]
        return self._bare(call, {"query": query, "count": len(found), "workItems": found})

    def _choice(self, given: dict[str, object]) -> Choice:
        """Read what a track is for. Raises `RefusalError`, or `ViolationError` for unknown ids."""
        number = fields.whole(given, "tfsid")
        item_id = number if number is not None and number > 0 else None
        if item_id is not None and catalogue.work_item(item_id) is None:
            raise ViolationError("EntityNotFound", f"Work item {item_id} was not found")
        words = fields.text(given, "activitytypeid")
        return Choice(
            tfs_id=item_id,
            remark=fields.text(given, "remark"),
            activity_type_id=self._activity(words) if words else catalogue.NOT_SET_ID,
            billable=fields.truth(given, "isbillable"),
        )

    def _activity(self, words: str) -> str:
        kind = catalogue.activity_type(words)
        if kind is None:
            raise ViolationError("EntityNotFound", f"Activity type {words} was not found")
        if not self.world.settings.activity_types_enabled and kind.id != catalogue.NOT_SET_ID:
            raise ViolationError("ActivityTypeDisabled", "Activity types are disabled")
        return kind.id

    def _check_start(self, call: Call, choice: Choice, *, chose_activity: bool) -> None:
        settings = self.world.settings
        if "unauthorised-start" in call.switches:
            raise ViolationError("AccessDenied", "You are not allowed to start tracking")
        if self.world.is_locked(catalogue.ME.id, self.world.now_wall().date()):
            raise ViolationError(
                "ApprovalStateFailed", "Selected date is locked for editing by approval"
            )
        needs_item = settings.requires_work_item or "requires-work-item" in call.switches
        if needs_item and choice.tfs_id is None:
            raise ViolationError("WorkItemIdOrCommentRequired", "Work item is required")
        self._check_words(choice.tfs_id, choice.remark)
        needs_activity = settings.requires_activity or "requires-activity" in call.switches
        if needs_activity and (
            not chose_activity or choice.activity_type_id == catalogue.NOT_SET_ID
        ):
            raise ViolationError("DbValidationError", "Activity type is required")
        item = catalogue.work_item(choice.tfs_id)
        if settings.prevents_closed_items and item is not None and item.closed:
            raise ViolationError(
                "DbValidationError", "Time tracking on closed work items is not allowed"
            )

    def _check_words(self, item_id: int | None, remark: str | None) -> None:
        settings = self.world.settings
        if settings.requires_comment and not remark:
            raise ViolationError("WorkItemIdOrCommentRequired", "Comment is required")
        if settings.requires_item_or_comment and item_id is None and not remark:
            raise ViolationError(
                "WorkItemIdOrCommentRequired", "Work item ID or comment is required"
            )
