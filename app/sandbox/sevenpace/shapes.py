"""The 7pace bodies as the vendor writes them, with the switches that bend a shape."""

from collections.abc import Mapping
from datetime import timedelta

from app.sandbox.sevenpace import catalogue
from app.sandbox.sevenpace.catalogue import ActivityType, User, WorkItem
from app.sandbox.sevenpace.tracking import Tracking
from app.sandbox.sevenpace.wall_time import instant_text, on_the_wall, wall_text
from app.sandbox.sevenpace.world import Week, Worklog, World
from app.sandbox.wire import Switch

Shape = dict[str, object]
Switches = Mapping[str, Switch]

_STATE_NUMBERS = {"tracking": 0, "idle": 1, "activityCheck": 3, "clientInputRequired": 4}
_RESPONSE_NUMBERS = {"OK": 0, "Warning": 1, "Error": 2, "AuthError": 3}
_MARKUP = "<b>{}</b><img src=x onerror=alert(1)>"


def work_item(item: WorkItem | None, switches: Switches) -> Shape | None:
    """Return a work item with its parent."""
    if item is None:
        return None
    title = _MARKUP.format(item.title) if "markup-title" in switches else item.title
    project = item.team_project
    link = f"https://dev.azure.com/acme/{project.replace(' ', '%20')}/_workitems/edit/{item.id}"
    return {
        "id": item.id,
        "title": title,
        "color": item.color,
        "teamProject": project,
        "type": item.type,
        "workItemLink": link,
        "effort": item.effort,
        "parent": work_item(catalogue.work_item(item.parent_id), switches),
    }


def activity_type(kind: ActivityType) -> Shape:
    """Return an activity type as the REST API writes it."""
    return {"color": kind.color, "name": kind.name, "id": kind.id}


def user(person: User, *, display_name: bool = False) -> Shape:
    """Return a user; `displayName` only if it was asked for."""
    shape: Shape = {
        "uniqueName": person.unique_name,
        "vstsId": person.vsts_id,
        "vstsCollectionId": catalogue.COLLECTION_ID,
        "name": person.name,
        "email": person.email,
        "id": person.id,
    }
    if display_name:
        shape["displayName"] = person.name
    return shape


def person(user_id: str) -> User:
    """Return the user of that id; ids in rows are always known ones."""
    return next(one for one in catalogue.USERS if one.id == user_id)


def worklog(row: Worklog, *, display_name: bool = False, editable: bool | None = None) -> Shape:
    """Return a worklog; `isCanEdit` and `isCanDelete` only if `editable` is known."""
    kind = catalogue.activity_type(row.activity_type_id) or catalogue.ACTIVITY_TYPES[0]
    shape: Shape = {
        "timestamp": wall_text(row.wall_start),
        "length": row.length_seconds,
        "billableLength": row.billable_seconds,
        "workItemId": row.work_item_id,
        "comment": row.comment,
        "user": user(person(row.user_id), display_name=display_name),
        "addedByUser": user(person(row.added_by_id), display_name=display_name),
        "createdTimestamp": wall_text(row.created),
        "editedTimestamp": wall_text(row.edited),
        "activityType": activity_type(kind),
        "flags": {
            "isTracked": row.is_tracked,
            "isManuallyEntered": row.is_manual,
            "isChanged": row.is_changed,
            "isTrackedExtended": False,
            "isImported": False,
            "isFromApi": row.is_from_api,
            "isBillable": bool(row.billable_seconds),
        },
        "id": row.id,
    }
    if editable is not None:
        shape["isCanEdit"] = editable
        shape["isCanDelete"] = editable
    return shape


def week(row: Week, *, display_name: bool = False) -> Shape:
    """Return the approval state of a week."""
    manager = None if row.manager_id is None else person(row.manager_id)
    shown = None if manager is None else user(manager, display_name=display_name)
    approved = row.state == 3
    return {
        "id": row.id,
        "weekStartDate": f"{row.starts_on.isoformat()}T00:00:00",
        "weekEndDate": f"{(row.starts_on + timedelta(days=6)).isoformat()}T00:00:00",
        "user": user(person(row.user_id), display_name=display_name),
        "approvalState": row.state,
        "modificationTimestamp": wall_text(row.modified),
        "submittedTimestamp": wall_text(row.submitted),
        "approvalTimestamp": wall_text(row.modified) if approved else None,
        "assignedManager": shown,
        "approvedByManager": shown if approved else None,
    }


