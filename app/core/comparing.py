"""Whether two readings of one track or entry say the same, field by field."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import assert_never

import msgspec

from app.core.remote import Capabilities, Facts, Field
from app.core.timekeeping import wall_start

NOT_SET = "00000000-0000-0000-0000-000000000000"


def plain(text: str) -> str:
    """Text as servers keep it: NFC, line ends as \\n, no white space around (`PROTOCOL.md` §4)."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def value(facts: Facts, field: Field, capabilities: Capabilities) -> object:
    """The field in a form that can be compared with `==`."""
    match field:
        case Field.TIME:
            start = wall_start(facts) if capabilities.wall_time else facts.started_at
            length = None if facts.stopped_at is None else facts.stopped_at - facts.started_at
            return start, length
        case Field.ITEM:
            return None if facts.item is None else facts.item.id.casefold()
        case Field.COMMENT:
            return plain(facts.comment)
        case Field.ACTIVITY:
            activity = facts.activity.casefold()
            return "" if activity == NOT_SET else activity
        case Field.TAGS:
            return frozenset(facts.tags)
        case Field.BILLABLE:
            return facts.billable
        case _:
            assert_never(field)


def differing(ours: Facts, theirs: Facts, capabilities: Capabilities) -> frozenset[Field]:
    """The tellable fields in which the two differ.

    A `billable` that was never said differs from nothing: the server fills in its own default, and
    there is no way to unsay it.
    """
    fields = set()
    for field in capabilities.tellable:
        mine = value(ours, field, capabilities)
        if mine == value(theirs, field, capabilities):
            continue
        if field is Field.BILLABLE and mine is None:
            continue
        fields.add(field)
    return frozenset(fields)


def carry(onto: Facts, source: Facts, fields: frozenset[Field]) -> Facts:
    """`onto` with the given fields of `source`; TIME brings zone and offset along."""
    changes: dict[str, object] = {}
    for field in fields:
        if field is Field.TIME:
            for name in ("started_at", "stopped_at", "zone", "offset_minutes"):
                changes[name] = getattr(source, name)
        else:
            changes[field.value] = getattr(source, field.value)
    return msgspec.structs.replace(onto, **changes)


def as_ours(row: Facts, ours: Facts, capabilities: Capabilities) -> Facts:
    """A row of a wall-time server, read as the instant that we mean where the wall readings agree.

    Of the two instants that a repeated hour allows, the one nearest to ours is taken; a reading
    that is unchanged is not moved by converting it (`PROTOCOL.md` §7).
    """
    if not capabilities.wall_time:
        return row
    shift = timedelta(minutes=row.offset_minutes - ours.offset_minutes)
    started_at = row.started_at + shift
    if abs(started_at - ours.started_at) > abs(row.started_at - ours.started_at):
        return row
    stopped_at = None if row.stopped_at is None else row.stopped_at + shift
    return msgspec.structs.replace(
        row,
        started_at=started_at,
        stopped_at=stopped_at,
        zone=ours.zone,
        offset_minutes=ours.offset_minutes,
    )
