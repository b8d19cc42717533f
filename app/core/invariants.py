"""The eight invariants of the outbox (`PROTOCOL.md` §9), asserted of a decision before commit."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.books import UNKNOWN_KIND
from app.core.comparing import differing
from app.core.decision import AddLedgerLine, Decision, SaveSubject
from app.core.effects import Push, PushMany
from app.core.model import Attempt, Subject
from app.core.outcomes import unnamed
from app.core.remote import SLOT_KINDS, Capabilities, Field, Write, WriteKind
from app.core.state import AppState, TurnKind

NEW_KINDS = (WriteKind.CREATE, WriteKind.START)

BY_THE_USER = frozenset(
    {
        *("started", "stopped", "adjusted", "edited", "mended", "undone", "discarded"),
        *("conflict-answered", "asked-again", "twin-taken-back", "clock-set"),
    }
)
"""Ledger lines of what changes what is meant by the user's word; a clock that was set moves a start
by the rule of `DESIGN.md` §4.
"""

BY_A_MERGE = frozenset({"changed-elsewhere", "started-elsewhere", "gone-elsewhere"})
"""Ledger lines of what takes over another device's change."""

GIVEN_UP = frozenset({"not-sent", "refused", "refused-together", "match-none", "discarded"})
"""Ledger lines of why a create or start that is not acknowledged has no attempt any more."""

ROW_CHOSEN = frozenset({"match-ours", "asked-again", "taken-back", "not-mine"})
"""Ledger lines of a row that the user, or a confirm, says is or is not the subject's."""

DELETED_BY = frozenset(
    {
        *("delete-asked", "undone", "absence-answered", "gone-elsewhere", "taken-back"),
        *("twin-taken-back", "discarded", "asked-again"),
    }
)
"""Ledger lines of why a subject is meant to be gone."""


class InvariantBroken(Exception):
    """A decision that must not be committed: nothing was changed. `number` is that of §9."""

    def __init__(self, number: int, subject_id: str, words: str) -> None:
        super().__init__(f"invariant {number}, {subject_id}: {words}")
        self.number = number


def check(before: AppState, after: AppState, decision: Decision) -> None:
    """All eight, for every subject that the decision touches. Raises InvariantBroken."""
    check_touched(before, after, decision)
    told = _told(decision)
    for old, new in _touched(before, decision):
        capabilities = _capabilities(before, after, new)
        if old is None or capabilities.kept_here:
            continue
        lines = told.get(new.id, frozenset())
        _repeats(before, old, new, lines)
        _keeps_meant(old, new, lines, capabilities)
        _knows(before, after, old, new, lines)
        if new.deleted and not old.deleted and not lines & DELETED_BY:
            raise InvariantBroken(8, new.id, "deleted by nobody")
    for subject, write in _pushed(after, decision):
        if write.kind is WriteKind.DELETE and not subject.deleted:
            raise InvariantBroken(8, subject.id, "deletes what is meant to stay")
        if write.kind in SLOT_KINDS:
            _slot_is_free(after, subject)


def check_touched(before: AppState, after: AppState, decision: Decision) -> None:
    """The first three, which are cheap: for the touched subjects alone. Raises InvariantBroken."""
    saved: dict[tuple[str, str], str] = {}
    opening: set[str] = set()
    for old, new in _touched(before, decision):
        if old is not None:
            _stays_frozen(old.attempt, new.attempt, new.id)
            gone = old.remote_id is None or new.remote_id is None
            if not gone and new.remote_id != old.remote_id:
                raise InvariantBroken(3, new.id, "another remote id without losing the first")
        if new.attempt is not None and new.attempt.write.kind in NEW_KINDS:
            opening.add(new.account)
        if new.remote_id is not None:
            owner = saved.setdefault((new.account, new.remote_id), new.id)
            live = after.book(new.account).owner(new.remote_id) or owner
            if owner != new.id or live != new.id:
                raise InvariantBroken(3, new.id, f"the remote id of {owner} or {live}")
    for account in opening:
        _only_one_opens(after, account)
    for subject, write in _pushed(after, decision):
        if subject.attempt is None or subject.attempt.write != write:
            raise InvariantBroken(1, subject.id, "a write without its attempt")


def _touched(before: AppState, decision: Decision) -> Iterator[tuple[Subject | None, Subject]]:
    """Each saved subject, with what it was; None where it was not live."""
    for row in decision.writes:
        if isinstance(row, SaveSubject):
            yield before.subjects.get(row.subject.id), row.subject


