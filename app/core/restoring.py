"""What a repair of the store brought back, and what of it must not be told before the user says so.

An operation out of an older copy, or one whose attempt was lost, may have been told already, and
changed since. Telling it again could double it, dropping it could lose it: so it is held, and
letting it go looks first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from app.core.model import Attempt, BootMoment, Hold, HoldReason, Stamp, Subject
from app.core.planning import next_write
from app.core.remote import Capabilities, Write, WriteKind
from app.core.timekeeping import boot_moment


class Repair(Struct, frozen=True):
    """One repair of the store: when, why, and what became of everything, counted by kind.

    The kinds are those of `app.words.repairs`. `carried` counts everything that the new store has,
    `from_copy` what of that came out of the copy named `copy`, made at `copy_at`. `lost` counts
    what is known to be missing, `pages_lost` the pieces of the file that could not be read. `asked`
    operations wait for the user's word. `set_aside` is the damaged file.
    """

    at: datetime
    reason: str
    set_aside: str
    carried: dict[str, int] = {}
    lost: dict[str, int] = {}
    pages_lost: int = 0
    copy: str = ""
    copy_at: datetime | None = None
    from_copy: dict[str, int] = {}
    asked: int = 0


def unsure(subject: Subject, capabilities: Capabilities, at: datetime) -> Subject:
    """The subject as it may be kept when nobody knows whether what it has to tell was told.

    With nothing to tell it stays as it is, else it is held. An attempt of it has long settled; it
    may have landed, so a create or start is kept among those that are looked for.
    """
    if capabilities.kept_here:
        return subject
    attempt = subject.attempt
    free = replace(subject, attempt=None, hold=None)
    if attempt is None and next_write(free, capabilities) is None and not _forgotten(free):
        return subject
    lost = subject.lost
    if attempt is not None and attempt.write.kind in (WriteKind.CREATE, WriteKind.START):
        lost = (*lost, attempt)
    words = "" if subject.hold is None else subject.hold.words
    return replace(free, lost=lost, hold=Hold(HoldReason.RESTORED, at, words=words))


def looked_for_first(subject: Subject, capabilities: Capabilities, stamp: Stamp) -> Subject:
    """A restored operation that the user lets go: a create or start of it is doubtful from now on,
    so that it is looked for twice before it is told (`PROTOCOL.md` §4).
    """
    free = replace(subject, hold=None)
    write = next_write(free, capabilities)
    if write is None and _forgotten(free):
        write = Write(WriteKind.CREATE, subject.meant, capabilities.tellable)
    if write is None or write.kind not in (WriteKind.CREATE, WriteKind.START):
        return free
    attempt = Attempt(
        id=stamp.fresh_id,
        write=write,
        baseline=frozenset(),
        # The earliest that it can have been told; when it was, by a boot clock, nobody knows.
        committed_at=subject.meant.started_at,
        committed=BootMoment("", 0.0),
        noticed=boot_moment(stamp),
    )
    return replace(free, attempt=attempt)


def _forgotten(subject: Subject) -> bool:
    """Whether it was deleted while it was out, as far as one can tell without its attempt."""
    return subject.deleted and subject.tries > 0 and subject.acknowledged is None


def ended_by(
    subject: Subject, next_started_at: datetime | None, capabilities: Capabilities
) -> Subject:
    """A track that ran when an older copy was made, after which another one began: it ended then.

    Whether that was its end is not known, but at most one track runs.
    """
    if not subject.runs or next_started_at is None:
        return subject
    earliest = subject.meant.started_at + timedelta(seconds=1)
    meant = replace(subject.meant, stopped_at=max(next_started_at, earliest))
    known = meant if capabilities.kept_here else subject.acknowledged
    return replace(subject, meant=meant, acknowledged=known, anchor=None)
