"""Batches: creates that go in one request, each with an attempt of its own (`PROTOCOL.md` §3).

"One open create or start per account" is there so that no row can be taken for another attempt's.
A batch keeps to that by what goes into it: finished entries alone, whose starts lie so far apart
that no row is an exact or near match of two of them. To everything else it is one open create:
while any of it is in flight or doubtful no other create or start leaves.

* One look spans all its starts, and what it shows is the baseline of each attempt.
* All attempts are committed in one transaction, then the one request leaves.
* Of a clear yes each row is matched to its write by its start, never by its place; a write without
  a row is doubtful, like each of a batch that got no answer. One look may confirm them all.
* Of a refused batch nobody knows which was meant: each may have landed, so each leaves a ghost and
  is told alone from then on. Refused at the rehearsal, where nothing is written, they leave none.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from app.core.books import start_key
from app.core.draft import Draft
from app.core.model import Subject
from app.core.planning import next_write
from app.core.remote import Capabilities, Facts, LookFor, Receipt, RemoteRow, RemoteView, WriteKind
from app.core.state import Plan

FAR = timedelta(seconds=2)
"""Starts that differ by more than this are never taken for each other."""

LONGEST_SPAN = timedelta(days=14)
"""One look shows the whole span of a batch: a longer one would read a history for it."""

LOOKED_THROUGH = 4
"""So many times a batch's size of what waits is gone through for members that lie far apart."""


def batch_of(draft: Draft, account: str, first: Subject) -> tuple[Plan, ...]:
    """The creates that may go together with the oldest that waits; nothing where it goes alone."""
    most = draft.capabilities(account).creates_at_once
    waiting = draft.book(account).new
    if most < 2 or waiting.first() != first.id:
        return ()
    plans = far_apart(draft, account, islice(waiting.ids(), LOOKED_THROUGH * most))
    return plans if len(plans) > 1 and plans[0].subject_id == first.id else ()


def far_apart(draft: Draft, account: str, ids: Iterable[str]) -> tuple[Plan, ...]:
    """Of these subjects, in order, as many creates as fit into one request without confusion.

    Apart by the wall and as instants, and from attempts that were concluded lost: what of those
    comes up late has to be known for what it is.
    """
    capabilities = draft.capabilities(account)
    lost = draft.book(account).lost
    walls: list[datetime] = []
    instants: list[datetime] = []
    plans: list[Plan] = []
    for subject_id in ids:
        subject = draft.subjects.get(subject_id)
        if subject is None or subject.alone or subject.lost:
            continue
        write = next_write(subject, capabilities)
        if write is None or write.kind is not WriteKind.CREATE:
            continue
        wall, at = start_key(write.facts, capabilities), write.facts.started_at
        if _near(walls, wall) or _near(instants, at) or any(lost.between(wall - FAR, wall + FAR)):
            continue
        if instants and max(instants[-1], at) - min(instants[0], at) > LONGEST_SPAN:
            continue
        insort(walls, wall)
        insort(instants, at)
        plans.append(Plan(subject_id, write))
        if len(plans) == capabilities.creates_at_once:
            break
    return tuple(plans)


def look_for_all(facts: Iterable[Facts]) -> LookFor:
    """The one look that shows whatever starts where these do, each read at its own offset."""
    told = list(facts)
    return LookFor(
        around_at=min(it.started_at for it in told),
        until_at=max(it.started_at for it in told),
        offsets=frozenset(it.offset_minutes for it in told),
    )


def _near(starts: list[datetime], at: datetime) -> bool:
    """Whether one of the sorted starts lies too near."""
    place = bisect_left(starts, at - FAR)
    return place < len(starts) and starts[place] <= at + FAR


def matched(
    meant: Mapping[str, Facts], receipts: Iterable[Receipt], capabilities: Capabilities
) -> dict[str, Receipt]:
    """Each subject's own receipt, found by its start; one that two rows fit has none."""
    by_start = defaultdict(list)
    for receipt in receipts:
        if receipt.row is not None:
            by_start[start_key(receipt.row.facts, capabilities)].append(receipt)
    found = {}
    for subject_id, facts in meant.items():
        fitting = by_start[start_key(facts, capabilities)]
        if len(fitting) == 1:
            found[subject_id] = fitting[0]
    return found


class RowsByStart:
    """A view by its starts, so that each of many attempts is compared with few rows."""

    def __init__(self, view: RemoteView, capabilities: Capabilities) -> None:
        self._view = view
        self._capabilities = capabilities
        self._by_start: dict[datetime, list[RemoteRow]] = defaultdict(list)
        for row in view.rows:
            # A wall-time row may be meant by its reading, or by its instant (`as_ours`).
            for key in {start_key(row.facts, capabilities), row.facts.started_at}:
                self._by_start[key].append(row)

    def around(self, facts: Facts) -> RemoteView:
        """The view with those rows alone that may be a match of a create, exact or near."""
        keys = {start_key(facts, self._capabilities), facts.started_at}
        rows = {row.remote_id: row for key in keys for row in self._by_start.get(key, ())}
        return replace(self._view, rows=tuple(rows.values()))
