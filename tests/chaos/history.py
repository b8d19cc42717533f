"""Histories: seeded lists of steps of a user, a second device, the network and the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from msgspec import Struct

ITEMS = ("1349", "1350", "1210")
ACTIVITIES = ("cfe030e2-b8b4-e711-8418-00155d0a6b50", "d0e030e2-b8b4-e711-8418-00155d0a6b50")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# In Berlin an hour is left out on the first night and repeated on the second.
NIGHTS = (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 20, tzinfo=UTC))
CHANGES = (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC))
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")


class Step(Struct, frozen=True):
    """One step: its name, two numbers that say which and how much, and how many effects follow."""

    name: str
    number: int
    other: int
    pace: int


class History(Struct, frozen=True):
    """What one seed says. `profile` is who else there is: nobody, somebody beside, at the timer,
    or between our look and our write.
    """

    seed: int
    kind: str
    profile: str
    began_at: datetime
    skew_seconds: float
    same_words: bool
    steps: tuple[Step, ...]


USER = {
    "start": 14,
    "start-earlier": 2,
    "stop": 8,
    "stop-earlier": 2,
    "comment": 6,
    "item": 3,
    "activity": 3,
    "move-start": 3,
    "add": 5,
    "add-twice": 1,
    "edit-comment": 4,
    "edit-item": 2,
    "edit-times": 4,
    "delete": 4,
    "undo": 4,
    "redo": 1,
    "retry": 3,
    "mend": 2,
    "discard": 1,
    "sync": 3,
    "wait": 10,
    "wait-long": 3,
}
MACHINE = {"end": 7, "set-clock": 3, "full-disk": 2, "sleep": 1, "travel": 1}
TROUBLE = {
    "write-fault": 24,
    "read-fault": 6,
    "confirm-401": 1,
    "refused-applied": 2,
    "batch": 6,
    "offline": 3,
    "online": 4,
    "sign-in": 2,
}
BESIDE = {"their-add": 4, "their-equal": 3, "their-edit": 3, "their-delete": 2}
AT_THE_TIMER = {
    "their-start": 4,
    "their-stop": 4,
    "stop-both": 6,
    "their-edit-ours": 3,
    "their-delete-ours": 2,
}
# Nothing but trouble around a few operations.
# Both devices at odds, and the user is asked.
AT_ODDS = {
    "edit-both": 14,
    "edit-beside": 6,
    "delete-edited": 8,
    "near-match": 6,
    "start-both": 12,
    # Two devices need a network that works now and then.
    "write-fault": 10,
    "end": 4,
    "online": 8,
}
# The last step of a history that has what cannot be closed.
BETWEEN = ("between-track", "between-words", "between-equal", "between-deletion", "late-start")
STORM = {"write-fault": 60, "read-fault": 15, "end": 18, "confirm-401": 4}
# The server is away for long, and much is said meanwhile.
OUTAGE = {"away-long": 6, "offline": 10, "burst": 6, "sleep": 3}


def make(seed: int, kind: str) -> History:
    """The history of a seed."""
    random = Random(f"{kind} {seed}")
    profile = random.choices(["alone", "beside", "timer", "between"], [10, 4, 5, 1])[0]
    weights = USER | MACHINE
    if kind == "7pace":
        weights |= TROUBLE
        if profile == "beside":
            weights |= BESIDE
        elif profile in ("timer", "between"):
            weights |= BESIDE | AT_THE_TIMER | AT_ODDS
            # What another device deleted can be undone here too, and the moments at which it acts
            # are told by two clocks: left out, as the outcome could be either.
            for name in ("undo", "redo", "set-clock", "travel"):
                del weights[name]
    began_at = MONDAY
    skew = 0.0
    if profile in ("alone", "beside"):
        if random.random() < 0.15:
            began_at = random.choice(NIGHTS)
        if random.random() < 0.5:
            skew = random.choice([0.37, -0.61, 45.2, -170.8])
    if kind == "7pace":
        storms = 1 if profile in ("timer", "between") else 3
        weights |= random.choices([{}, STORM, OUTAGE], [6, storms, 1])[0]
    names = random.choices(list(weights), list(weights.values()), k=random.randint(5, 26))
    steps = tuple(
        Step(
            name,
            random.randrange(1 << 16),
            random.randrange(1 << 16),
            random.choice([0, 1, 2, 3, 5, 99, 99]),
        )
        for name in names
    )
    if kind == "7pace" and profile == "between":
        numbers = random.randrange(1 << 16), random.randrange(1 << 16)
        steps = (*steps, Step(random.choice(BETWEEN), *numbers, 99))
    return History(seed, kind, profile, began_at, skew, random.random() < 0.3, steps)


CALM = (
    *("start", "wait", "comment", "start", "move-start", "wait", "stop"),
    *("add-twice", "edit-times", "delete", "undo", "start"),
)


def calm() -> History:
    """One of everything that is told, with nothing going wrong."""
    steps = tuple(Step(name, 1241 + 6 * n, 611 + 2 * n, 99) for n, name in enumerate(CALM))
    return History(-1, "7pace", "alone", MONDAY, 0.0, False, steps)


def week(seed: int, operations: int = 200) -> History:
    """A week without a network, in which the clocks go back; then the server is there again.

    The machine sleeps between what is said, so that a week of polls need not be played.
    """
    random = Random(f"week {seed}")
    said = {name: weight for name, weight in USER.items() if name not in _NO_SAYING}
    names = random.choices(list(said), list(said.values()), k=operations)
    numbers = [(random.randrange(1 << 16), random.randrange(1 << 16)) for _ in names]
    steps = [Step("offline", 0, 0, 0)]
    for name, (number, other) in zip(names, numbers, strict=True):
        steps += [Step(name, number, other, 99), Step("sleep", random.randrange(6000), 0, 99)]
    steps.append(Step("online", 0, 0, 0))
    monday = datetime(2026, 10, 19, 7, 0, tzinfo=UTC)
    return History(seed, "7pace", "alone", monday, 0.0, False, tuple(steps))


_NO_SAYING = frozenset({"retry", "mend", "discard", "sync", "wait", "wait-long"})
