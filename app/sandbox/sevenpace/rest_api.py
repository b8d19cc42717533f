"""The rest of the REST CRUD API v3: me, users and roles, activity types, approval of weeks."""

from datetime import date, datetime

from app.sandbox.sevenpace import catalogue, fields, shapes
from app.sandbox.sevenpace.refusals import RefusalError, malformed, no_route_reply
from app.sandbox.sevenpace.tracking import Tracking
from app.sandbox.sevenpace.wall_time import week_start
from app.sandbox.sevenpace.worklog_api import MAX_COUNT, WorklogApi
from app.sandbox.wire import Call, Reply, json_reply

_ROLES = frozenset({"None", "Team", "Budget", "Product", "Administrator"})


class RestApi:
    """Answers what comes below `/api/rest`; every success is `{"data": …}`."""

    def __init__(self, tracking: Tracking) -> None:
        """Work on the world of `tracking`."""
        self.world = tracking.world
        self.worklogs = WorklogApi(tracking)
        self.reset()

    def reset(self) -> None:
        """Give everybody their first role again."""
        self.roles = {one.id: one.role for one in catalogue.USERS}

    def answer(self, call: Call, parts: list[str]) -> Reply:
        """Answer a call whose path below the API is `parts`. Raises `RefusalError`."""
        names = [part.lower() for part in parts]
        if names[:1] == ["worklogs"]:
            return self.worklogs.answer(call, parts[1:])
        if names[:1] == ["timeapproval"]:
            return self._approval(call, names[1:])
        if names == ["users", "roles"] and call.method in ("GET", "POST"):
            return self._list_roles(call) if call.method == "GET" else self._set_roles(call)
        if call.method != "GET":
            return no_route_reply(405 if names else 404, call.path)
        if names == ["me"]:
            return self._me(call)
        if names[:1] == ["users"] and len(names) <= 2:
            return self._users(call, parts[1:])
        if names[:1] == ["activitytypes"] and len(names) <= 2:
            return self._activity_types(parts[1:])
        return no_route_reply(404, call.path)

    def _me(self, call: Call) -> Reply:
        zone_name = "timezone" if "timezone-key" in call.switches else "timeZone"
        me = shapes.user(catalogue.ME, display_name=fields.wants_display_name(call))
        account = {
            "vstsId": catalogue.COLLECTION_ID,
            "vstsCollectionId": catalogue.COLLECTION_ID,
            "name": catalogue.COLLECTION_NAME,
            "id": catalogue.COLLECTION_ID,
        }
        return _data(
            {
                "user": me,
                "account": account,
                "defaultActivityType": None,
                zone_name: self.world.settings.zone_minutes,
            }
        )

    def _users(self, call: Call, parts: list[str]) -> Reply:
        display_name = fields.wants_display_name(call)
        shown = [shapes.user(one, display_name=display_name) for one in catalogue.USERS]
        if not parts:
            return _data(_page(call, shown))
        wanted = fields.guid(parts[0])
        for one in shown:
            if one["id"] == wanted:
                return _data(one)
        raise fields.refuse_unknown("EntityNotFound", f"User {wanted}")

    def _list_roles(self, call: Call) -> Reply:
        self._require_administrator()
        display_name = fields.wants_display_name(call)
        everybody = fields.query_truth(call, "includenoneroles")
        rows: list[shapes.Shape] = [
            {
                **shapes.user(one, display_name=display_name),
                "role": {"id": self.roles[one.id].lower(), "name": self.roles[one.id]},
            }
            for one in catalogue.USERS
            if everybody or self.roles[one.id] != "None"
        ]
        return _data(_page(call, rows))

    def _set_roles(self, call: Call) -> Reply:
        self._require_administrator()
        wishes = fields.object_of(call).get("users")
        if not isinstance(wishes, list):
            raise malformed("The field users is required")
        failed: list[dict[str, object]] = []
        for wish in wishes:
            try:
                self._set_role(fields.lowered(wish))
            except RefusalError as refusal:
                failed.append({"entity": wish, "error": {"message": str(refusal)}})
        return _data(
            {
                "succeeded": len(wishes) - len(failed),
                "failed": len(failed),
                "failedEntries": failed,
            }
        )

    def _set_role(self, wish: dict[str, object]) -> None:
        role = fields.lowered(wish.get("role"))
        name = (fields.text(role, "name") or fields.text(role, "id") or "").capitalize()
        if name not in _ROLES:
            raise fields.refuse_unknown("DbValidationError", "Role")
        for one in catalogue.USERS:
            keys = {"id": one.id, "vstsid": one.vsts_id, "email": one.email}
            if any(fields.text(wish, key) == value for key, value in keys.items()):
                self.roles[one.id] = name
                return
        raise fields.refuse_unknown("EntityNotFound", "User")

    def _activity_types(self, parts: list[str]) -> Reply:
        shown = [shapes.activity_type(kind) for kind in catalogue.ACTIVITY_TYPES]
        if parts:
            wanted = fields.guid(parts[0])
            for one in shown:
                if one["id"] == wanted:
                    return _data(one)
            raise fields.refuse_unknown("EntityNotFound", f"Activity type {wanted}")
        return _data(
            {
                "enabled": self.world.settings.activity_types_enabled,
                "activityTypes": shown,
                "systemDefaultActivityTypeId": catalogue.NOT_SET_ID,
            }
        )

    def _approval(self, call: Call, names: list[str]) -> Reply:
        if names == ["week"] and call.method == "POST":
            return self._submit(call)
        if names == ["week"] and call.method == "DELETE":
            return self._revoke(call)
        if names == ["all"] and call.method == "GET":
            return self._all_weeks(call)
        return no_route_reply(405 if names in (["week"], ["all"]) else 404, call.path)

    def _submit(self, call: Call) -> Reply:
        given = fields.object_of(call)
        starts_on = _week(fields.text(given, "weekstart"))
        manager_id = fields.guid(fields.text(given, "assignedmanagerid") or "")
        if all(one.id != manager_id or not one.manages for one in catalogue.USERS):
            raise RefusalError("DbValidationError", "The assigned manager cannot approve time")
        if self.world.is_locked(catalogue.ME.id, starts_on):
            raise RefusalError("ApprovalStateFailed", "The week is submitted already")
        self.world.set_week(starts_on, 1, manager_id)
        return _data(True)

    def _revoke(self, call: Call) -> Reply:
        starts_on = _week(call.query.get("weekstart"))
        week = self.world.weeks.get((catalogue.ME.id, starts_on))
        if week is None or week.state != 1:
            raise RefusalError("ApprovalStateFailed", "The week is not in a submitted state")
        # No row means unsubmitted.
        del self.world.weeks[(catalogue.ME.id, starts_on)]
        return _data(True)

    def _all_weeks(self, call: Call) -> Reply:
        if not self.world.settings.approval_manager:
            raise RefusalError("AccessDenied", "Access denied. Not enough rights")
        after = week_start((fields.query_moment(call, "fromtimestamp") or datetime.min).date())
        before = (fields.query_moment(call, "totimestamp") or datetime.max).date()
        display_name = fields.wants_display_name(call)
        rows = sorted(self.world.weeks.values(), key=lambda week: week.starts_on)
        return _data(
            _page(
                call,
                [
                    shapes.week(one, display_name=display_name)
                    for one in rows
                    # These bounds take in the week that they fall in.
                    if after <= one.starts_on <= before
                ],
            )
        )

    def _require_administrator(self) -> None:
        if self.world.settings.role != "Administrator":
            raise RefusalError("AccessDenied", "Access denied. Not enough rights")


def _week(text: str | None) -> date:
    if not text:
        raise malformed("The field weekStart is required")
    return week_start(fields.moment(text).date())


def _page(call: Call, rows: list[shapes.Shape]) -> list[shapes.Shape]:
    count = min(fields.query_count(call, "count", MAX_COUNT), MAX_COUNT)
    skip = fields.query_count(call, "skip", 0)
    return rows[skip : skip + count]


def _data(content: object) -> Reply:
    return json_reply(200, {"data": content})
