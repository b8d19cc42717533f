"""What the user was told is done, reckoned from the accepted messages alone.

It shares no code with the core and never reads the store back: pieces of time by the id that the
answer named, with start, end, item, comment and activity as they were said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct
from msgspec.structs import replace

from app.core.decision import Decision
from app.core.messages import (
    AdjustAsked,
    Change,
    ConflictAnswered,
    DiscardAsked,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    ForeignAnswered,
    MatchAnswered,
    MendAsked,
    Message,
    RedoAsked,
    RetryAsked,
    StartAsked,
    StopAsked,
    UndoAsked,
)
from app.core.model import Side

SECOND = timedelta(seconds=1)


class Piece(Struct, frozen=True):
    """One piece of time as it was said. `offset_minutes` is the wall clock's at its start, in the
    zone in which it was first said.
    """

    account: str
    started_at: datetime
    stopped_at: datetime | None
    item: str
    comment: str
    activity: str = ""
    zone: str = "Europe/Berlin"
    offset_minutes: int = 0


Step = tuple[str, Piece | None]


class Oracle:
    """Hears every message that was accepted, and what the second device did."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.pieces: dict[str, Piece] = {}
        self.running: str | None = None
        self.undo: list[Step] = []
        self.redo: list[Step] = []
        self.told = 0
        # How far the wall clock was set since the last message that was kept.
        self.unminded = timedelta()
        # What the second device made of a piece that this one does not know of: a question.
        self._there: dict[str, Piece | None] = {}
        # What it runs there, beside what runs here.
        self._beside: str | None = None
        self._ended: Piece | None = None

    def clock_set(self, seconds: int) -> None:
        """The wall clock was set; the running track's start moves with the next message."""
        self.unminded += timedelta(seconds=seconds)

    def process_ended(self) -> None:
        """What can be undone lives in memory alone."""
        self.undo.clear()
        self.redo.clear()

    def rebooted(self) -> None:
        """Readings of two boots are never compared."""
        self.unminded = timedelta()

    def hear(self, message: Message, decision: Decision, now: datetime) -> None:
        """Take in a message that was decided and committed at this moment."""
        if decision.refusal is not None:
            return
        if self.unminded and self.running is not None:
            track = self.pieces[self.running]
            moved = replace(track, started_at=track.started_at + self.unminded)
            self.pieces[self.running] = self._placed(moved)
        self.unminded = timedelta()
        match message:
            case StartAsked():
                self._start(message, decision.made[-1], now)
            case StopAsked(at=at):
                self._stop(now if at is None else at)
            case AdjustAsked(change=change):
                assert self.running is not None
                self._change(self.running, change)
            case EntryAddAsked(account=account, change=change):
                blank = Piece(account, now, now, "", "", zone=self.zone)
                self._step(decision.made[0], self._changed(blank, change))
            case EntryEditAsked(base=base, change=change):
                self._step(base.id, self._changed(self.pieces[base.id], change))
            case EntryDeleteAsked(subject_id=subject_id):
                self._step(subject_id, None)
            case MendAsked(subject_id=subject_id, change=change):
                self._step(subject_id, self._changed(self.pieces[subject_id], change))
            case DiscardAsked(subject_id=name):
                # Theirs stands; of what only this device knew, nothing.
                self._step(name, self._there.pop(name, None))
            case RetryAsked(subject_id=name):
                self._there.pop(name, None)
                self._end_theirs(now)
            case ConflictAnswered(subject_id=name, theirs=fields):
                piece = self._there.pop(name)
                self._step(name, piece if fields else self.pieces[name])
            case MatchAnswered(subject_id=name, remote_id=remote_id):
                piece = self._there.pop(name, None)
                if remote_id is not None and piece is not None:
                    self.pieces[name] = piece
            case ForeignAnswered(ends=Side.THEIRS):
                self._end_theirs(now)
            case ForeignAnswered():
                self._end_ours(now)
            case UndoAsked():
                self._back(self.undo, self.redo)
            case RedoAsked():
                self._back(self.redo, self.undo)
            case _:
                return
        self.told += 1

    def stopped_elsewhere(self, now: datetime) -> None:
        """The second device stopped what ran, and this one has learnt it."""
        self._stop(now)

    def started_elsewhere(self, name: str, piece: Piece) -> None:
        """The second device started a track, ending what ran, and this one has learnt it."""
        if self.running is not None:
            self._stop(piece.started_at)
        self.pieces[name] = self._placed(piece)
        self.running = name

    def runs_elsewhere(self, name: str, piece: Piece) -> None:
        """The second device started a track, and this one may not know of it."""
        self.pieces[name] = self._placed(piece)
        self._beside = name

    def differs(self, name: str, comment: str) -> None:
        """The second device gave an entry other words, and the user will be asked about it."""
        self._there[name] = replace(self.pieces[name], comment=comment)

    def gone_elsewhere(self, name: str) -> None:
        """The second device deleted what is edited here, and the user will be asked about it."""
        self._there[name] = None

    def edited_elsewhere(self, name: str, **words: str) -> None:
        """The second device changed an entry, and this one has learnt or will learn it."""
        self.pieces[name] = replace(self.pieces[name], **words)

    def deleted_elsewhere(self, name: str) -> None:
        """The second device deleted an entry, and this one has learnt it."""
        del self.pieces[name]

    def added_elsewhere(self, name: str, piece: Piece) -> None:
        """The second device recorded an entry."""
        self.pieces[name] = self._placed(piece)

    def finished(self) -> list[str]:
        """The names of what has ended, by start."""
        ended = [(p.started_at, name) for name, p in self.pieces.items() if p.stopped_at]
        return [name for _at, name in sorted(ended)]

    # --- within ----------------------------------------------------------------------------------

    def _start(self, asked: StartAsked, name: str, now: datetime) -> None:
        started_at = now if asked.at is None else asked.at
        last = self._ended
        if self.running is not None:
            started_at = self._stop(started_at)
        elif asked.at is None and last is not None and last.stopped_at is not None:
            # A last track that was given its one second may end ahead of now.
            shortest = last.stopped_at - last.started_at == SECOND
            if shortest and now < last.stopped_at <= now + 60 * SECOND:
                started_at = last.stopped_at
        item = "" if asked.item is None else asked.item.id
        said = (item, asked.comment, asked.activity, self.zone)
        piece = Piece(asked.account, started_at, None, *said)
        self.pieces[name] = self._placed(piece)
        self.running = name

    def _stop(self, at: datetime) -> datetime:
        assert self.running is not None
        track = self.pieces[self.running]
        # The shortest piece of time is one second.
        stopped_at = max(at, track.started_at + SECOND)
        self._ended = self.pieces[self.running] = replace(track, stopped_at=stopped_at)
        self.running = None
        return stopped_at

    def _end_theirs(self, now: datetime) -> None:
        if self._beside is not None:
            piece = self.pieces[self._beside]
            stopped_at = max(now, piece.started_at + SECOND)
            self.pieces[self._beside] = replace(piece, stopped_at=stopped_at)
            self._beside = None

    def _end_ours(self, now: datetime) -> None:
        """Ours ended as theirs began; theirs that began before says nothing of the end."""
        theirs, self._beside = self._beside, None
        assert theirs is not None
        assert self.running is not None
        began = self.pieces[theirs].started_at
        self._stop(began if began > self.pieces[self.running].started_at else now)
        self.running = theirs

    def _change(self, name: str, change: Change) -> None:
        self.pieces[name] = self._changed(self.pieces[name], change)

    def _changed(self, piece: Piece, change: Change) -> Piece:
        said: dict[str, object] = {}
        for field in ("comment", "activity", "started_at", "stopped_at"):
            value = getattr(change, field)
            if value is not UNSET:
                said[field] = value
        if change.item is not UNSET:
            said["item"] = "" if change.item is None else change.item.id
        changed = replace(piece, **said)
        return self._placed(changed) if "started_at" in said else changed

    def _placed(self, piece: Piece) -> Piece:
        offset = piece.started_at.astimezone(ZoneInfo(piece.zone)).utcoffset() or timedelta()
        return replace(piece, offset_minutes=offset // timedelta(minutes=1))

    def _step(self, name: str, piece: Piece | None) -> None:
        self.undo.append((name, self.pieces.get(name)))
        self.redo.clear()
        self._mean(name, piece)

    def _back(self, steps: list[Step], others: list[Step]) -> None:
        name, piece = steps.pop()
        others.append((name, self.pieces.get(name)))
        self._mean(name, piece)

    def _mean(self, name: str, piece: Piece | None) -> None:
        if piece is None:
            self.pieces.pop(name, None)
        else:
            self.pieces[name] = piece
