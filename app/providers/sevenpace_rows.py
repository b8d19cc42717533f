"""Rows of 7pace as the core knows them: worklogs, the running track, work items, activity types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from msgspec import UNSET, Struct

from app.core.remote import Facts, RemoteRow, WorkItem
from app.providers.http_errors import plain
from app.providers.sevenpace_time import Reading, Started, read, started
from app.providers.sevenpace_wire import Id, Number, StateWire, TrackWire, WorkItemWire, WorkLogWire

NOT_SET = "00000000-0000-0000-0000-000000000000"

# A hundred years: what is longer is no length, and would end beyond the last date.
LONGEST_ENTRY_SECONDS = 100 * 366 * 86_400

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Listed(Struct, frozen=True):
    """A worklog as a row, with the reading of its start that the row was made from."""

    row: RemoteRow
    reading: Reading


def is_guid(text: str) -> bool:
    """Whether an id can name a worklog."""
    return _GUID.fullmatch(text) is not None


def listed(log: WorkLogWire, zone: str) -> Listed:
    """A worklog as a row; its wall start means an instant in `zone`. Raises ValueError."""
    if not log.id.strip():
        raise ValueError("a row without an id")
    reading = read(log.timestamp or log.time_stamp or "")
    begun = started(reading, zone)
    activity = log.activity_type
    facts = Facts(
        started_at=begun.at,
        stopped_at=begun.at + timedelta(seconds=_length_seconds(log.length)),
        item=item_of(log.work_item_id),
        comment=log.comment or "",
        activity=activity_of(activity.id if activity else None, {}),
        # null is "not set"; 0 is "not billable".
        billable=None if log.billable_length is None else log.billable_length > 0,
        zone=zone,
        offset_minutes=begun.offset_minutes,
    )
    return Listed(
        RemoteRow(
            remote_id=log.id.lower(),
            facts=facts,
            revision=log.edited_timestamp or "",
            editable=log.is_can_edit is not False,
        ),
        reading,
    )


def running_id(track: TrackWire) -> str:
    """The identity of the running track: the id of the worklog that it will be.

    Without one (older servers) work item and start stand in, which tell two tracks apart but name
    no worklog.
    """
    if track.work_log_id and track.work_log_id != NOT_SET:
        return track.work_log_id.lower()
    return f"{track.tfs_id or ''}|{track.current_track_started_date_time or ''}"


def running(
    track: TrackWire, begun: Started, zone: str, activity_names: Mapping[str, str]
) -> RemoteRow:
    """The running track as a row; whether it is billable is not said while it runs."""
    facts = Facts(
        started_at=begun.at,
        item=item_of(track.tfs_id, track.work_item),
        comment=track.remark or "",
        activity=activity_of(track.activity_type_id, activity_names),
        zone=zone,
        offset_minutes=begun.offset_minutes,
    )
    return RemoteRow(running_id(track), facts)


def item_of(number: Id, shown: WorkItemWire | None = None) -> WorkItem | None:
    """The work item; null, 0 and below mean none (APIS.md 3.4). Titles become plain text."""
    id_text = _number_text(number)
    if not id_text:
        return None
    if shown is None or _number_text(shown.id) != id_text:
        return WorkItem(id_text)
    return WorkItem(id_text, plain(shown.title or ""), plain(shown.team_project or ""))


def activity_of(id_or_name: str | None, names: Mapping[str, str]) -> str:
    """The id of an activity type, "" for `[Not Set]`; a known name is read as its id.

    `names` leads from names in lower case to ids: the seed's own example has a name for an id.
    """
    text = (id_or_name or "").strip()
    text = names.get(text.lower(), text)
    if not text or text == NOT_SET or text.lower() == "[not set]":
        return ""
    return text.lower() if is_guid(text) else text


def activity_names(state: StateWire) -> dict[str, str] | None:
    """The names that a state's settings teach; None where it has no settings (keep the old)."""
    settings = state.settings
    if settings is None or settings.activity_type is None:
        return None
    known = settings.activity_type.activity_types or []
    return {one.name.strip().lower(): one.id for one in known if one.name and one.id}


def whole_seconds(number: Number) -> int | None:
    """Seconds, fractions cut off."""
    return None if number is None else int(number)


def has_track(state: StateWire) -> bool:
    """Whether a state says anything of a track."""
    return state.track is not UNSET and state.track is not None


def _length_seconds(number: Number) -> int:
    seconds = max(0, whole_seconds(number) or 0)
    if seconds > LONGEST_ENTRY_SECONDS:
        raise ValueError("not the length of an entry")
    return seconds


def _number_text(number: Id) -> str:
    if number is None:
        return ""
    try:
        as_number = int(number)
    except ValueError:
        return ""
    return str(as_number) if as_number > 0 else ""
