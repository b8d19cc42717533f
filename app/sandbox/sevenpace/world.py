"""What the 7pace stand-in holds: settings, worklogs and weeks, and the rules for changing them."""

import uuid
from datetime import UTC, date, datetime, timedelta

import msgspec

from app.sandbox.sevenpace import catalogue
from app.sandbox.sevenpace.refusals import RefusalError
from app.sandbox.sevenpace.wall_time import on_the_wall, rounded, week_start
from app.sandbox.wire import SettableClock

LOCKED_STATES = frozenset({1, 3, 99})


class Settings(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What administrators set. `refuse_by` is “state” (HTTP 200) or “status” (HTTP 4xx).

    `zone_minutes` is the user's zone east of UTC. `None` turns `activity_check_minutes` and
    `max_track_hours` off. `lists_running`: do lists show the running worklog? No document says.
    """

    zone_minutes: int = 0
    requires_item_or_comment: bool = True
    requires_work_item: bool = False
    requires_comment: bool = False
    requires_activity: bool = False
    prevents_closed_items: bool = False
    prevents_future: bool = False
    refuse_by: str = "state"
    role: str = "Team"
    approval_manager: bool = False
    activity_types_enabled: bool = True
    activity_check_minutes: float | None = None
    activity_check_wait_seconds: int = 60
    max_track_hours: float | None = None
    lists_running: bool = False


class Worklog(msgspec.Struct, frozen=True, kw_only=True):
    """A row of worked time. `wall_start` is local, `created` and `edited` UTC, all naive."""

    id: str
    user_id: str
    added_by_id: str
    wall_start: datetime
    length_seconds: int
    billable_seconds: int | None = None
    work_item_id: int | None = None
    comment: str | None = None
    activity_type_id: str = catalogue.NOT_SET_ID
    created: datetime
    edited: datetime
    is_tracked: bool = False
    is_manual: bool = False
    is_changed: bool = False
    is_from_api: bool = False


class Week(msgspec.Struct, frozen=True):
    """A week that was submitted. State: 1 submitted, 2 reopened, 3 approved, 99 closed."""

    id: str
    user_id: str
    starts_on: date
    state: int
    manager_id: str | None
    submitted: datetime
    modified: datetime


class World:
    """The rows of the server; a change puts in whole rows."""

    def __init__(self, clock: SettableClock) -> None:
        """Begin empty, in the zone in which the sandbox runs."""
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget every row and setting."""
        here = self.clock().astimezone().utcoffset() or timedelta()
        self.settings = Settings(zone_minutes=int(here.total_seconds() // 60))
        self.worklogs: dict[str, Worklog] = {}
        self.weeks: dict[tuple[str, date], Week] = {}

    def now_utc(self) -> datetime:
        """Return the server's time, naive, in UTC."""
        return self.clock().astimezone(UTC).replace(tzinfo=None)

    def now_wall(self) -> datetime:
        """Return the user's wall time, naive."""
        return on_the_wall(self.clock(), self.settings.zone_minutes)

    def worklog(self, worklog_id: str) -> Worklog:
        """Return a row. Raises `RefusalError` if there is none."""
        row = self.worklogs.get(worklog_id.lower())
        if row is None:
            raise RefusalError("EntityNotFound", f"Worklog {worklog_id} was not found")
        return row

    def check(self, row: Worklog, *, says_length: bool = True) -> None:
        """Raise `RefusalError` if the row may not stand; length 0 may, if the call gives none."""
        if says_length and row.length_seconds <= 0:
            raise RefusalError("LengthMustBePositive", "Length must be greater than 0")
        if row.work_item_id is None and not row.comment:
            raise RefusalError("WorkItemIdOrCommentRequired", "Work item ID or comment is required")
        if row.work_item_id is not None and catalogue.work_item(row.work_item_id) is None:
            raise RefusalError("DbValidationError", f"Work item {row.work_item_id} does not exist")
        if self.settings.prevents_future and row.wall_start.date() > self.now_wall().date():
            raise RefusalError(
                "FutureCheckFailed", "Time tracking beyond the present day is not allowed"
            )
        self.check_rights(row)
        self.check_week(row)

    def check_rights(self, row: Worklog) -> None:
        """Raise `RefusalError` if the user may not change the row."""
        if row.user_id != catalogue.ME.id and self.settings.role != "Administrator":
            raise RefusalError(
                "NoRightsToWorkLogModification", "You have no rights to modify this worklog"
            )

    def check_week(self, row: Worklog) -> None:
        """Raise `RefusalError` if the week of the row is locked."""
        if self.is_locked(row.user_id, row.wall_start.date()):
            raise RefusalError(
                "ApprovalStateFailed", "Selected date is locked for editing by approval"
            )

    def is_locked(self, user_id: str, day: date) -> bool:
        """Say whether the week of that day may not be changed."""
        week = self.weeks.get((user_id, week_start(day)))
        return week is not None and week.state in LOCKED_STATES

    def can_change(self, row: Worklog) -> bool:
        """Say whether the user may edit and delete the row now."""
        try:
            self.check_rights(row)
            self.check_week(row)
        except RefusalError:
            return False
        return True

    def put(self, row: Worklog) -> Worklog:
        """Keep a new row, whatever it says."""
        self.worklogs[row.id] = row
        return row

    def edit(self, row: Worklog) -> Worklog:
        """Keep an edited row: new revision, and digits cut as the database cuts them."""
        edited = msgspec.structs.replace(
            row,
            wall_start=rounded(row.wall_start),
            created=rounded(row.created),
            edited=rounded(self.now_utc()),
            is_changed=True,
        )
        self.worklogs[edited.id] = edited
        return edited

    def delete(self, worklog_id: str) -> None:
        """Remove a row. Raises `RefusalError` if it is gone or locked."""
        row = self.worklog(worklog_id)
        self.check_rights(row)
        self.check_week(row)
        del self.worklogs[row.id]

    def set_week(self, starts_on: date, state: int, manager_id: str | None) -> Week:
        """Give the user's week a state."""
        key = (catalogue.ME.id, starts_on)
        before = self.weeks.get(key)
        week = Week(
            id=new_id() if before is None else before.id,
            user_id=catalogue.ME.id,
            starts_on=starts_on,
            state=state,
            manager_id=manager_id or (before.manager_id if before else None),
            submitted=before.submitted if before else self.now_utc(),
            modified=self.now_utc(),
        )
        self.weeks[key] = week
        return week


def new_id() -> str:
    """Return a fresh id in the vendor's form."""
    return str(uuid.uuid4())
