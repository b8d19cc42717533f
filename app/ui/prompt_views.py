"""What a prompt shows: one question, its numbers frozen, and the answers with what each makes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

PromptKind = Literal["absence", "check"]
PromptMark = Literal["moon", "padlock", "clock", "question"]


class AnswerView(Struct, frozen=True):
    """One answer: its title, what the track becomes by it, and the words of the button.

    `answer` is its code, as the question's message has it.
    """

    answer: str
    title: str
    text: str
    button: str


class StripView(Struct, frozen=True):
    """The picture of an absence: the track, the time away in it, and what came after.

    The three lengths are seconds, 0 for a part that is not there; `marks` are the clock times at
    the start, where the absence began and where it ended. `words` stand in the first part.
    """

    before_seconds: float
    away_seconds: float
    after_seconds: float
    marks: tuple[str, str, str]
    words: str
    read_out: str


class PromptView(Struct, frozen=True):
    """One question.

    Only an absence has a `strip`; only a server's check has `asked_at` and `until_at` (aware UTC
    datetimes), from which the window counts down. The first answer is the safe one.
    """

    id: str
    kind: PromptKind
    window_title: str
    mark: PromptMark
    title: str
    text: str
    answers: tuple[AnswerView, ...]
    undoable: bool = False
    strip: StripView | None = None
    asked_at: datetime | None = None
    until_at: datetime | None = None
