"""How much of an account waits, is out, doubtful or held, without going through all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from app.core.model import Subject, Sync
from app.core.planning import sync_of
from app.core.state import AppState


def standing(state: AppState, account: str) -> Mapping[Sync, int]:
    """How many of the account's operations are in which of their lives; those of 0 are left out."""
    book = state.book(account)
    capabilities = state.accounts[account].capabilities
    counts = Counter(sync_of(state.subjects[it], capabilities) for it in book.open.ids())
    counts[Sync.PENDING] += len(book.new) + len(book.known)
    counts[Sync.HELD] += len(book.held)
    return {sync: count for sync, count in counts.items() if count and sync is not Sync.SYNCED}


def first_held(state: AppState) -> Subject | None:
    """The oldest operation that needs the user."""
    found = []
    for account in state.accounts:
        book = state.book(account)
        ids = [it for it in book.open.ids() if state.subjects[it].hold is not None][:1]
        first = book.held.first()
        found += [state.subjects[it] for it in (*ids, first) if it is not None]
    return min(found, key=lambda subject: (subject.order, subject.id), default=None)


def is_doubtful(state: AppState) -> bool:
    """Whether it is not known of some operation if it arrived."""
    return any(
        (attempt := state.subjects[it].attempt) is not None and attempt.noticed is not None
        for account in state.accounts
        for it in state.book(account).open.ids()
    )
