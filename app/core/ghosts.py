"""Ghosts: attempts that were concluded lost and came up all the same (`PROTOCOL.md` §6)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from app.core.comparing import as_ours, differing
from app.core.confirming import START_WINDOW, Found, may_be
from app.core.draft import Draft
from app.core.model import Ghost, Hold, HoldReason, Subject
from app.core.outcomes import accept
from app.core.remote import Capabilities, Receipt, RemoteRow, WriteKind
from app.core.timekeeping import ended

NEW_KINDS = (WriteKind.CREATE, WriteKind.START)


def settle_new(
    draft: Draft, account: str, rows: Iterable[RemoteRow], known: tuple[Subject, ...]
) -> list[RemoteRow]:
    """Of new rows those that are another device's.

    One that a lost create or start made is adopted where its subject was not told again, exact
    matches only; else it is a twin: taken back where it is surely ours, or asked about.
    """
    strangers = []
    came_up: dict[str, list[tuple[Ghost, RemoteRow]]] = {}
    for row in rows:
        ghost = _ghost_of(draft, account, row, known)
        if ghost is None:
            strangers.append(row)
        else:
            came_up.setdefault(ghost.subject_id, []).append((ghost, row))
    for subject_id, found in came_up.items():
        subject = _current(draft, subject_id, known)
        if subject is not None and subject.remote_id is None and not subject.deleted:
            if subject.attempt is not None:
                # Told again, and it is not known whether that arrived: the confirm comes first.
                continue
            _adopt(draft, subject, *found.pop(0))
        _twins(draft, account, subject_id, found)
    return strangers


def _adopt(draft: Draft, subject: Subject, ghost: Ghost, row: RemoteRow) -> None:
    draft.note(subject.account, subject.id, "came-up-late", remote_id=row.remote_id)
    # It has settled, perhaps in another boot: nothing of it is under way any more.
    attempt = replace(ghost.attempt, noticed=None)
    accept(draft, subject, attempt, Receipt(row.remote_id, row))


def _ghost_of(
    draft: Draft, account: str, row: RemoteRow, known: tuple[Subject, ...]
) -> Ghost | None:
    """The ghost that a new row is, of several one whose subject was not told again."""
    capabilities = draft.capabilities(account)
    fitting = [
        ghost
        for ghost in draft.ghosts.values()
        if ghost.account == account
        and (not ghost.landed_as or ghost.id in draft.confirmed)
        and _of_that_time(ghost, row, capabilities)
        and may_be(ghost.attempt, row, capabilities, draft.stamp) is Found.YES
    ]

    def place(ghost: Ghost) -> tuple[bool, bool, str]:
        subject = _current(draft, ghost.subject_id, known)
        told = subject is None or subject.deleted or subject.remote_id is not None
        return (told, bool(ghost.landed_as), ghost.id)

    return min(fitting, key=place, default=None)


def _of_that_time(ghost: Ghost, row: RemoteRow, capabilities: Capabilities) -> bool:
    """Whether a row can be the ghost's by its time. Of a start that the server timed nothing but
    item and words can be compared, and those come again on other days.
    """
    kind = ghost.attempt.write.kind
    if kind not in NEW_KINDS:
        return False
    if kind is WriteKind.CREATE or capabilities.start_carries_time:
        return True
    first = ghost.attempt.committed_at - START_WINDOW
    return first <= row.facts.started_at <= ghost.concluded_at + START_WINDOW


def _twins(
    draft: Draft, account: str, subject_id: str, found: list[tuple[Ghost, RemoteRow]]
) -> None:
    """Second copies of one subject: taken back if all of them are surely ours, else asked about."""
    mine = [ghost for ghost in draft.ghosts.values() if ghost.subject_id == subject_id]
    lost = [ghost for ghost in mine if not ghost.landed_as]
    capabilities = draft.capabilities(account)
    sure = len(found) <= len(lost) and all(
        _is_surely(ghost, row, mine, capabilities) for ghost, row in found
    )
    for ghost, row in found:
        draft.put_ghost(replace(ghost, landed_as=ghost.landed_as or row.remote_id))
        copy = Subject(
            id=draft.new_id(),
            account=account,
            meant=row.facts,
            acknowledged=row.facts,
            remote_id=row.remote_id,
            revision=row.revision,
            editable=row.editable,
            from_elsewhere=True,
        )
        hold = Hold(
            HoldReason.TWIN,
            draft.stamp.now,
            theirs=row.facts,
            remote_ids=(row.remote_id,),
            twin_of=subject_id,
        )
        asked = replace(copy, hold=hold)
        if sure:
            draft.remember(asked)
            # One that runs is stopped before it is deleted, and that wants an end.
            meant = ended(copy.meant, draft.stamp.now)
            draft.intend(replace(copy, meant=meant, deleted=True))
        else:
            draft.put(asked)
        what = "twin-taken-back" if sure else "twin-asked"
        draft.note(account, copy.id, what, twin_of=subject_id, remote_id=row.remote_id)


def _is_surely(ghost: Ghost, row: RemoteRow, mine: list[Ghost], capabilities: Capabilities) -> bool:
    """Whether a twin may be taken back unasked: its write carried its start, the row is exactly as
    sent and can be deleted, and no attempt of the subject had it in its baseline.
    """
    write = ghost.attempt.write
    explicit = write.kind is WriteKind.CREATE or capabilities.start_carries_time
    theirs = as_ours(row.facts, write.facts, capabilities)
    return (
        explicit
        and row.editable
        and not differing(write.facts, theirs, capabilities)
        and all(row.remote_id not in one.attempt.baseline for one in mine)
    )


def _current(draft: Draft, subject_id: str, known: tuple[Subject, ...]) -> Subject | None:
    """The subject as the draft has it now: live, or as stored."""
    live = draft.subjects.get(subject_id)
    if live is not None:
        return live
    stored = next((s for s in known if s.id == subject_id), None)
    return None if stored is None else draft.latest(stored)
