"""A journal in memory, for tests: what it keeps is gone with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import assert_never

from msgspec import Struct, field

from app.core.decision import (
    AddLedgerLine,
    DropAccount,
    Row,
    SaveAbsence,
    SaveAccount,
    SaveCheck,
    SaveGhost,
    SaveSubject,
)
from app.core.history import GhostsWanted, History
from app.core.model import Absence, Account, Check, CheckState, Ghost, LedgerLine, Subject
from app.core.remote import ActivityType, WorkItem, WriteKind
from app.core.state import LastTrack
from app.core.timekeeping import wall_start
from app.ports.journal import JournalError, Loaded, RecentItem


class _Kept(Struct):
    accounts: dict[str, Account] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    absences: dict[str, Absence] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    ghosts: dict[str, Ghost] = field(default_factory=dict)
    ledger: list[LedgerLine] = field(default_factory=list)
    items: dict[tuple[str, str], WorkItem] = field(default_factory=dict)
    types: dict[str, tuple[ActivityType, ...]] = field(default_factory=dict)


class MemoryJournal:
    """`app.ports.journal.Journal` over dicts. `fail_with` is raised by the next commit, once."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept = _Kept()
        self.fail_with: JournalError | None = None

    def load(self) -> Loaded:
        kept = self._kept
        live = [kept.subjects[subject_id] for subject_id in kept.live]
        ended = [s for s in self._shown() if s.meant.stopped_at is not None]
        last = max(ended, key=lambda s: s.meant.started_at, default=None)
        absences = [it for it in kept.absences.values() if it.answer is None]
        checks = [it for it in kept.checks.values() if it.state is not CheckState.GONE]
        return Loaded(
            accounts=tuple(kept.accounts.values()),
            subjects=tuple(sorted(live, key=lambda subject: subject.order)),
            absences=tuple(sorted(absences, key=lambda it: (it.from_at, it.id))),
            checks=tuple(sorted(checks, key=lambda it: (it.asked_at, it.id))),
            last=None if last is None else _last_track(last),
            sequence=max((subject.order for subject in kept.subjects.values()), default=0),
        )

    def commit(self, rows: Sequence[Row]) -> None:
        if self.fail_with is not None:
            error, self.fail_with = self.fail_with, None
            raise error
        # Records are frozen, so a copy of the containers is a copy of everything.
        kept = _Kept(*(copy(getattr(self._kept, name)) for name in _Kept.__struct_fields__))
        for row in rows:
            _keep(kept, row)
        taken = [
            (s.account, s.remote_id) for s in kept.subjects.values() if s.remote_id is not None
        ]
        if len(taken) != len(set(taken)):
            raise JournalError("A remote id belongs to one subject.")
        self._kept = kept

    def history(self, wanted: History) -> tuple[Subject, ...]:
        everything = self._kept.subjects.values()
        found = {s.id: s for s in everything if s.id in wanted.subject_ids}
        for subject in everything:
            if subject.account == wanted.account and subject.remote_id in wanted.remote_ids:
                found[subject.id] = subject
        for subject in self._shown(wanted.account if wanted.item_ids else None):
            item = subject.meant.item
            if item is not None and not item.title and item.id in wanted.item_ids:
                found[subject.id] = subject
        if wanted.from_at is not None:
            shown = self._shown(wanted.overlap_account)
            for subject in shown:
                to_at = wanted.to_at or subject.meant.started_at
                if subject.meant.started_at <= to_at and _ends_after(subject, wanted.from_at):
                    found[subject.id] = subject
            before = [s for s in shown if s.meant.started_at < wanted.from_at]
            if before and wanted.to_at is None:
                newest = max(before, key=lambda subject: subject.meant.started_at)
                found[newest.id] = newest
        return _by_start(found.values())

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        mine = [it for it in self._kept.ghosts.values() if it.account == wanted.account]
        named = {it.subject_id for it in mine if _may_show(it, wanted)}
        found = [it for it in mine if it.subject_id in named]
        return tuple(sorted(found, key=lambda it: (it.concluded_at, it.id)))

    def subject(self, subject_id: str) -> Subject | None:
        exact = self._kept.subjects.get(subject_id)
        if exact is not None or not subject_id:
            return exact
        begins = [s for s in self._kept.subjects.values() if s.id.startswith(subject_id)]
        known = [s for s in begins if not s.deleted or s.id in self._kept.live]
        return known[0] if len(known) == 1 else None

    def entries(
        self, from_at: datetime, to_at: datetime, account: str | None = None
    ) -> tuple[Subject, ...]:
        shown = self._shown(account)
        return _by_start(s for s in shown if s.meant.started_at < to_at and _ends_after(s, from_at))

    def recents(self, limit: int, today_from_at: datetime, now: datetime) -> tuple[RecentItem, ...]:
        took: dict[object, timedelta] = {}
        for subject in self.entries(today_from_at, now):
            stopped_at = min(subject.meant.stopped_at or now, now)
            lasted = stopped_at - max(subject.meant.started_at, today_from_at)
            thing = _thing(subject)
            took[thing] = took.get(thing, timedelta()) + max(lasted, timedelta())
        return tuple(
            _recent(s, s.meant.stopped_at or now, took.get(_thing(s), timedelta()))
            for s in _each_once(self._newest_first(), limit)
        )

    def search(self, text: str, limit: int, account: str | None = None) -> tuple[RecentItem, ...]:
        words = _words(text)

        def is_named(subject: Subject) -> bool:
            return subject.meant.item is not None and subject.meant.item.id.casefold() in words

        fitting = [s for s in self._newest_first(account) if _has(words, *_parts(s))]
        fitting.sort(key=is_named, reverse=True)
        return tuple(
            _recent(s, s.meant.stopped_at or s.meant.started_at) for s in _each_once(fitting, limit)
        )

    def work_items(self, account: str, text: str, limit: int) -> tuple[WorkItem, ...]:
        words = _words(text)

        def place(it: WorkItem) -> tuple[bool, bool, str, str]:
            key = it.id.casefold()
            return (key not in words, not key.startswith(words or ("\0",)), it.title, it.id)

        mine = [it for (owner, _id), it in self._kept.items.items() if owner == account]
        fitting = [it for it in mine if _has(words, it.id, it.title, it.project)]
        return tuple(sorted(fitting, key=place)[:limit])

    def keep_work_items(self, account: str, items: Sequence[WorkItem]) -> None:
        self._kept.items.update({(account, it.id): it for it in items})

    def activity_types(self, account: str) -> tuple[ActivityType, ...]:
        return self._kept.types.get(account, ())

    def keep_activity_types(self, account: str, types: Sequence[ActivityType]) -> None:
        self._kept.types[account] = tuple(types)

    def ledger(self, limit: int, subject_id: str | None = None) -> tuple[LedgerLine, ...]:
        lines = [it for it in self._kept.ledger if subject_id in (None, it.subject_id)]
        return tuple(lines[::-1][:limit])

    def close(self) -> None:
        """Nothing to let go of."""

    def _shown(self, account: str | None = None) -> list[Subject]:
        subjects = self._kept.subjects.values()
        return [s for s in subjects if not s.deleted and account in (None, s.account)]

    def _newest_first(self, account: str | None = None) -> list[Subject]:
        shown = self._shown(account)
        return sorted(shown, key=lambda s: (s.meant.started_at, s.account), reverse=True)


