"""Confirming: was a write that got no answer delivered? One verdict from one whole look."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from app.core.comparing import as_ours, differing, value
from app.core.model import Attempt, Stamp
from app.core.remote import Capabilities, Field, LookFor, RemoteRow, RemoteView, WriteKind
from app.core.timekeeping import SECOND

START_WINDOW = timedelta(hours=12)
"""A server-made start is looked for this far around the attempt: its clock and zone are not ours.
"""
LENGTH_SLACK = timedelta(seconds=2)


class Found(StrEnum):
    """What a look says of a doubtful write."""

    YES = "yes"
    NO = "no"
    NEAR = "near"


class Verdict(Struct, frozen=True):
    """The answer, with the row that is ours (YES) or the rows that may be (NEAR).

    `others` are further rows that are exactly as sent, beside the oldest.
    """

    found: Found
    row: RemoteRow | None = None
    near: tuple[RemoteRow, ...] = ()
    others: tuple[RemoteRow, ...] = ()


def look_for(attempt: Attempt, capabilities: Capabilities, stamp: Stamp) -> LookFor:
    """The look that can show whether this attempt arrived; wide enough to see near matches too."""
    write = attempt.write
    match write.kind:
        case WriteKind.CREATE:
            return LookFor(around_at=write.facts.started_at)
        case WriteKind.START if capabilities.start_carries_time:
            return LookFor(around_at=write.facts.started_at, slot=True)
        case WriteKind.START:
            return LookFor(
                around_at=attempt.committed_at - START_WINDOW,
                until_at=stamp.now + START_WINDOW,
                slot=True,
            )
        case WriteKind.STOP | WriteKind.ADJUST:
            return LookFor(remote_id=write.remote_id, slot=True)
        case WriteKind.EDIT | WriteKind.DELETE:
            return LookFor(remote_id=write.remote_id)
        case _:
            assert_never(write.kind)


def verdict(
    attempt: Attempt, view: RemoteView, capabilities: Capabilities, stamp: Stamp
) -> Verdict:
    """Found, not found, or something that may be it. Near matches count only after settling."""
    write = attempt.write
    if write.kind in (WriteKind.CREATE, WriteKind.START):
        return _find_new(attempt, view, capabilities, stamp)
    row = row_of(view, write.remote_id)
    match write.kind:
        case WriteKind.DELETE:
            return Verdict(Found.NO if row is not None else Found.YES)
        case WriteKind.STOP:
            stopped = row is not None and row.facts.stopped_at is not None
            gone = row is None and write.remote_id in view.absent
            if not (stopped or gone):
                return Verdict(Found.NO, row)
            if stopped and capabilities.stop_names_track and row is not None:
                same = Field.TIME not in differing(
                    write.facts, as_ours(row.facts, write.facts, capabilities), capabilities
                )
                return Verdict(Found.YES if same else Found.NO, row)
            return Verdict(Found.YES, row)
        case _:
            if row is None:
                return Verdict(Found.NO)
            theirs = as_ours(row.facts, write.facts, capabilities)
            left = differing(write.facts, theirs, capabilities) & write.fields
            return Verdict(Found.NO if left else Found.YES, row)


def row_of(view: RemoteView, remote_id: str | None) -> RemoteRow | None:
    """The row with this id: what runs is fresher than a list."""
    if view.running is not None and view.running.remote_id == remote_id:
        return view.running
    for row in view.rows:
        if row.remote_id == remote_id:
            return row
    return None


def all_rows(view: RemoteView) -> tuple[RemoteRow, ...]:
    """Every row of the view once, the running one first."""
    if view.running is None:
        return view.rows
    rest = (row for row in view.rows if row.remote_id != view.running.remote_id)
    return (view.running, *rest)


def may_be(attempt: Attempt, row: RemoteRow, capabilities: Capabilities, stamp: Stamp) -> Found:
    """Whether a row is the one that this create or start would have made, or may be.

    Only an id outside the baseline can be the attempt's (`PROTOCOL.md` §3).
    """
    if row.remote_id in attempt.baseline:
        return Found.NO
    facts = attempt.write.facts
    theirs = as_ours(row.facts, facts, capabilities)
    server_made = attempt.write.kind is WriteKind.START and not capabilities.start_carries_time
    compared = capabilities.tellable & {Field.ITEM, Field.COMMENT}
    if server_made:
        if Field.ACTIVITY in capabilities.tellable and facts.activity:
            compared |= {Field.ACTIVITY}
        # A length can be compared, two clocks can't: of a finished row only the words tell.
        since = _time_since(attempt, stamp)
        runs_for = stamp.now - row.facts.started_at
        if row.facts.stopped_at is None and since is not None and runs_for > since + LENGTH_SLACK:
            return Found.NO
    else:
        if value(theirs, Field.TIME, capabilities) == value(facts, Field.TIME, capabilities):
            pass
        elif abs(theirs.started_at - facts.started_at) < SECOND:
            return _end_differs(attempt, row, capabilities)
        else:
            return Found.NO
    same = {
        field
        for field in compared
        if value(theirs, field, capabilities) == value(facts, field, capabilities)
    }
    if same == compared:
        return Found.YES
    if server_made:
        # What runs was compared by its length above.
        begun_after = (
            row.facts.stopped_at is None
            or row.facts.started_at >= attempt.committed_at - LENGTH_SLACK
        )
        if not (begun_after and same & {Field.ITEM, Field.COMMENT}):
            return Found.NO
    return Found.NEAR


def _time_since(attempt: Attempt, stamp: Stamp) -> timedelta | None:
    """How long ago the attempt was committed, None if that was in another boot.

    By the boot clock: a wall clock that was set meanwhile would hide the track that our start made,
    and it would be started twice. The baseline alone tells older tracks apart after a boot.
    """
    if attempt.committed.boot_id != stamp.boot_id:
        return None
    return timedelta(seconds=stamp.boot_seconds - attempt.committed.seconds)


def _end_differs(attempt: Attempt, row: RemoteRow, capabilities: Capabilities) -> Found:
    """A start with its true time matches with any end; another length of an entry is near."""
    if attempt.write.kind is not WriteKind.START:
        return Found.NEAR
    theirs = as_ours(row.facts, attempt.write.facts, capabilities)
    left = differing(attempt.write.facts, theirs, capabilities) & {Field.ITEM, Field.COMMENT}
    return Found.NEAR if left else Found.YES


def _find_new(
    attempt: Attempt, view: RemoteView, capabilities: Capabilities, stamp: Stamp
) -> Verdict:
    near = []
    exact = []
    for row in all_rows(view):
        found = may_be(attempt, row, capabilities, stamp)
        if found is Found.YES:
            exact.append(row)
        elif found is Found.NEAR:
            near.append(row)
    if exact:
        oldest, *others = sorted(exact, key=lambda row: row.facts.started_at)
        return Verdict(Found.YES, oldest, others=tuple(others))
    if near:
        return Verdict(Found.NEAR, near=tuple(near))
    return Verdict(Found.NO)
