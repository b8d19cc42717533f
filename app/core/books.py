"""What each account's live subjects have to do, arranged so that no decision goes through all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from app.core.model import Account, Subject
from app.core.ordered import NOTHING, Ordered, Pair
from app.core.planning import next_write, occupies_slot
from app.core.remote import Capabilities, Facts, WriteKind
from app.core.timekeeping import wall_start

UNKNOWN_KIND = Capabilities(kept_here=True)


class Shelf(StrEnum):
    """Where a live subject stands: each on one."""

    OPEN = "open"
    NEW = "new"
    KNOWN = "known"
    HELD = "held"


class Book(Struct, frozen=True):
    """One account's live subjects by their ids; all of it follows from the subjects alone.

    By what is to be done, each ordered by the subject's place in the lane: `open` are the few that
    others depend on (they run, have an attempt out, have or may have the slot, or let it rest);
    `new` wait to be created, `known` to be edited or deleted; `held` wait for the user.

    Beside that: `remote` by the remote id, `told` by the start that the server is known to hold,
    `lost` by the start of creates concluded lost (`start_key`).
    """

    open: Ordered = NOTHING
    new: Ordered = NOTHING
    known: Ordered = NOTHING
    held: Ordered = NOTHING
    remote: Ordered = NOTHING
    told: Ordered = NOTHING
    lost: Ordered = NOTHING

    def owner(self, remote_id: str) -> str | None:
        """The live subject that has a remote id."""
        return next(self.remote.between(remote_id, remote_id), None)


EMPTY = Book()


class Books(Struct, frozen=True):
    """The books of all accounts, and the very subjects that they were made from."""

    of: Mapping[str, Subject]
    by_account: Mapping[str, Book]


def arranged(subjects: Mapping[str, Subject], accounts: Mapping[str, Account]) -> Books:
    """The books, made from scratch."""
    places: dict[str, dict[str, list[Pair]]] = {}
    for subject in subjects.values():
        mine = places.setdefault(subject.account, {})
        for name, pair in _places(subject, _capabilities(accounts, subject.account)):
            mine.setdefault(name, []).append(pair)
    return Books(
        subjects,
        {
            account: Book(**{name: Ordered(pairs) for name, pairs in mine.items()})
            for account, mine in places.items()
        },
    )


def changed(
    book: Book, before: Subject | None, after: Subject | None, capabilities: Capabilities
) -> Book:
    """The book after one subject changed; None is one that is not live."""
    old = [] if before is None else _places(before, capabilities)
    new = [] if after is None else _places(after, capabilities)
    for name, pair in old:
        if (name, pair) not in new:
            shelf: Ordered = getattr(book, name)
            book = replace(book, **{name: shelf.minus(pair)})
    for name, pair in new:
        if (name, pair) not in old:
            shelf = getattr(book, name)
            book = replace(book, **{name: shelf.plus(pair)})
    return book


def shelf_of(subject: Subject, capabilities: Capabilities) -> Shelf | None:
    """Where a subject stands; None when it has nothing to do, and so is not live."""
    if subject.runs or subject.attempt is not None or subject.rests is not None:
        return Shelf.OPEN
    if subject.hold is not None:
        return Shelf.OPEN if occupies_slot(subject) else Shelf.HELD
    write = next_write(subject, capabilities)
    if write is None:
        return None
    if write.kind is WriteKind.CREATE:
        return Shelf.NEW
    return Shelf.KNOWN if write.kind in (WriteKind.EDIT, WriteKind.DELETE) else Shelf.OPEN


def start_key(facts: Facts, capabilities: Capabilities) -> datetime:
    """What two starts must share for their rows to be taken for each other (`PROTOCOL.md` §4)."""
    return wall_start(facts) if capabilities.wall_time else facts.started_at


def _places(subject: Subject, capabilities: Capabilities) -> list[tuple[str, Pair]]:
    """Every set of its book that a subject stands in, and as what."""
    shelf = shelf_of(subject, capabilities)
    if shelf is None:
        return []
    found: list[tuple[str, Pair]] = [(shelf.value, (subject.order, subject.id))]
    known = subject.acknowledged
    if subject.remote_id is not None and known is not None:
        found.append(("remote", (subject.remote_id, subject.id)))
        found.append(("told", (known.started_at, subject.id)))
    for attempt in subject.lost:
        if attempt.write.kind is WriteKind.CREATE:
            found.append(("lost", (start_key(attempt.write.facts, capabilities), subject.id)))
    # Two lost attempts of one start are one place.
    return list(dict.fromkeys(found))


def _capabilities(accounts: Mapping[str, Account], name: str) -> Capabilities:
    known = accounts.get(name)
    return UNKNOWN_KIND if known is None else known.capabilities


def all_of(book: Book) -> Iterable[str]:
    """Every live subject of the account, the open ones first."""
    for shelf in (book.open, book.new, book.known, book.held):
        yield from shelf.ids()
