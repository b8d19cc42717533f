"""What may stand in a store after commands of which some were killed: by what they said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

ITEMS = ("1349", "1350", "1210")
SECOND = timedelta(seconds=1)
Document = dict[str, object]


class Row(Struct, frozen=True):
    """A track or entry as the user knows it."""

    started_at: datetime
    stopped_at: datetime | None
    item: str
    comment: str


class Order(Struct, frozen=True):
    """One command: what it asks for, and of which row."""

    name: str
    words: tuple[str, ...]
    comment: str = ""
    id: str = ""


def orders(known: Known, random: Random) -> Order:
    """The next command of a user who has these rows."""
    known.asked += 1
    comment = f"said {known.asked}"
    item = ITEMS[known.asked % 3]
    ended = sorted(id for id, row in known.rows.items() if row.stopped_at is not None)
    names = ["start", "start", "add", "add", "sync"]
    if known.running is not None:
        names += ["stop", "stop", "adjust"]
    if ended:
        names += ["edit", "edit", "delete"]
    name = random.choice(names)
    chosen = random.choice(ended) if ended else ""
    match name:
        case "start":
            return Order(name, ("start", item, "--comment", comment), comment)
        case "add":
            # Each at a time of its own, in days that are over.
            began = known.began - timedelta(minutes=10 * known.asked)
            span = ("--start", _text(began), "--stop", _text(began + timedelta(seconds=451)))
            words = ("entry", "add", item, *span, "--comment", comment, "--account", "Work")
            return Order(name, words, comment)
        case "stop":
            return Order(name, ("stop",), id=known.running or "")
        case "adjust":
            return Order(name, ("adjust", "--comment", comment), comment, known.running or "")
        case "edit":
            return Order(name, ("entry", "edit", chosen, "--comment", comment), comment, chosen)
        case "delete":
            return Order(name, ("entry", "delete", chosen), id=chosen)
        case _:
            return Order(name, ("sync", "--wait", "1"))


class Known:
    """What the user knows to be in the store."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.asked = 0
        self.began = datetime.now(UTC).replace(microsecond=0, second=0) - timedelta(hours=2)

    @property
    def running(self) -> str | None:
        """The id of what runs."""
        return next((id for id, row in self.rows.items() if row.stopped_at is None), None)

    def take(self, found: dict[str, Row]) -> None:
        """The user looks: what is there is what is known from now on."""
        self.rows = dict(found)

    def told(self) -> Counter[tuple[str, int, str, str]]:
        """The finished rows as a server keeps them in UTC."""
        return Counter(wall_row(row) for row in self.rows.values())

    def compare(self, order: Order, said: Document | None, found: dict[str, Row]) -> list[str]:
        """What is wrong in the store after a command that said so, or nothing, before it died.

        A command that was killed may have been carried out or not; all of it, or nothing.
        """
        before, self.rows = self.rows, dict(found)
        wrong = [] if said is None else _broken_word(order, said, found)
        if said is None and found == before:
            return wrong
        expected = dict(before)
        new = sorted(found.keys() - before.keys())
        match order.name:
            case "start" | "add":
                if len(new) != 1 or found[new[0]].comment != order.comment:
                    return [*wrong, f"{order}: new are {[found[id] for id in new]}"]
                expected[new[0]] = found[new[0]]
                ran = next((id for id, row in before.items() if row.stopped_at is None), None)
                if order.name == "start" and ran is not None:
                    # A switch: no gap, no overlap.
                    expected[ran] = replace(before[ran], stopped_at=found[new[0]].started_at)
            case "stop":
                stopped_at = found[order.id].stopped_at if order.id in found else None
                expected[order.id] = replace(before[order.id], stopped_at=stopped_at)
            case "adjust" | "edit":
                expected[order.id] = replace(before[order.id], comment=order.comment)
            case "delete":
                del expected[order.id]
            case _:
                pass  # a sync changes nothing of what is said
        if expected != found:
            odd = [id for id in expected.keys() | found.keys() if expected.get(id) != found.get(id)]
            wrong += [f"{order}: meant {expected.get(id)}, found {found.get(id)}" for id in odd]
        return wrong


def wall_row(row: Row) -> tuple[str, int, str, str]:
    """Start on the wall in UTC, seconds, item and comment."""
    assert row.stopped_at is not None, row
    seconds = int((row.stopped_at - row.started_at).total_seconds())
    return row.started_at.replace(tzinfo=None).isoformat(), seconds, row.item, row.comment


def _broken_word(order: Order, said: Document, found: dict[str, Row]) -> list[str]:
    """What it said is done and is not on disk."""
    if order.name == "sync":
        return []
    id = str(said["id"])
    row = found.get(id)
    if order.name == "delete":
        return [] if row is None else [f"{order} said done, and it is there: {row}"]
    stopped_at = said["stopped_at"]
    there = None if row is None else (_text(row.started_at), row.comment, row.stopped_at)
    told = (
        said["started_at"],
        said["comment"],
        None if stopped_at is None else datetime.fromisoformat(str(stopped_at)),
    )
    return [] if there == told else [f"{order} said {told}, and on disk is {there}"]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