def latest_row(row: Worklog, switches: Switches) -> Shape:
    """Return a worklog as the Tracking API lists it."""
    ends = row.wall_start + timedelta(seconds=row.length_seconds)
    return {
        "id": row.id,
        "remark": row.comment,
        "startTime": wall_text(row.wall_start),
        "endTime": wall_text(ends),
        "periodLength": row.length_seconds,
        "activityTypeId": row.activity_type_id,
        "workItem": work_item(catalogue.work_item(row.work_item_id), switches),
    }


def tracking_state(
    tracking: Tracking,
    switches: Switches,
    *,
    expand: bool,
    timestamp: int,
    refusal: str | None = None,
) -> Shape:
    """Return a `trackingStateModel`; with `refusal` it is the HTTP 200 that says no."""
    response = "OK" if refusal is None else "Error"
    numbers = "enum-numbers" in switches
    return {
        "track": track(tracking, switches, totals=expand),
        "trackSettings": {
            "isTrackingStartAllowed": "unauthorised-start" not in switches,
            "responseState": _RESPONSE_NUMBERS[response] if numbers else response,
            "responseMessage": refusal or "",
        },
        "settings": _settings(tracking.world) if expand else None,
        "timestamp": timestamp - 10_000_000 if "stale-timestamp" in switches else timestamp,
    }


def track(tracking: Tracking, switches: Switches, *, totals: bool) -> Shape:
    """Return the bare track: what runs, or what is chosen."""
    running = tracking.running
    choice = tracking.choice
    asked = running is not None and running.asked_at is not None
    state = "idle"
    if running is not None:
        state = "activityCheck" if asked else "tracking"
    elif tracking.input_required:
        state = "clientInputRequired"
    check: Shape | None = {"isRunning": asked, "secondsLeft": tracking.seconds_left()}
    if "null-activity-check" in switches and not asked:
        check = None
    started = None
    if running is not None:
        started = wall_text(on_the_wall(running.started_at, running.zone_minutes))
    zone = tracking.world.settings.zone_minutes if running is None else running.zone_minutes
    today, mine, team = _totals(tracking) if totals else (None, None, 0)
    return {
        "tfsId": choice.tfs_id,
        "remark": choice.remark or "",
        "activityTypeId": choice.activity_type_id,
        "workItem": work_item(catalogue.work_item(choice.tfs_id), switches),
        "trackingState": _STATE_NUMBERS[state] if "enum-numbers" in switches else state,
        "stoppedTrackType": tracking.stopped_type,
        "activityCheck": check,
        "currentTrackLength": tracking.length_seconds(),
        "totalMeTodayLength": today,
        "totalMeLength": mine,
        "totalTeamLength": team,
        "trackAdjustmentLength": 0,
        "currentTrackStartedDateTime": started,
        "trackStatusChangeDate": instant_text(tracking.changed_at),
        "trackTimeZone": zone,
        "workLogId": tracking.last_id if running is None else running.work_log_id,
    }


def _totals(tracking: Tracking) -> tuple[int, int, int]:
    """Return seconds on the chosen work item: mine today, mine, the team's. Per item: assumed."""
    world = tracking.world
    rows = list(world.worklogs.values())
    now = tracking.running_worklog()
    if now is not None:
        rows.append(now)
    rows = [row for row in rows if row.work_item_id == tracking.choice.tfs_id]
    mine = [row for row in rows if row.user_id == catalogue.ME.id]
    today = world.now_wall().date()
    return (
        sum(row.length_seconds for row in mine if row.wall_start.date() == today),
        sum(row.length_seconds for row in mine),
        sum(row.length_seconds for row in rows),
    )


def _settings(world: World) -> Shape:
    me = catalogue.ME
    return {
        "activityType": {
            "isEnabled": world.settings.activity_types_enabled,
            "defaultActivity": None,
            "activityTypes": [
                {
                    "id": kind.id,
                    "color": kind.color,
                    "name": kind.name,
                    "isDefault": kind.id == catalogue.NOT_SET_ID,
                    "isNotSet": kind.id == catalogue.NOT_SET_ID,
                }
                for kind in catalogue.ACTIVITY_TYPES
            ],
        },
        "userInfo": {
            "userId": me.id,
            "userName": me.name,
            "userUniqueName": me.unique_name,
            "encodedImage": "",
            "applicationVersion": "5.53",
            "teamServicesUrl": "https://dev.azure.com/acme/",
            "projectId": None,
        },
    }
