"""What the user's accepted messages imply, reckoned from the messages alone.

An oracle that shares no code with the core: it keeps start and end of each piece of time by what
was asked and when, and never looks at a subject's times.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.decision import Decision
from app.core.messages import (
    AdjustAsked,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    RedoAsked,
    StartAsked,
    StopAsked,
    ToggleAsked,
    UndoAsked,
)

SECOND = timedelta(seconds=1)
Span = tuple[datetime, datetime]


class Said:
    """Pieces of time by the id that the answer named; None in `undo` is "not there"."""

    def __init__(self) -> None:
        self.listening = False
        self.spans: dict[str, Span] = {}
        self.running: tuple[str, datetime] | None = None
        self.ended_at: datetime | None = None
        self.undo: list[tuple[str, Span | None]] = []
        self.redo: list[tuple[str, Span | None]] = []

    def hear(self, message: Message, now: datetime, decision: Decision) -> None:
        """Take in one message that was posted at this moment."""
        if decision.refusal is not None or not self.listening:
            return
        match message:
            case StartAsked():
                self._start(now, decision.made[-1])
            case StopAsked():
                self._end(now)
            case ToggleAsked() if self.running is not None:
                self._end(now)
            case ToggleAsked():
                self._start(now, decision.made[-1])
            case AdjustAsked(change=change) if isinstance(change.started_at, datetime):
                assert self.running is not None
                self.running = (self.running[0], change.started_at)
            case EntryAddAsked(change=change):
                assert isinstance(change.started_at, datetime)
                assert isinstance(change.stopped_at, datetime)
                self._step(decision.made[0], (change.started_at, change.stopped_at))
            case EntryEditAsked(base=base, change=change):
                started_at, stopped_at = self.spans[base.id]
                if isinstance(change.started_at, datetime):
                    started_at = change.started_at
                # Words alone are a step to be undone too; an edit that changes nothing is none.
                if decision.writes:
                    self._step(base.id, (started_at, stopped_at))
            case EntryDeleteAsked(subject_id=subject_id):
                self._step(subject_id, None)
            case UndoAsked():
                self._back(self.undo, self.redo)
            case RedoAsked():
                self._back(self.redo, self.undo)
            case _:
                pass

    @property
    def seconds(self) -> int:
        """All that was worked."""
        return int(sum((b - a for a, b in self.spans.values()), timedelta()).total_seconds())

    def _start(self, now: datetime, subject_id: str) -> None:
        at = self._end(now) if self.running is not None else now
        if self.ended_at is not None and now < self.ended_at <= now + 60 * SECOND:
            at = self.ended_at
        self.running = (subject_id, at)

    def _end(self, now: datetime) -> datetime:
        assert self.running is not None
        subject_id, started_at = self.running
        # The shortest piece of time is one second.
        self.ended_at = max(now, started_at + SECOND)
        self.spans[subject_id] = (started_at, self.ended_at)
        self.running = None
        return self.ended_at

    def _step(self, subject_id: str, span: Span | None) -> None:
        self.undo.append((subject_id, self.spans.get(subject_id)))
        self.redo.clear()
        self._mean(subject_id, span)

    def _back(
        self, steps: list[tuple[str, Span | None]], others: list[tuple[str, Span | None]]
    ) -> None:
        subject_id, span = steps.pop()
        others.append((subject_id, self.spans.get(subject_id)))
        self._mean(subject_id, span)

    def _mean(self, subject_id: str, span: Span | None) -> None:
        if span is None:
            self.spans.pop(subject_id, None)
        else:
            self.spans[subject_id] = span
