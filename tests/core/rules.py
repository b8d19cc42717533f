"""The invariants of PROTOCOL.md §9 that one state shows by itself."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from app.core import messages
from app.core.batching import FAR
from app.core.books import EMPTY, arranged
from app.core.comparing import differing
from app.core.model import Attempt, Subject, Sync
from app.core.planning import sync_of
from app.core.remote import Field, WriteKind
from app.core.standing import first_held, is_doubtful, standing
from app.core.state import AppState


def assert_meant_stands(
    before: AppState, message: messages.Message, store: dict[str, Subject]
) -> None:
    """What the user said and nobody was told yet survives every report (`PROTOCOL.md` §9, 6)."""
    if not isinstance(message, messages.Report.__args__):
        return
    for subject in before.subjects.values():
        known, after = subject.acknowledged, store[subject.id]
        if known is None or subject.deleted or after.deleted:
            continue
        capabilities = before.accounts[subject.account].capabilities
        untold = differing(subject.meant, known, capabilities) - {Field.TIME}
        lost = untold & differing(subject.meant, after.meant, capabilities)
        assert not lost, (lost, subject.meant, after.meant)


def assert_books(state: AppState) -> None:
    """What the decisions keep of the live subjects is what the subjects say."""
    books = state.arranged.by_account
    kept = {name: book for name, book in books.items() if book != EMPTY}
    assert kept == arranged(state.subjects, state.accounts).by_account


def assert_standing(state: AppState) -> None:
    """What is counted without going through all is what going through all would count."""
    held = [s for s in state.subjects.values() if s.hold is not None]
    assert first_held(state) == min(held, key=lambda s: (s.order, s.id), default=None)
    attempts = [s.attempt for s in state.subjects.values() if s.attempt is not None]
    assert is_doubtful(state) == any(it.noticed is not None for it in attempts)
    for name, account in state.accounts.items():
        mine = (s for s in state.subjects.values() if s.account == name)
        counts = Counter(sync_of(s, account.capabilities) for s in mine)
        del counts[Sync.SYNCED]
        assert standing(state, name) == counts


def assert_one_batch(attempts: list[Attempt]) -> None:
    """Several open creates are one request, and no row can be taken for two of them."""
    assert len({it.batch for it in attempts} - {""}) == 1, f"two open creates: {attempts}"
    assert all(it.batch and it.write.kind is WriteKind.CREATE for it in attempts)
    assert len({it.baseline for it in attempts}) == 1
    starts = sorted(it.write.facts.started_at for it in attempts)
    assert all(b - a > FAR for a, b in pairwise(starts)), starts


def assert_invariants(state: AppState) -> None:
    """One open create or start per account; a remote id has one subject; one current track."""
    assert_books(state)
    for account in state.accounts:
        mine = [s for s in state.subjects.values() if s.account == account]
        new = [
            s.attempt
            for s in mine
            if s.attempt is not None and s.attempt.write.kind in (WriteKind.CREATE, WriteKind.START)
        ]
        if len(new) > 1:
            assert_one_batch(new)
        ids = Counter(s.remote_id for s in mine if s.remote_id is not None)
        assert all(times == 1 for times in ids.values()), f"a remote id twice: {ids}"
    if state.running is not None:
        assert state.subjects[state.running].runs
    for subject in state.subjects.values():
        stopped_at = subject.meant.stopped_at
        assert stopped_at is None or stopped_at > subject.meant.started_at, subject
        assert (subject.remote_id is None) == (subject.acknowledged is None) or (
            state.accounts[subject.account].capabilities.kept_here
        ), subject