def _keep(kept: _Kept, row: Row) -> None:
    match row:
        case SaveSubject(subject=subject, live=live):
            kept.subjects[subject.id] = subject
            (kept.live.add if live else kept.live.discard)(subject.id)
        case SaveAccount(account=account):
            kept.accounts[account.name] = account
        case DropAccount(name=name):
            kept.accounts.pop(name, None)
            kept.types.pop(name, None)
            kept.items = {key: it for key, it in kept.items.items() if key[0] != name}
        case SaveAbsence(absence=absence):
            kept.absences[absence.id] = absence
        case SaveCheck(check=check):
            kept.checks[check.id] = check
        case SaveGhost(ghost=ghost):
            kept.ghosts[ghost.id] = ghost
        case AddLedgerLine(line=line):
            kept.ledger.append(line)
        case _ as never:
            assert_never(never)


def _may_show(ghost: Ghost, wanted: GhostsWanted) -> bool:
    write = ghost.attempt.write
    around = timedelta(hours=15)
    timed_there = (
        write.kind is WriteKind.START
        and wanted.from_at is not None
        and wanted.to_at is not None
        and ghost.concluded_at >= wanted.from_at - around
        and ghost.attempt.committed_at <= wanted.to_at + around
    )
    return (
        timed_there
        or write.facts.started_at in wanted.starts
        or wall_start(write.facts) in wanted.wall_starts
        or write.remote_id in wanted.remote_ids
    )


def _last_track(subject: Subject) -> LastTrack:
    it = subject.meant
    return LastTrack(
        account=subject.account,
        item=it.item,
        comment=it.comment,
        activity=it.activity,
        tags=it.tags,
        billable=it.billable,
        started_at=it.started_at,
        stopped_at=it.stopped_at,
    )


def _ends_after(subject: Subject, at: datetime) -> bool:
    """Whether something of it lies after the instant, or it began there and has no length."""
    meant = subject.meant
    return meant.stopped_at is None or meant.stopped_at > at or meant.started_at >= at


def _by_start(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    return tuple(sorted(subjects, key=lambda subject: (subject.meant.started_at, subject.id)))


def _thing(subject: Subject) -> object:
    item = subject.meant.item
    return (subject.account, None if item is None else item.id.casefold(), subject.meant.comment)


def _each_once(subjects: Iterable[Subject], limit: int) -> list[Subject]:
    things: dict[object, Subject] = {}
    for subject in subjects:
        things.setdefault(_thing(subject), subject)
    return list(things.values())[:limit]


def _parts(subject: Subject) -> tuple[str, ...]:
    item = subject.meant.item
    told = () if item is None else (item.id, item.title, item.project)
    return (*told, subject.meant.comment)


def _words(text: str) -> tuple[str, ...]:
    words = (word.lstrip("#") for word in text.casefold().split())
    return tuple(word for word in words if word)


def _has(words: Sequence[str], *parts: str) -> bool:
    within: Callable[[str], bool] = "\n".join(parts).casefold().__contains__
    return all(map(within, words))


def _recent(subject: Subject, last_at: datetime, today_for: timedelta = timedelta()) -> RecentItem:
    meant = subject.meant
    return RecentItem(
        account=subject.account,
        item=meant.item,
        comment=meant.comment,
        activity=meant.activity,
        last_at=last_at,
        today_seconds=int(today_for.total_seconds()),
    )
