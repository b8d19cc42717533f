"""What 7pace's two APIs send, as types: bare or in `{"data": …}`, nearly all of it nullable.

Keys that are not named here are ignored. A value of the wrong type makes the answer unreadable; a
missing one does not.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

Number = int | float | None
Id = int | str | None

T = TypeVar("T")


class UserWire(msgspec.Struct, rename="camel"):
    """A person, in `me` and in worklogs."""

    id: str | None = None
    name: str | None = None
    unique_name: str | None = None
    display_name: str | None = None


class MeWire(msgspec.Struct):
    """Who the token belongs to."""

    user: UserWire | None = None


class ActivityTypeWire(msgspec.Struct, rename="camel"):
    """A kind of work; `is_default` and `is_not_set` in the tracking API alone."""

    id: str | None = None
    name: str | None = None
    is_default: bool | None = None
    is_not_set: bool | None = None


class ActivityTypesWire(msgspec.Struct, rename="camel"):
    """The kinds of work as REST lists them."""

    enabled: bool | None = None
    activity_types: list[ActivityTypeWire] | None = None
    system_default_activity_type_id: str | None = None


class RehearsedWire(msgspec.Struct):
    """What a rehearsal shows of a time entry: an id perhaps, of a row that is there or is not."""

    id: str | None = None


class WorkLogWire(msgspec.Struct, rename="camel"):
    """A time entry. Requests say `timeStamp`, answers `timestamp`; the server minds neither."""

    id: str
    timestamp: str | None = None
    time_stamp: str | None = None
    length: Number = None
    billable_length: Number = None
    work_item_id: Id = None
    comment: str | None = None
    edited_timestamp: str | None = None
    activity_type: ActivityTypeWire | None = None
    is_can_edit: bool | None = None


class WorkItemWire(msgspec.Struct, rename="camel"):
    """A work item of Azure DevOps."""

    id: Id = None
    title: str | None = None
    team_project: str | None = None


class ActivityCheckWire(msgspec.Struct, rename="camel"):
    """The server's question whether the user still works."""

    is_running: bool | None = None
    seconds_left: Number = None


class TrackWire(msgspec.Struct, rename="camel"):
    """The track that the tracking API knows; `tracking_state` says whether it runs."""

    tfs_id: Id = None
    remark: str | None = None
    activity_type_id: str | None = None
    work_item: WorkItemWire | None = None
    tracking_state: Id = None
    activity_check: ActivityCheckWire | None = None
    current_track_length: Number = None
    current_track_started_date_time: str | None = None
    track_time_zone: Number = None
    work_log_id: str | None = None


class TrackSettingsWire(msgspec.Struct, rename="camel"):
    """What became of the call: HTTP 200 can be a refusal."""

    is_tracking_start_allowed: bool | None = None
    response_state: Id = None
    response_message: str | None = None


class ActivitySettingsWire(msgspec.Struct, rename="camel"):
    """The kinds of work as the tracking API lists them."""

    activity_types: list[ActivityTypeWire] | None = None


class SettingsWire(msgspec.Struct, rename="camel"):
    """What `$expand=true` adds; null keeps what was there before."""

    activity_type: ActivitySettingsWire | None = None


class StateWire(msgspec.Struct, rename="camel"):
    """The answer of each tracking call. `timestamp` orders states and means nothing else."""

    track: TrackWire | UnsetType | None = UNSET
    track_settings: TrackSettingsWire | None = None
    settings: SettingsWire | None = None
    timestamp: int | float | str | None = None


class FoundGroupWire(msgspec.Struct, rename="camel"):
    """One work item found, under the name of its group."""

    work_item: WorkItemWire | None = None


class FoundWire(msgspec.Struct, rename="camel"):
    """The answer of a search."""

    work_items: list[FoundGroupWire] | None = None


class _Envelope(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw()


def decode_me(content: bytes) -> MeWire:
    """Read the answer of `me`. This and the others raise msgspec errors for what cannot be read."""
    return _decode(content, MeWire)


def decode_activity_types(content: bytes) -> ActivityTypesWire:
    """Read the answer of `activityTypes`."""
    return _decode(content, ActivityTypesWire)


def decode_worklog(content: bytes) -> WorkLogWire:
    """Read one time entry."""
    return _decode(content, WorkLogWire)


def decode_worklogs(content: bytes) -> list[WorkLogWire]:
    """Read a list of time entries."""
    return _decode(content, list[WorkLogWire])


def decode_rehearsed(content: bytes) -> list[RehearsedWire]:
    """Read what a batch that is only checked is answered with."""
    return _decode(content, list[RehearsedWire])


def decode_found(content: bytes) -> FoundWire:
    """Read the answer of a search."""
    return _decode(content, FoundWire)


def decode_state(content: bytes) -> StateWire:
    """Read a tracking state; an object that has nothing of one is none."""
    state = _decode(content, StateWire)
    if state.track is UNSET and state.track_settings is None:
        raise msgspec.ValidationError("neither `track` nor `trackSettings`")
    return state


def _decode(content: bytes, kind: type[T]) -> T:
    # The documents and the clients disagree on which answers are wrapped: both are read.
    if content.lstrip()[:1] == b"{":
        inner = bytes(msgspec.json.decode(content, type=_Envelope).data)
        if inner:
            return msgspec.json.decode(inner, type=kind)
    return msgspec.json.decode(content, type=kind)
