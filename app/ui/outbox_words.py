"""The words that rows of the outbox have in common, so that its columns can be measured."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.words import _

Life = Literal["pending", "throttled", "in-flight", "doubtful", "held", "two-versions"]


class LifeWords(NamedTuple):
    """The word and the mark of a state."""

    word: str
    mark: str


def life_words() -> dict[Life, LifeWords]:
    """The states that an operation can be in, with their marks."""
    return {
        "pending": LifeWords(_("pending"), "arrow-up"),
        "throttled": LifeWords(_("throttled"), "clock"),
        "in-flight": LifeWords(_("in flight"), "arrow-dotted"),
        "doubtful": LifeWords(_("doubtful"), "doubtful"),
        "held": LifeWords(_("held"), "held"),
        "two-versions": LifeWords(_("two versions"), "conflict"),
    }


class NextWords(NamedTuple):
    """When an operation goes on, where that is not a clock time."""

    now: str
    you: str
    after_it: str
    soon: str
    sign_in: str
    later: str


def next_words() -> NextWords:
    """The words of the column Next."""
    return NextWords(
        now=_("now"),
        you=_("you"),
        after_it=_("after it"),
        soon=_("soon"),
        sign_in=_("sign-in"),
        later=_("later"),
    )
