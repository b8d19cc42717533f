"""What a command answers, and how it says that it cannot; the exit statuses of `DESIGN.md` §7."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import IntEnum

from msgspec import Struct


class Status(IntEnum):
    """Exit statuses."""

    DONE = 0
    FAILED = 1
    WRONG_WORDS = 2
    WAITS = 3
    NEEDS_USER = 4
    LOCKED = 5


class Answer(Struct, frozen=True):
    """What goes to standard output and standard error, and the exit status."""

    out: str = ""
    err: str = ""
    status: Status = Status.DONE


class CommandRefused(Exception):
    """A command that was not carried out, with its sentence for people and its exit status."""

    def __init__(self, sentence: str, status: Status = Status.FAILED) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class WordsRefused(CommandRefused):
    """Words that mean nothing here: exit status 2."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence, Status.WRONG_WORDS)


def shown(text: str) -> str:
    """One line for a terminal: what cannot be seen, or would move the cursor, becomes a space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def bearable(text: str) -> str:
    """Lines for a terminal: whatever is in them, it moves no cursor and changes no colour."""
    if text.isprintable():
        return text
    return "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in text)


def document(content: object) -> str:
    """One JSON document on one line; what a terminal would act on is escaped, nothing is lost."""
    text = json.dumps(content, ensure_ascii=False)
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
    return text + "\n"


def lines(*texts: str) -> str:
    """The lines that are not empty, each ended."""
    return "".join(f"{text}\n" for text in texts if text)


def table(rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> str:
    """Aligned columns with two spaces between; the columns of `right` end flush."""
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    text = ""
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        text += "  ".join(cells).rstrip() + "\n"
    return text
