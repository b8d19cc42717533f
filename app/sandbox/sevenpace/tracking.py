"""The running track of the 7pace stand-in: a state machine, brought up to date at each request."""

from datetime import datetime, timedelta

import msgspec

from app.sandbox.sevenpace import catalogue
from app.sandbox.sevenpace.refusals import ViolationError
from app.sandbox.sevenpace.wall_time import on_the_wall
from app.sandbox.sevenpace.world import Worklog, World, new_id

STOPPED_BY_CHECK, STOPPED_BY_CLIENT, STOPPED_BY_LENGTH, IDLE = 1, 3, 4, 5


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a track is for. `activity_type_id` is always one that exists."""

    tfs_id: int | None = None
    remark: str | None = None
    activity_type_id: str = catalogue.NOT_SET_ID
    billable: bool | None = None


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """The track that runs. `active_at`: the start, or the last answer that the user works.

    `asked_at` is set while an activity check waits for `wait_seconds`.
    """

    work_log_id: str
    choice: Choice
    zone_minutes: int
    started_at: datetime
    active_at: datetime
    asked_at: datetime | None = None
    wait_seconds: int = 60


class Tracking:
    """The user's one running slot. Call `settle` first: there are no timers."""

    def __init__(self, world: World) -> None:
        """Begin with nothing running."""
        self.world = world
        self.reset()

    def reset(self) -> None:
        """Forget the track; the order of answers is kept, since clients remember it."""
        self.running: Running | None = None
        self.choice = Choice()
        self.last_id: str | None = None
        self.stopped_type = IDLE
        self.input_required = False
        self.changed_at = self.world.clock()

    def settle(self) -> None:
        """Let happen what fell due: a check is asked or goes unanswered, a track grows too long."""
        now = self.world.clock()
        track = self.running
        if track is None:
            return
        settings = self.world.settings
        if track.asked_at is None and settings.activity_check_minutes is not None:
            due_at = track.active_at + timedelta(minutes=settings.activity_check_minutes)
            if due_at <= now:
                wait = settings.activity_check_wait_seconds
                track = msgspec.structs.replace(track, asked_at=due_at, wait_seconds=wait)
                self.running = track
                self.changed_at = due_at
        ends: list[tuple[datetime, int]] = []
        if track.asked_at is not None:
            ends.append((track.asked_at + timedelta(seconds=track.wait_seconds), STOPPED_BY_CHECK))
        if settings.max_track_hours is not None:
            longest_for = timedelta(hours=settings.max_track_hours)
            ends.append((track.started_at + longest_for, STOPPED_BY_LENGTH))
        if ends and min(ends)[0] <= now:
            at, why = min(ends)
            self.stop_by_server(why, at)

    def start(self, choice: Choice, zone_minutes: int | None) -> None:
        """Start a track; one that runs is stopped first. Raises `ViolationError`."""
        now = self.world.clock()
        if self.running is not None:
            self._finish(now)
        zone = self.world.settings.zone_minutes if zone_minutes is None else zone_minutes
        self.running = Running(
            work_log_id=new_id(),
            choice=choice,
            zone_minutes=zone,
            started_at=now,
            active_at=now,
        )
        self.choice = choice
        self.stopped_type = 0
        self.input_required = False
        self.changed_at = now

    def stop(self, reason: int = 0) -> None:
        """Stop for the client; with nothing running the state is idle, and that is no error."""
        now = self.world.clock()
        if self.running is not None:
            self._finish(now)
            self.stopped_type = STOPPED_BY_CLIENT if reason else IDLE
            self.changed_at = now
        elif self.input_required:
            self.stopped_type = IDLE
        self.input_required = False

    def stop_by_server(self, why: int, at: datetime) -> None:
        """Stop without the client, who is to react to it."""
        if self.running is None:
            return
        self._finish(at)
        self.stopped_type = why
        self.input_required = True
        self.changed_at = at

    def adjust(self, remark: str | None, activity_type_id: str | None) -> None:
        """Change comment or activity type of the running track. Raises `ViolationError`."""
        if self.running is None:
            raise ViolationError("EntityNotFound", "There is no active track")
        self.choice = _changed(self.running.choice, remark, activity_type_id)
        self.running = msgspec.structs.replace(self.running, choice=self.choice)

    def select(self, choice: Choice) -> None:
        """Choose without starting; a running track is not touched."""
        if self.running is None:
            self.choice = choice
            self.input_required = False
            self.stopped_type = IDLE

    def ask(self, wait_seconds: int) -> None:
        """Ask the user now whether they still work."""
        if self.running is not None:
            now = self.world.clock()
            self.running = msgspec.structs.replace(
                self.running, asked_at=now, wait_seconds=wait_seconds
            )
            self.changed_at = now

    def confirm(self) -> None:
        """Take the user's answer that they still work; without a question nothing happens."""
        if self.running is not None and self.running.asked_at is not None:
            now = self.world.clock()
            self.running = msgspec.structs.replace(self.running, asked_at=None, active_at=now)
            self.changed_at = now

    def stop_if(self, work_log_id: str) -> None:
        """Stop if it is this worklog that runs: editing or deleting it ends the track."""
        if self.running is not None and self.running.work_log_id == work_log_id.lower():
            self.stop()

    def length_seconds(self) -> int:
        """Return how long the track runs, in whole seconds; 0 if none does."""
        if self.running is None:
            return 0
        return max(0, int((self.world.clock() - self.running.started_at).total_seconds()))

    def seconds_left(self) -> int:
        """Return how long the open activity check still waits; 0 without one."""
        if self.running is None or self.running.asked_at is None:
            return 0
        ends_at = self.running.asked_at + timedelta(seconds=self.running.wait_seconds)
        return max(0, int((ends_at - self.world.clock()).total_seconds()))

    def running_worklog(self) -> Worklog | None:
        """Return the row that the running track would be if it stopped now."""
        if self.running is None:
            return None
        return self._row(self.running, self.world.clock())

    def _finish(self, at: datetime) -> None:
        if self.running is None:
            return
        self.world.put(self._row(self.running, at))
        self.last_id = self.running.work_log_id
        self.running = None

    def _row(self, track: Running, at: datetime) -> Worklog:
        length = max(0, int((at - track.started_at).total_seconds()))
        billable = {None: None, True: length, False: 0}[track.choice.billable]
        utc = on_the_wall(track.started_at, 0)
        return Worklog(
            id=track.work_log_id,
            user_id=catalogue.ME.id,
            added_by_id=catalogue.ME.id,
            wall_start=on_the_wall(track.started_at, track.zone_minutes),
            length_seconds=length,
            billable_seconds=billable,
            work_item_id=track.choice.tfs_id,
            comment=track.choice.remark,
            activity_type_id=track.choice.activity_type_id,
            created=utc,
            edited=on_the_wall(at, 0),
            is_tracked=True,
        )


def _changed(choice: Choice, remark: str | None, activity_type_id: str | None) -> Choice:
    return msgspec.structs.replace(
        choice,
        remark=choice.remark if remark is None else remark,
        activity_type_id=activity_type_id or choice.activity_type_id,
    )
