"""The planner: what is to be told next of a subject, derived from meant minus acknowledged."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.comparing import differing
from app.core.model import Subject, Sync
from app.core.remote import SLOT_KINDS, Capabilities, Field, Write, WriteKind


def next_write(subject: Subject, capabilities: Capabilities) -> Write | None:
    """The next write for a subject, or None when the server holds what is meant or must not be
    told.

    Coalescing follows from deriving it: a create and its edits are one create, a create and its
    deletion nothing, a track begun and ended unseen one finished entry. While an attempt is open
    nothing is derived at all, so nothing is ever folded into or past it (`PROTOCOL.md` §6).
    """
    if subject.attempt is not None or subject.hold is not None or capabilities.kept_here:
        return None
    meant, known = subject.meant, subject.acknowledged
    if subject.deleted:
        return _removal(subject)
    if known is None:
        if meant.stopped_at is not None:
            return Write(WriteKind.CREATE, meant, capabilities.tellable)
        if capabilities.remote_timer:
            return Write(WriteKind.START, meant, capabilities.tellable - {Field.TIME})
        return None
    fields = differing(meant, known, capabilities)
    if known.stopped_at is None:
        if meant.stopped_at is not None:
            return Write(WriteKind.STOP, meant, frozenset({Field.TIME}), subject.remote_id)
        fields &= capabilities.adjustable
        if fields:
            return Write(WriteKind.ADJUST, meant, fields, subject.remote_id)
        return None
    if meant.stopped_at is None:
        return None
    if not subject.time_told:
        # The server's times are of its own making: read them back, then correct what differs.
        fields |= {Field.TIME} & capabilities.tellable
    if fields:
        return Write(WriteKind.EDIT, meant, fields, subject.remote_id)
    return None


def _removal(subject: Subject) -> Write | None:
    """A track that runs at the server is stopped before it is deleted: deleting it is not said to
    stop it.
    """
    known = subject.acknowledged
    if known is None:
        return None
    if known.stopped_at is None:
        return Write(WriteKind.STOP, subject.meant, frozenset({Field.TIME}), subject.remote_id)
    return Write(WriteKind.DELETE, subject.meant, frozenset(), subject.remote_id)


def occupies_slot(subject: Subject) -> bool:
    """Whether the subject has, or may have, the account's running slot at the server (`PROTOCOL.md`
    §1).
    """
    attempt = subject.attempt
    if attempt is not None and attempt.write.kind in SLOT_KINDS:
        return True
    known = subject.acknowledged
    return known is not None and known.stopped_at is None


def may_go(write: Write, subject: Subject, others: Iterable[Subject], rests: bool) -> bool:
    """Whether this write may be told now, with the account's other live subjects as they are.

    * One open create or start per account (`PROTOCOL.md` §3).
    * While the slot rests after a doubtful verb without a name, no such verb (§5).
    * A start waits until every other occupant of the slot is resolved (§5).
    """
    if write.kind in SLOT_KINDS and rests:
        return False
    if write.kind not in (WriteKind.START, WriteKind.CREATE):
        return True
    for other in others:
        if other.id == subject.id:
            continue
        attempt = other.attempt
        if attempt is not None and attempt.write.kind in (WriteKind.START, WriteKind.CREATE):
            return False
        resolved = other.runs and other.hold is None
        if write.kind is WriteKind.START and occupies_slot(other) and not resolved:
            return False
    return True


def sync_of(subject: Subject, capabilities: Capabilities) -> Sync:
    """The state of a subject as the user is told it."""
    if subject.hold is not None:
        return Sync.HELD
    if subject.attempt is not None:
        return Sync.IN_FLIGHT if subject.attempt.noticed is None else Sync.DOUBTFUL
    if next_write(subject, capabilities) is not None:
        return Sync.PENDING
    return Sync.SYNCED
