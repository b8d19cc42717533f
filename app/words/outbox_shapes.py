"""The documents of `outbox show`, `export` and `log`: one operation whole, with its question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.comparing import differing
from app.core.model import Attempt, Check, Hold, LedgerLine, Subject, Sync
from app.core.remote import Capabilities, Facts, Field, Write
from app.words.json_shapes import Json, instant, item_shape, ledger_shape
from app.words.operations import write_of

Name = Callable[[str], str]
"""The name of an activity type by its id."""


def whole_shape(
    subject: Subject, capabilities: Capabilities, ledger: Sequence[LedgerLine], name: Name
) -> Json:
    """What is known of an operation beside its row in `outbox`; nothing secret is among it.

    `meant` is what the user said last, `acknowledged` what the server is known to hold, `write`
    what left or would go next, in our own terms. `ledger` has the oldest line first.
    """
    hold = subject.hold
    write = write_of(subject, capabilities)
    known = subject.acknowledged
    return {
        "meant": facts_shape(subject.meant, name),
        "deleted": subject.deleted,
        "acknowledged": None if known is None else facts_shape(known, name),
        "write": None if write is None else _write(write, subject.attempt, name),
        "question": None if hold is None else _question(subject, hold, capabilities, name),
        "ledger": [ledger_shape(line) for line in ledger],
    }


def facts_shape(facts: Facts, name: Name) -> Json:
    """What is said of a track or entry."""
    return {
        "started_at": instant(facts.started_at),
        "stopped_at": None if facts.stopped_at is None else instant(facts.stopped_at),
        "offset_minutes": facts.offset_minutes,
        "zone": facts.zone,
        "item": item_shape(facts.item),
        "comment": facts.comment,
        "activity": name(facts.activity),
        "tags": list(facts.tags),
        "billable": facts.billable,
    }


def _write(write: Write, attempt: Attempt | None, name: Name) -> Json:
    sent = None if attempt is None else instant(attempt.committed_at)
    return {
        "kind": write.kind.value,
        "fields": _names(write.fields),
        "remote_id": write.remote_id,
        "facts": facts_shape(write.facts, name),
        "sent_at": sent,
    }


def _question(subject: Subject, hold: Hold, capabilities: Capabilities, name: Name) -> Json:
    theirs = hold.theirs
    fields = hold.fields
    if theirs is not None and not fields:
        fields = differing(subject.meant, theirs, capabilities)
    return {
        "kind": hold.reason.value,
        "held_at": instant(hold.held_at),
        "words": hold.words,
        "fields": _names(fields),
        "theirs": None if theirs is None else facts_shape(theirs, name),
        "candidates": [
            {"remote_id": row.remote_id, "facts": facts_shape(row.facts, name)} for row in hold.rows
        ],
        "twin_of": hold.twin_of or None,
    }


def _names(fields: frozenset[Field]) -> list[str]:
    return [field.value for field in Field if field in fields]


def check_row_shape(check: Check) -> Json:
    """A row of `outbox` for the answer to a server's check, which is no track's or entry's."""
    return {
        "id": check.id,
        "account": check.account,
        "operation": "answer-check",
        "state": Sync.PENDING.value,
        "reason": "",
        "attempts": 0,
        "next_at": None,
        "subject": None,
    }


def log_shape(line: LedgerLine) -> Json:
    """A line of the whole ledger, which says what of it is about."""
    return {"account": line.account, "subject": line.subject_id or None, **ledger_shape(line)}
