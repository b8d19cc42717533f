"""Echoes: a lost write by id lands late and takes a row back to older values (`PROTOCOL.md` §6)."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.comparing import as_ours, differing
from app.core.draft import Draft
from app.core.model import Subject
from app.core.remote import Field, RemoteRow, WriteKind


def echo_of(draft: Draft, subject: Subject, row: RemoteRow) -> frozenset[Field]:
    """The fields in which a changed row shows exactly what an older lost write of ours had carried:
    an echo, not another device's edit. The ghost is spent with it.
    """
    known = subject.acknowledged
    if known is None or not draft.ghosts:
        return frozenset()
    capabilities = draft.capabilities(subject.account)
    theirs = as_ours(row.facts, subject.meant, capabilities)
    changed = differing(theirs, known, capabilities)
    for ghost in draft.ghosts.values():
        write = ghost.attempt.write
        if ghost.landed_as or ghost.subject_id != subject.id or write.remote_id != row.remote_id:
            continue
        # A whole row without an end lets an ended entry run again.
        runs_again = write.facts.stopped_at is None and theirs.stopped_at is None
        carried = write.fields | ({Field.TIME} if runs_again else frozenset())
        same = not differing(write.facts, theirs, capabilities) & carried
        if changed and same and changed <= carried:
            draft.put_ghost(replace(ghost, landed_as=row.remote_id))
            return changed
    return frozenset()


def late_deletion(draft: Draft, subject: Subject) -> bool:
    """Whether the row may be gone by a lost deletion of ours that the user took back."""
    for ghost in draft.ghosts.values():
        write = ghost.attempt.write
        ours = ghost.subject_id == subject.id and write.remote_id == subject.remote_id
        if ours and write.kind is WriteKind.DELETE and not ghost.landed_as:
            draft.put_ghost(replace(ghost, landed_as=subject.remote_id or ""))
            return True
    return False
