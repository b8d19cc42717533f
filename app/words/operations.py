"""What an operation of the outbox is and when it is tried next, for windows and commands alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from app.core.model import Subject, Sync
from app.core.planning import next_write, sync_of
from app.core.remote import Capabilities, Write, WriteKind
from app.core.state import AppState


def unfinished(state: AppState) -> list[tuple[Subject, Sync]]:
    """The subjects of which something is untold, oldest first."""
    return [
        (subject, sync)
        for subject in sorted(state.subjects.values(), key=lambda s: s.order)
        if (sync := sync_of(subject, state.accounts[subject.account].capabilities))
        is not Sync.SYNCED
    ]


def write_of(subject: Subject, capabilities: Capabilities) -> Write | None:
    """The write that left or would go next; of a held one what would go were it not held."""
    if subject.attempt is not None:
        return subject.attempt.write
    return next_write(replace(subject, hold=None), capabilities)


def kind_of(subject: Subject, capabilities: Capabilities) -> WriteKind:
    """What is told of a subject in this operation."""
    write = write_of(subject, capabilities)
    if write is not None:
        return write.kind
    return WriteKind.DELETE if subject.deleted else WriteKind.EDIT


def next_try_seconds(
    state: AppState, subject: Subject, now: datetime, boot_seconds: float
) -> float | None:
    """Seconds until something is tried for this subject; None where that is not known.

    `now` and `boot_seconds` are the clock's readings of this moment.
    """
    lane = state.lanes.get(subject.account)
    if lane is None or subject.hold is not None:
        return None
    waits = [
        (at - now) / timedelta(seconds=1)
        for at in (lane.next_at, lane.throttled_until)
        if at is not None and at > now
    ]
    attempt = subject.attempt
    if attempt is not None and attempt.noticed is not None and attempt.looked:
        left = state.settings.settle_seconds - (boot_seconds - attempt.noticed.seconds)
        waits.append(max(0.0, left))
    return max(waits, default=None)
