"""Whose a row is: ours, another subject's, or another device's until a confirm takes that back."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.confirming import all_rows
from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.model import Subject, Sync
from app.core.outcomes import lose
from app.core.owners import Owners
from app.core.planning import sync_of
from app.core.remote import RemoteView


def free_rows(draft: Draft, subject: Subject, view: RemoteView, owners: Owners) -> RemoteView:
    """The view without rows of other subjects, which can't be this one's attempt.

    A row that was taken in as another device's, and that nobody touched here, is free: a confirm
    takes that back (`PROTOCOL.md` §7).
    """
    capabilities = draft.capabilities(subject.account)
    taken = {
        row.remote_id
        for row in all_rows(view)
        for other in owners.of(row.remote_id)
        if other.id != subject.id
        and (not other.from_elsewhere or sync_of(other, capabilities) is not Sync.SYNCED)
    }
    running = view.running
    return replace(
        view,
        running=None if running is None or running.remote_id in taken else running,
        rows=tuple(row for row in view.rows if row.remote_id not in taken),
    )


def take_back(draft: Draft, subject: Subject, owners: Owners) -> None:
    """A row that proved to be this subject's own is no other device's any more."""
    told = draft.latest(subject)
    for other in owners.of(told.remote_id):
        if other.id == subject.id:
            continue
        draft.note(other.account, other.id, "taken-back")
        draft.put(replace(other, deleted=True, acknowledged=None, remote_id=None, revision=""))
        if draft.state.running == other.id:
            draft.set(running=subject.id if told.runs else None)


def may_be_denied(subject: Subject) -> bool:
    """Whether "not mine" can be said of the row that a subject has."""
    return subject.hold is None and subject.matched is not None and subject.remote_id is not None


def not_mine(draft: Draft, subject: Subject) -> Refusal | None:
    """A start that was found by item and words alone was another device's: its row is theirs, and
    ours is told as if it had never landed (`PROTOCOL.md` §10).
    """
    matched, known, remote_id = subject.matched, subject.acknowledged, subject.remote_id
    if subject.attempt is not None or matched is None or known is None or remote_id is None:
        return Refusal(RefusalCode.IN_FLIGHT, subject)
    draft.made(subject.id)
    draft.note(subject.account, subject.id, "not-mine", remote_id=remote_id)
    seen = replace(matched, baseline=matched.baseline | {remote_id})
    ours = replace(subject, acknowledged=None, remote_id=None, revision="", time_told=True)
    draft.intend(lose(draft, replace(ours, matched=None), seen))
    draft.put(
        Subject(
            id=draft.new_id(),
            account=subject.account,
            meant=known,
            acknowledged=known,
            remote_id=remote_id,
            revision=subject.revision,
            from_elsewhere=True,
        )
    )
    return None
