"""Which stored subjects a decision needs, so that the loop can hand them in with the message."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.core.messages import (
    AbsenceAnswered,
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    ItemsNamed,
    Looked,
    MatchAnswered,
    MendAsked,
    Message,
    Pulled,
    RedoAsked,
    StartAsked,
    UndoAsked,
)
from app.core.state import AppState


class History(Struct, frozen=True):
    """Stored subjects that a decision needs: by id, by remote id, and by overlap with a span.

    `item_ids` are items of `account`: of those the subjects are wanted whose item has no title yet.

    `overlap_account` None means every account.
    """

    subject_ids: frozenset[str] = frozenset()
    account: str = ""
    remote_ids: frozenset[str] = frozenset()
    item_ids: frozenset[str] = frozenset()
    from_at: datetime | None = None
    to_at: datetime | None = None
    overlap_account: str | None = None


def history_wanted(message: Message, state: AppState) -> History | None:
    """Which stored subjects the decision on this message needs; None for most messages."""
    match message:
        case StartAsked(at=datetime() as at):
            return History(from_at=at)
        case AdjustAsked(change=Change(started_at=datetime() as started_at)):
            return History(from_at=started_at)
        case EntryEditAsked(base=base, change=Change(started_at=datetime() as at)) if base.runs:
            # The start of a track that runs can move only over time that is free.
            return History(subject_ids=frozenset({base.id}), from_at=at)
        case EntryEditAsked(base=base):
            return History(subject_ids=frozenset({base.id}))
        case MendAsked(subject_id=subject_id, change=Change(started_at=datetime() as at)) if (
            subject_id == state.running
        ):
            return History(from_at=at)
        case MatchAnswered(subject_id=subject_id, remote_id=str() as remote_id):
            # The row may stand here already as another device's.
            held = state.subjects.get(subject_id)
            account = "" if held is None else held.account
            return History(account=account, remote_ids=frozenset({remote_id}))
        case EntryDeleteAsked(subject_id=subject_id):
            return History(subject_ids=frozenset({subject_id}))
        case UndoAsked():
            return History(subject_ids=frozenset(before.id for before in state.undo[-1:]))
        case RedoAsked():
            return History(subject_ids=frozenset(before.id for before in state.redo[-1:]))
        case AbsenceAnswered(absence_id=absence_id):
            absence = state.absences.get(absence_id)
            ids = frozenset() if absence is None else frozenset({absence.subject_id})
            return History(subject_ids=ids)
        case ItemsNamed(account=account, items=items):
            return History(account=account, item_ids=frozenset(item.id for item in items))
        case Pulled(account=account, view=view) | Looked(account=account, view=view):
            remote_ids = {row.remote_id for row in view.rows} | set(view.absent)
            if view.running is not None:
                remote_ids.add(view.running.remote_id)
            return History(
                account=account,
                remote_ids=frozenset(remote_ids),
                from_at=view.rows_from_at,
                to_at=view.rows_to_at,
                overlap_account=account,
            )
        case _:
            return None
