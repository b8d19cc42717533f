"""The decision in the making: a mutable draft that lives inside `update`, pure from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from app.core.books import EMPTY, UNKNOWN_KIND, Book, Books, all_of, changed, shelf_of
from app.core.decision import (
    AddLedgerLine,
    Decision,
    Refusal,
    Row,
    SaveAbsence,
    SaveCheck,
    SaveGhost,
    SaveSubject,
)
from app.core.effects import Effect
from app.core.live import Subjects
from app.core.model import (
    Absence,
    Account,
    Attempt,
    Check,
    CheckState,
    Ghost,
    LedgerLine,
    Stamp,
    Subject,
)
from app.core.planning import next_write
from app.core.remote import Capabilities
from app.core.state import AppState, Lane

UNDO_DEPTH = 50


class Draft:
    """Collects the new state, the rows and the effects of one message."""

    def __init__(self, state: AppState, stamp: Stamp) -> None:
        """Begin with the state as it is."""
        self.before = state
        self.stamp = stamp
        self.state = state
        self._subjects: Subjects | None = None
        self._books: dict[str, Book] = dict(state.arranged.by_account)
        self._lanes: dict[str, Lane] | None = None
        self._saved: dict[str, Subject] = {}
        self._saved_remote: dict[str, list[str]] = {}
        self._rows: list[Row] = []
        self._effects: list[Effect] = []
        self._made: list[str] = []
        self._ids = 0
        self.ghosts: dict[str, Ghost] = {}
        self.confirmed: set[str] = set()

    # --- reading ---------------------------------------------------------------------------------

    @property
    def subjects(self) -> Mapping[str, Subject]:
        """The live subjects as they are in this draft."""
        return self.state.subjects if self._subjects is None else self._subjects

    @property
    def lanes(self) -> dict[str, Lane]:
        """The lanes as they are in this draft."""
        return self.state.lanes if self._lanes is None else self._lanes

    @property
    def track(self) -> Subject | None:
        """The current track as it is in this draft."""
        return None if self.state.running is None else self.subjects.get(self.state.running)

    def capabilities(self, account: str) -> Capabilities:
        """What the account's provider can be told; an account that is gone can be told nothing."""
        known = self.state.accounts.get(account)
        return UNKNOWN_KIND if known is None else known.capabilities

    def remote_accounts(self) -> list[Account]:
        """The accounts that have a lane."""
        return [a for a in self.state.accounts.values() if not a.capabilities.kept_here]

    def saved_with(self, remote_id: str) -> Iterable[Subject]:
        """Those among the saved ones that have been given this remote id, each as it is now."""
        return [self._saved[subject_id] for subject_id in self._saved_remote.get(remote_id, ())]

    def latest(self, subject: Subject) -> Subject:
        """A subject that was read before, as it is now."""
        return self._saved.get(subject.id) or self.subjects.get(subject.id, subject)

    def book(self, account: str) -> Book:
        """What the account's live subjects have to do."""
        return self._books.get(account, EMPTY)

    def open_of(self, account: str) -> list[Subject]:
        """The few of the account that others depend on, oldest intent first (`Book.open`)."""
        return [self.subjects[subject_id] for subject_id in self.book(account).open.ids()]

    def all_of(self, account: str) -> list[Subject]:
        """All live subjects of the account: there may be thousands, so only where all must be
        seen.
        """
        return [self.subjects[subject_id] for subject_id in all_of(self.book(account))]

    # --- writing ---------------------------------------------------------------------------------

    def new_id(self) -> str:
        """A fresh id; the stamp brings one, and more are made from it."""
        self._ids += 1
        suffix = "" if self._ids == 1 else f"-{self._ids}"
        return self.stamp.fresh_id + suffix

    def set(self, **changes: Any) -> None:
        """Change fields of the state other than subjects and lanes."""
        self.state = replace(self.state, **changes)

    def put(self, subject: Subject) -> Subject:
        """Save a subject; it stays live while it runs, waits, is out, doubtful or held."""
        capabilities = self.capabilities(subject.account)
        if capabilities.kept_here:
            subject = replace(subject, acknowledged=subject.meant, hold=None, attempt=None)
        live = self._live()
        before = live.get(subject.id)
        after = None if shelf_of(subject, capabilities) is None else subject
        self._subjects = live.minus(subject.id) if after is None else live.plus(after)
        book = changed(self.book(subject.account), before, after, capabilities)
        self._books[subject.account] = book
        self._saved[subject.id] = subject
        if subject.remote_id is not None:
            self._saved_remote.setdefault(subject.remote_id, []).append(subject.id)
        return subject

    def _live(self) -> Subjects:
        """The live subjects in the form that can be changed step by step."""
        if self._subjects is not None:
            return self._subjects
        kept = self.state.subjects
        return kept if isinstance(kept, Subjects) else Subjects(kept.values())

    def intend(self, subject: Subject) -> Subject:
        """Save what the user said; a subject with nothing waiting gets its place in the lane."""
        known = self.subjects.get(subject.id)
        waits = known is not None and (
            known.attempt is not None
            or known.hold is not None
            or next_write(known, self.capabilities(known.account)) is not None
        )
        if not waits:
            self.set(sequence=self.state.sequence + 1)
            subject = replace(subject, order=self.state.sequence)
        self.made(subject.id)
        return self.put(subject)

    def set_lane(self, account: str, **changes: Any) -> Lane:
        """Change fields of a lane."""
        if self._lanes is None:
            self._lanes = dict(self.state.lanes)
        lane = replace(self._lanes.get(account, Lane()), **changes)
        self._lanes[account] = lane
        return lane

    def put_absence(self, absence: Absence) -> None:
        """Save an absence; only unanswered ones stay in the state."""
        absences = dict(self.state.absences)
        if absence.answer is None:
            absences[absence.id] = absence
        else:
            absences.pop(absence.id, None)
        self.set(absences=absences)
        self._rows.append(SaveAbsence(absence))

    def put_check(self, check: Check) -> None:
        """Save a check; one that is gone leaves the state."""
        checks = dict(self.state.checks)
        if check.state is CheckState.GONE:
            checks.pop(check.id, None)
        else:
            checks[check.id] = check
        self.set(checks=checks)
        self._rows.append(SaveCheck(check))

    def drop_account(self, name: str) -> None:
        """Take an account, its lane and live subjects out of the state; the journal keeps them."""
        self.set(accounts={n: a for n, a in self.state.accounts.items() if n != name})
        self._lanes = {n: lane for n, lane in self.lanes.items() if n != name}
        self._subjects = Subjects(s for s in self.subjects.values() if s.account != name)
        self._books.pop(name, None)

    def put_ghost(self, ghost: Ghost) -> None:
        """Save a ghost; decisions on this message see it too."""
        self.ghosts[ghost.id] = ghost
        self._rows.append(SaveGhost(ghost))

    def confirm(self, subject: Subject, attempt: Attempt, remote_id: str) -> None:
        """More than one row is exactly what an attempt had carried: the others are asked about."""
        self.confirmed.add(attempt.id)
        self.put_ghost(
            Ghost(attempt.id, subject.id, subject.account, attempt, self.stamp.now, remote_id)
        )

    def row(self, row: Row) -> None:
        """Commit a row of another kind."""
        self._rows.append(row)

    def note(self, account: str, subject_id: str, what: str, **detail: object) -> None:
        """Write a line into the ledger."""
        facts = {name: str(fact) for name, fact in detail.items()}
        self._rows.append(
            AddLedgerLine(LedgerLine(self.stamp.now, account, subject_id, what, facts))
        )

    def ask(self, effect: Effect) -> None:
        """Ask for an effect, to be carried out after the commit."""
        self._effects.append(effect)

    def made(self, subject_id: str) -> None:
        """Name a subject in the answer to the asker."""
        if subject_id not in self._made:
            self._made.append(subject_id)

    def remember(self, before: Subject) -> None:
        """Keep a subject as it was for undo; a new step ends what could be redone."""
        self.set(undo=(*self.state.undo, before)[-UNDO_DEPTH:], redo=())

    # --- ends ------------------------------------------------------------------------------------

    def decision(self) -> Decision:
        """The outcome."""
        state = self.state
        if self._subjects is not None:
            state = replace(
                state, subjects=self._subjects, books=Books(self._subjects, self._books)
            )
        if self._lanes is not None:
            state = replace(state, lanes=self._lanes)
        live = state.subjects
        saved = [SaveSubject(s, s.id in live) for s in self._saved.values()]
        return Decision(
            state=state,
            writes=(*saved, *self._rows),
            effects=tuple(self._effects),
            made=tuple(self._made),
        )

    def refuse(self, refusal: Refusal) -> Decision:
        """Nothing changes; the asker is told why."""
        return Decision(state=self.before, refusal=refusal)
