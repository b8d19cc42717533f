"""Which stored subjects a decision needs, so that the loop can hand them in with the message."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

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
from app.core.model import Ghost, Subject
from app.core.remote import RemoteView
from app.core.state import AppState
from app.core.timekeeping import wall_start


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


class GhostsWanted(Struct, frozen=True):
    """Whose ghosts a view may show: by its rows' starts, as instants and on the wall, and by ids.

    A start that the server timed may have made any row around the time it was concluded lost, so
    the span of the rows is wanted too.
    """

    account: str
    starts: frozenset[datetime] = frozenset()
    wall_starts: frozenset[datetime] = frozenset()
    remote_ids: frozenset[str] = frozenset()
    from_at: datetime | None = None
    to_at: datetime | None = None


class Stored(Protocol):
    """What a decision may read of the store."""

    def history(self, wanted: History) -> tuple[Subject, ...]:
        """The stored subjects a decision asks for, each once."""
        ...

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        """The ghosts that a view may show, with all others of their subjects."""
        ...


def informed(message: Message, state: AppState, stored: Stored) -> Message:
    """The message with the stored rows that its decision needs. Raises what the store raises."""
    wanted = history_wanted(message, state)
    if wanted is None:
        return message
    if isinstance(message, Pulled | Looked):
        ghosts = stored.ghosts(ghosts_wanted(message.account, message.view))
        named = wanted.subject_ids | {ghost.subject_id for ghost in ghosts}
        wanted = replace(wanted, subject_ids=named)
        return replace(message, known=stored.history(wanted), ghosts=ghosts)
    return replace(message, known=stored.history(wanted))


def ghosts_wanted(account: str, view: RemoteView) -> GhostsWanted:
    """The ghosts that the rows of a view may be."""
    rows = view.rows if view.running is None else (view.running, *view.rows)
    starts = [row.facts.started_at for row in rows]
    return GhostsWanted(
        account=account,
        starts=frozenset(starts),
        wall_starts=frozenset(wall_start(row.facts) for row in rows),
        remote_ids=frozenset(row.remote_id for row in rows) | view.absent,
        from_at=min(starts, default=None),
        to_at=max(starts, default=None),
    )


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
        case MatchAnswered(subject_id=subject_id, remote_id=remote_id):
            # The row may stand here already as another device's.
            held = state.subjects.get(subject_id)
            account = "" if held is None else held.account
            rows = frozenset() if remote_id is None else frozenset({remote_id})
            named = frozenset({subject_id})
            return History(subject_ids=named, account=account, remote_ids=rows)
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
