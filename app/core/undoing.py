"""Undo and redo: what was meant is meant again, and a question that was answered is asked again."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.model import HoldReason, Subject
from app.core.timekeeping import anchor
from app.core.timesheet import find
from app.core.tracking import mended


def undo(draft: Draft, known: tuple[Subject, ...]) -> Refusal | None:
    """Take back the last step: what was meant before it is meant again.

    Of an answer the question comes back, where it can still be asked. Then there is nothing to do
    again: the question can be answered anew.
    """
    *rest, before = draft.state.undo or (None,)
    current = _as_it_is(draft, before, known)
    if isinstance(current, Refusal):
        return current
    assert before is not None
    asked = _ask_again(draft, before, current)
    if isinstance(asked, Refusal):
        return asked
    if asked:
        draft.made(current.id)
        draft.note(current.account, current.id, "asked-again")
        draft.set(undo=tuple(rest), redo=())
        return None
    refusal = _mean(draft, before, current)
    if refusal is None:
        draft.set(undo=tuple(rest), redo=(*draft.state.redo, current))
    return refusal


def redo(draft: Draft, known: tuple[Subject, ...]) -> Refusal | None:
    """Do again what was taken back last."""
    *rest, after = draft.state.redo or (None,)
    current = _as_it_is(draft, after, known)
    if isinstance(current, Refusal):
        return current
    assert after is not None
    refusal = _mean(draft, after, current)
    if refusal is None:
        draft.set(redo=tuple(rest), undo=(*draft.state.undo, current))
    return refusal


def _as_it_is(
    draft: Draft, as_it_was: Subject | None, known: tuple[Subject, ...]
) -> Subject | Refusal:
    if as_it_was is None:
        return Refusal(RefusalCode.NOTHING_TO_UNDO)
    return find(draft, as_it_was.id, known) or Refusal(RefusalCode.UNKNOWN_ENTRY)


def _mean(draft: Draft, as_it_was: Subject, current: Subject) -> Refusal | None:
    """Mean again what was meant once."""
    if current.runs:
        return Refusal(RefusalCode.ENTRY_RUNS, current)
    draft.intend(mended(replace(current, meant=as_it_was.meant, deleted=as_it_was.deleted)))
    draft.note(current.account, current.id, "undone")
    return None


def _ask_again(draft: Draft, before: Subject, current: Subject) -> Refusal | bool:
    """Put the question again that this step answered; False where there was none, or where it
    makes no sense any more.
    """
    hold = before.hold
    if hold is None or current.hold is not None:
        return False
    free = current.attempt is None
    again = replace(current, meant=before.meant, deleted=before.deleted, hold=hold)
    match hold.reason:
        case HoldReason.CONFLICT | HoldReason.ECHO | HoldReason.TWIN:
            if not free or current.remote_id is None or current.remote_id != before.remote_id:
                return False
            draft.put(again)
            return True
        case HoldReason.GONE:
            if not free or current.acknowledged is not None:
                return False
            draft.put(again)
            return True
        case HoldReason.NEAR_MATCH:
            if not free:
                return Refusal(RefusalCode.IN_FLIGHT, current)
            # Whichever row was taken for ours is nobody's again; the attempt is open as it was.
            draft.put(before)
            return True
        case HoldReason.FOREIGN_TRACK:
            return _two_tracks_again(draft, before, current)
        case _:
            return False


def _two_tracks_again(draft: Draft, before: Subject, current: Subject) -> Refusal | bool:
    """Both tracks run again; what was told meanwhile can't be undone (`past_undoing`)."""
    remote_ids = () if before.hold is None else before.hold.remote_ids
    theirs = [s for s in draft.open_of(current.account) if s.remote_id in remote_ids]
    for one in (current, *theirs):
        if one.attempt is not None:
            return Refusal(RefusalCode.IN_FLIGHT, one)
    if current.runs:
        ended = [one for one in theirs if not one.runs]
        for one in ended:
            draft.intend(replace(one, meant=replace(one.meant, stopped_at=None)))
            draft.note(one.account, one.id, "asked-again")
        draft.put(replace(current, hold=before.hold))
        return True
    track = draft.track
    if track is not None and track not in theirs:
        return Refusal(RefusalCode.ENTRY_RUNS, track)
    draft.put(replace(current, meant=before.meant, anchor=anchor(draft.stamp), hold=before.hold))
    draft.set(running=current.id)
    return True
