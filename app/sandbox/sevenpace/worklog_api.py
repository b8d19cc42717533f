"""Worklogs of the REST CRUD API v3: lists with strict bounds, create, batch, edit, delete."""

from datetime import datetime

import msgspec

from app.sandbox.sevenpace import catalogue, fields, shapes
from app.sandbox.sevenpace.refusals import RefusalError, malformed, no_route_reply
from app.sandbox.sevenpace.tracking import Tracking
from app.sandbox.sevenpace.world import Worklog, new_id
from app.sandbox.wire import Call, Reply, json_reply

MAX_COUNT = 500
_MAX_WORK_ITEM_IDS = 100
_SEES_ALL = frozenset({"Product", "Budget", "Administrator"})


class WorklogApi:
    """Answers what comes below `/api/rest/workLogs`."""

    def __init__(self, tracking: Tracking) -> None:
        """Work on the rows of the world, and stop the track whose row is edited or deleted."""
        self.tracking = tracking
        self.world = tracking.world

    def answer(self, call: Call, parts: list[str]) -> Reply:
        """Answer a call whose path below `workLogs` is `parts`. Raises `RefusalError`."""
        if not parts:
            if call.method == "GET":
                return self._list(call, everyone=False)
            return self._create(call) if call.method == "POST" else no_route_reply(405, call.path)
        name = parts[0].lower()
        if len(parts) > 1:
            return no_route_reply(404, call.path)
        if name == "all":
            return self._list(call, everyone=True)
        if name == "batch":
            return self._batch(call) if call.method == "POST" else no_route_reply(405, call.path)
        worklog_id = fields.guid(name)
        if call.method == "GET":
            return _data(self._shape(call, self._row_or_running(worklog_id)))
        if call.method == "PATCH":
            return self._edit(call, worklog_id)
        if call.method == "DELETE":
            return self._delete(call, worklog_id)
        return no_route_reply(405, call.path)

    def _list(self, call: Call, *, everyone: bool) -> Reply:
        if call.method != "GET":
            return no_route_reply(405, call.path)
        if everyone and self.world.settings.role not in _SEES_ALL:
            raise RefusalError("AccessDenied", "Access denied. Not enough rights")
        rows = list(self.world.worklogs.values())
        running = self.tracking.running_worklog()
        if running is not None and self.world.settings.lists_running:
            rows.append(running)
        if not everyone:
            rows = [row for row in rows if row.user_id == catalogue.ME.id]
        kept = sorted(_filtered(call, rows), key=lambda row: (row.wall_start, row.id))
        # More than 500 are cut in silence.
        count = min(fields.query_count(call, "count", MAX_COUNT), MAX_COUNT)
        skip = fields.query_count(call, "skip", 0)
        return _data([self._shape(call, row) for row in kept[skip : skip + count]])

    def _create(self, call: Call) -> Reply:
        row = self._new_row(fields.object_of(call))
        self.world.check(row)
        return _data(self._shape(call, self.world.put(row)))

    def _batch(self, call: Call) -> Reply:
        content = fields.body_of(call)
        if isinstance(content, dict):
            content = fields.lowered(content).get("worklogs")
        if not isinstance(content, list):
            raise malformed("The request body must be an array of worklogs")
        if len(content) > MAX_COUNT:
            raise RefusalError("BatchTooLarge", f"No more than {MAX_COUNT} worklogs are allowed")
        rows = [self._new_row(fields.lowered(one)) for one in content]
        for row in rows:
            self.world.check(row)
        rehearsed = "batch-unrehearsed" not in call.switches
        if not (rehearsed and fields.query_truth(call, "validateonly")):
            if "batch-partial" in call.switches:
                # Something breaks midway, and what was written by then stays.
                rows = rows[: (len(rows) + 1) // 2]
            for row in rows:
                self.world.put(row)
            if "batch-partial" in call.switches:
                raise RefusalError("UnexpectedError", "Unexpected error")
        if "batch-reversed" in call.switches:
            rows.reverse()
        shown = [self._shape(call, row) for row in rows]
        # This one answer has no envelope, says the vendor's specification.
        return _data(shown) if "batch-envelope" in call.switches else json_reply(200, shown)

    def _edit(self, call: Call, worklog_id: str) -> Reply:
        given = fields.object_of(call)
        if "null-keeps" in call.switches:
            given = {name: value for name, value in given.items() if value is not None}
        before = self._row_or_running(worklog_id)
        self.world.check_rights(before)
        self.world.check_week(before)
        edited = self._merged(before, given)
        self.world.check(edited, says_length=given.get("length") is not None)
        self.tracking.stop_if(worklog_id)
        # A running row got its length from the stop just now, unless the edit gives one.
        row = self._merged(self.world.worklog(worklog_id), given)
        return _data(self._shape(call, self.world.edit(row)))

    def _delete(self, call: Call, worklog_id: str) -> Reply:
        self.world.check_rights(self._row_or_running(worklog_id))
        self.tracking.stop_if(worklog_id)
        self.world.delete(worklog_id)
        switch = call.switches.get("delete-body")
        form = None if switch is None else switch.form
        if form == "no-content":
            return Reply(status=204)
        if form == "empty":
            return Reply(status=200)
        return json_reply(200, {} if form == "object" else {"data": None})

    def _row_or_running(self, worklog_id: str) -> Worklog:
        running = self.tracking.running_worklog()
        if running is not None and running.id == worklog_id:
            return running
        return self.world.worklog(worklog_id)

    def _shape(self, call: Call, row: Worklog) -> shapes.Shape:
        asked = fields.query_truth(call, "includeeditable")
        return shapes.worklog(
            row,
            display_name=fields.wants_display_name(call),
            editable=self.world.can_change(row) if asked else None,
        )

    def _new_row(self, given: dict[str, object]) -> Worklog:
        length = fields.whole(given, "length")
        if length is None:
            raise RefusalError("LengthIsRequired", "Length is required")
        now = self.world.now_utc()
        blank = Worklog(
            id=new_id(),
            user_id=catalogue.ME.id,
            added_by_id=catalogue.ME.id,
            wall_start=self.world.now_wall(),
            length_seconds=length,
            created=now,
            edited=now,
            is_manual=True,
            is_from_api=True,
        )
        return self._merged(blank, given)

    def _merged(self, row: Worklog, given: dict[str, object]) -> Worklog:
        """Return the row with the given fields changed. Raises `RefusalError`."""
        changes: dict[str, object] = {}
        stamp = fields.text(given, "timestamp")
        if stamp is not None:
            changes["wall_start"] = fields.moment(stamp)
        length = fields.whole(given, "length")
        if length is not None:
            changes["length_seconds"] = length
        if "billablelength" in given:
            changes["billable_seconds"] = fields.whole(given, "billablelength")
        if "workitemid" in given:
            item_id = fields.whole(given, "workitemid")
            changes["work_item_id"] = item_id if item_id is not None and item_id > 0 else None
        if "comment" in given:
            changes["comment"] = fields.text(given, "comment")
        user_id = fields.text(given, "userid")
        if user_id is not None:
            changes["user_id"] = _known_user(fields.guid(user_id))
        activity_id = fields.text(given, "activitytypeid")
        if activity_id is not None:
            changes["activity_type_id"] = self._activity(fields.guid(activity_id))
        return msgspec.structs.replace(row, **changes)

    def _activity(self, activity_id: str) -> str:
        if catalogue.activity_type(activity_id) is None:
            raise RefusalError("DbValidationError", f"Activity type {activity_id} does not exist")
        enabled = self.world.settings.activity_types_enabled
        if not enabled and activity_id != catalogue.NOT_SET_ID:
            raise RefusalError("ActivityTypeDisabled", "Activity types are disabled")
        return activity_id


def _filtered(call: Call, rows: list[Worklog]) -> list[Worklog]:
    """Return the rows inside the bounds; every bound is strict, and goes by the start alone."""
    item_ids = _work_item_ids(call)
    after = fields.query_moment(call, "fromtimestamp") or datetime.min
    before = fields.query_moment(call, "totimestamp") or datetime.max
    made_after = fields.query_moment(call, "fromcreatedtimestamp") or datetime.min
    made_before = fields.query_moment(call, "tocreatedtimestamp") or datetime.max
    return [
        row
        for row in rows
        if after < row.wall_start < before
        and made_after < row.created < made_before
        and (not item_ids or row.work_item_id in item_ids)
    ]


def _work_item_ids(call: Call) -> set[int]:
    given = [part for part in call.query.get("workitemids", "").split(",") if part.strip()]
    if len(given) > _MAX_WORK_ITEM_IDS:
        raise RefusalError(
            "FilterWorkItemIdsCountExceeded", "No more than 100 work item ids are allowed"
        )
    if not all(part.strip().isdecimal() for part in given):
        raise malformed("The parameter $workItemIds must be numbers with commas between")
    return {int(part) for part in given}


def _known_user(user_id: str) -> str:
    if all(one.id != user_id for one in catalogue.USERS):
        raise RefusalError("DbValidationError", f"User {user_id} does not exist")
    return user_id


def _data(content: object) -> Reply:
    return json_reply(200, {"data": content})
