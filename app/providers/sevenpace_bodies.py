"""What is sent to 7pace: the bodies of its writes, made from the write alone (`PROTOCOL.md` §1)."""

from __future__ import annotations

from app.core.remote import ALL_FIELDS, Facts, Field, Trouble, TroubleKind, Write
from app.ports.provider import ProviderError
from app.providers.sevenpace_rows import NOT_SET
from app.providers.sevenpace_time import wall_text
from app.words import _

Body = dict[str, str | int | bool | None]


def start_body(write: Write) -> Body:
    """The body of `startTracking`: what is not set is left out. There is no start time in it."""
    facts, fields = write.facts, write.fields or ALL_FIELDS
    body: Body = {"timeZone": facts.offset_minutes}
    if Field.ITEM in fields and facts.item is not None:
        body["tfsId"] = _item_number(facts)
    if Field.COMMENT in fields and facts.comment:
        body["remark"] = facts.comment
    if Field.ACTIVITY in fields and facts.activity:
        body["activityTypeId"] = facts.activity
    if Field.BILLABLE in fields and facts.billable is not None:
        body["isBillable"] = facts.billable
    return body


def adjust_body(write: Write) -> Body:
    """The body of `adjust`: comment and activity type, and of them only what the write carries."""
    body: Body = {}
    if Field.COMMENT in write.fields:
        body["remark"] = write.facts.comment
    if Field.ACTIVITY in write.fields:
        body["activityTypeId"] = write.facts.activity or NOT_SET
    return body


def create_body(write: Write) -> Body:
    """The body of a new worklog: what is not set is left out, start and length never are."""
    facts, fields = write.facts, write.fields or ALL_FIELDS
    body = _time(facts)
    if Field.ITEM in fields and facts.item is not None:
        body["workItemId"] = _item_number(facts)
    if Field.COMMENT in fields and facts.comment:
        body["comment"] = facts.comment
    if Field.ACTIVITY in fields and facts.activity:
        body["activityTypeId"] = facts.activity
    if Field.BILLABLE in fields and facts.billable is not None:
        body["billableLength"] = _billable_seconds(facts)
    return body


def edit_body(write: Write) -> Body:
    """The body of a PATCH: only what the write carries, with null or "" for what was taken away.

    A billable entry's time brings its billable length along: it would go on billing the old one.
    """
    facts, fields = write.facts, write.fields
    body: Body = _time(facts) if Field.TIME in fields else {}
    if Field.ITEM in fields:
        body["workItemId"] = None if facts.item is None else _item_number(facts)
    if Field.COMMENT in fields:
        body["comment"] = facts.comment
    if Field.ACTIVITY in fields:
        body["activityTypeId"] = facts.activity or NOT_SET
    if Field.BILLABLE in fields or (Field.TIME in fields and facts.billable):
        body["billableLength"] = None if facts.billable is None else _billable_seconds(facts)
    return body


def _time(facts: Facts) -> Body:
    """Start and length together: the wall reading at the entry's own offset (APIS.md 7.1)."""
    return {
        "timeStamp": wall_text(facts.started_at, facts.offset_minutes),
        "length": _length_seconds(facts),
    }


def _length_seconds(facts: Facts) -> int:
    if facts.stopped_at is None:
        raise ValueError("a worklog is told with its end")
    return int((facts.stopped_at - facts.started_at).total_seconds())


def _billable_seconds(facts: Facts) -> int:
    return _length_seconds(facts) if facts.billable else 0


def _item_number(facts: Facts) -> int:
    text = facts.item.id if facts.item is not None else ""
    # Python's int() takes more than a work item's number: "1_000", " 7 ", other scripts' digits.
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    words = _("7pace knows work items by number; “{item}” is none.").format(item=text)
    raise ProviderError(Trouble(TroubleKind.REFUSED, words))