def _pushed(after: AppState, decision: Decision) -> Iterator[tuple[Subject, Write]]:
    """Each write that leaves, with the subject whose turn it is."""
    for effect in decision.effects:
        if not isinstance(effect, Push | PushMany):
            continue
        turn = after.lanes[effect.account].turn
        if turn is None or turn.id != effect.turn_id or turn.kind is not TurnKind.PUSH:
            raise InvariantBroken(1, effect.turn_id, "a write outside its turn")
        if isinstance(effect, Push):
            yield after.subjects[turn.subject_id], effect.write
        else:
            for plan, write in zip(turn.batch, effect.writes, strict=True):
                yield after.subjects[plan.subject_id], write


def _told(decision: Decision) -> dict[str, frozenset[str]]:
    """The ledger's codes by subject."""
    told: dict[str, frozenset[str]] = {}
    for row in decision.writes:
        if isinstance(row, AddLedgerLine):
            line = row.line
            told[line.subject_id] = told.get(line.subject_id, frozenset()) | {line.what}
    return told


def _capabilities(before: AppState, after: AppState, subject: Subject) -> Capabilities:
    account = after.accounts.get(subject.account) or before.accounts.get(subject.account)
    return UNKNOWN_KIND if account is None else account.capabilities


def _stays_frozen(old: Attempt | None, new: Attempt | None, subject_id: str) -> None:
    if old is None or new is None:
        return
    if old.id != new.id:
        raise InvariantBroken(1, subject_id, "a second attempt beside the first")
    frozen = ("write", "baseline", "committed", "committed_at", "batch")
    if any(getattr(old, name) != getattr(new, name) for name in frozen):
        raise InvariantBroken(2, subject_id, "an attempt that changed")


def _only_one_opens(after: AppState, account: str) -> None:
    """One open create or start per account; a batch is one."""
    attempts = [after.subjects[name].attempt for name in after.book(account).open.ids()]
    opened = {a.batch or a.id for a in attempts if a is not None and a.write.kind in NEW_KINDS}
    if len(opened) > 1:
        raise InvariantBroken(1, account, "two open creates or starts")


def _repeats(before: AppState, old: Subject, new: Subject, lines: frozenset[str]) -> None:
    """A create or start ends without a row only where it surely did not land."""
    attempt = old.attempt
    if attempt is None or attempt.write.kind not in NEW_KINDS:
        return
    if new.attempt is not None or new.remote_id is not None or lines & GIVEN_UP:
        return
    turn = before.lanes[old.account].turn
    settled = turn is not None and turn.kind is TurnKind.LOOK and turn.settled
    if "concluded-lost" not in lines or attempt.noticed is None or not settled:
        raise InvariantBroken(4, new.id, "given up before it has settled and was looked for")


def _slot_is_free(after: AppState, subject: Subject) -> None:
    capabilities = after.accounts[subject.account].capabilities
    attempt = subject.attempt
    if attempt is None or not unnamed(attempt, capabilities):
        return
    for other_id in after.book(subject.account).open.ids():
        other = after.subjects[other_id]
        late = other.attempt is not None and unnamed(other.attempt, capabilities)
        if other.rests is not None or (late and other.id != subject.id):
            raise InvariantBroken(5, subject.id, f"{other.id} may still land in the slot")


def _keeps_meant(
    old: Subject, new: Subject, lines: frozenset[str], capabilities: Capabilities
) -> None:
    """What is meant changes by the user's word or a merge, and a merge leaves what is untold."""
    changed = differing(new.meant, old.meant, capabilities) | differing(
        old.meant, new.meant, capabilities
    )
    if not changed or lines & BY_THE_USER:
        return
    if not lines & BY_A_MERGE:
        raise InvariantBroken(6, new.id, f"meant otherwise by nobody: {sorted(changed)}")
    if old.acknowledged is not None and not new.deleted:
        untold = differing(old.meant, old.acknowledged, capabilities) - {Field.TIME}
        if untold & changed:
            raise InvariantBroken(6, new.id, f"untold and dropped: {sorted(untold & changed)}")


def _knows(
    before: AppState, after: AppState, old: Subject, new: Subject, lines: frozenset[str]
) -> None:
    """What is acknowledged comes with a report of the account's lane, or with the row that the user
    was asked about.
    """
    if new.acknowledged == old.acknowledged or lines & ROW_CHOSEN:
        return
    was, now = before.lanes[new.account].turn, after.lanes[new.account].turn
    if was is None or now == was:
        raise InvariantBroken(7, new.id, "acknowledged without a word of the server")
