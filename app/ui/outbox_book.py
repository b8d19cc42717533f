"""The outbox as it was looked at last, so that only what changed since is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from app.core.model import CheckState, Subject, Sync
from app.core.planning import occupies_slot, sync_of
from app.core.remote import CallLimit, WriteKind
from app.core.state import AppState, Connection, Lane
from app.ui.outbox_views import LineKey, OutboxGroup, OutboxRow, OutboxView
from app.ui.presenter_outbox import Blockers, OutboxTimes, RowWords
from app.words import _, ngettext

MANY = 10
"""From so many operations on it is said how far their telling is."""
OPENING = frozenset({WriteKind.START, WriteKind.CREATE})


class _Standing(Struct, frozen=True):
    """What the rows of an account depend on beside their own subjects."""

    connection: Connection
    since_at: datetime | None
    next_at: datetime | None
    throttled_until: datetime | None
    limit: CallLimit | None
    blockers: Blockers


class OutboxBook:
    """Everything that is not yet told, by account and in the order it was meant.

    There may be thousands of operations, and each one that is told makes a new state. So a row is
    worded when it is asked for, and kept until its subject or its account stands otherwise.
    """

    def __init__(self, times: OutboxTimes) -> None:
        self._times = times
        self._words = RowWords(AppState(), datetime.min.replace(tzinfo=UTC), 0.0, times, {})
        self._syncs: dict[str, Sync] = {}
        self._standings: dict[str, _Standing] = {}
        self._rows: dict[str, OutboxRow] = {}
        self._lines: tuple[LineKey, ...] = ()
        self._told = self._held = self._going = 0

    @property
    def lines(self) -> tuple[LineKey, ...]:
        """The lines as they stood in the last view."""
        return self._lines

    def view(self, state: AppState, now: datetime, boot_seconds: float) -> OutboxView:
        """The outbox now; `now` and `boot_seconds` are the clock's readings of this moment."""
        changed = self._take(state, now, boot_seconds)
        waiting = len(self._lines) - sum(1 for name in state.accounts if self._has(name))
        if not waiting:
            return OutboxView(_("Nothing waits"), _nothing_waits(state), can_undo=bool(state.undo))
        title = ngettext("{count} change waits", "{count} changes wait", waiting)
        kept = _("Nothing here is ever dropped by itself.")
        held = self._held
        needs = ngettext("{count} needs you.", "{count} need you.", held).format(count=held)
        of = self._told + self._going
        return OutboxView(
            title.format(count=waiting),
            f"{needs} {kept}" if held else kept,
            self._lines,
            self.row,
            self.group,
            changed,
            can_undo=bool(state.undo),
            told=self._told if of >= MANY and self._going else 0,
            of=of if of >= MANY and self._going else 0,
        )

    def first_held(self) -> str:
        """The id of the first operation that needs the user, empty for none."""
        return next((key.id for key in self._lines if self._syncs.get(key.id) is Sync.HELD), "")

    def row(self, operation_id: str) -> OutboxRow:
        """One operation, in words."""
        row = self._rows.get(operation_id)
        if row is None:
            sync = self._syncs.get(operation_id, Sync.PENDING)
            row = self._rows[operation_id] = self._words.row(operation_id, sync)
        return row

    def group(self, name: str) -> OutboxGroup:
        """How an account stands, in words."""
        return self._words.group(name)

    def sync(self, operation_id: str) -> Sync | None:
        """The state of an operation; None for what is not here."""
        return self._syncs.get(operation_id)

    # ----------------------------------------------------------------- what changed

    def _has(self, name: str) -> bool:
        return name in self._standings

    def _take(
        self, state: AppState, now: datetime, boot_seconds: float
    ) -> frozenset[LineKey] | None:
        """Take the state over; return the lines that may have other words, None for any."""
        before = self._words.state
        seen = before.subjects
        afresh = state.accounts != before.accounts or state.settings != before.settings
        if afresh:
            seen, self._syncs, self._rows, self._standings = {}, {}, {}, {}
        changed: set[LineKey] = set()
        moved = afresh or state.checks is not before.checks
        for gone in self._syncs.keys() - state.subjects.keys():
            self._count_told(self._syncs.pop(gone))
            self._rows.pop(gone, None)
            moved = True
        for subject in state.subjects.values():
            known = seen.get(subject.id)
            if known is subject:
                continue
            was = self._syncs.pop(subject.id, None)
            sync = sync_of(subject, state.accounts[subject.account].capabilities)
            self._rows.pop(subject.id, None)
            if sync is not Sync.SYNCED:
                self._syncs[subject.id] = sync
                changed.add(LineKey(subject.account, subject.id))
            elif was is not None:
                self._count_told(was)
            moved = moved or (was is None) != (sync is Sync.SYNCED)
            moved = moved or known is None or known.order != subject.order
        standings = self._survey(state, now)
        blockers = {name: standing.blockers for name, standing in standings.items()}
        self._words = RowWords(state, now, boot_seconds, self._times, blockers)
        if moved:
            self._lines = self._in_order(state)
        if not self._going:
            self._told = 0
        other = {name for name, it in standings.items() if it != self._standings.get(name)}
        self._standings = standings
        if not other:
            return frozenset(changed)
        for key in self._lines:
            if key.account in other:
                self._rows.pop(key.id, None)
        return None

    def _count_told(self, was: Sync) -> None:
        if was is not Sync.HELD:
            self._told += 1

    def _survey(self, state: AppState, now: datetime) -> dict[str, _Standing]:
        """How the accounts that have something here stand; counts what is held and what goes."""
        opens: dict[str, list[str]] = {}
        occupies: dict[str, list[str]] = {}
        counts: dict[str, int] = {}
        self._held = 0
        for subject_id, sync in self._syncs.items():
            it = state.subjects[subject_id]
            counts.setdefault(it.account, 0)
            if sync is Sync.HELD:
                self._held += 1
            else:
                counts[it.account] += 1
            if it.attempt is not None and it.attempt.write.kind in OPENING:
                opens.setdefault(it.account, []).append(it.id)
            if occupies_slot(it) and not it.runs:
                occupies.setdefault(it.account, []).append(it.id)
        for check in state.checks.values():
            if check.state is CheckState.ANSWERED:
                counts[check.account] = counts.get(check.account, 0) + 1
        self._going = 0
        standings = {}
        for name, count in counts.items():
            lane = state.lanes.get(name, Lane())
            until = lane.throttled_until
            until = until if until is not None and until > now else None
            if lane.connection is Connection.ONLINE and until is None:
                self._going += count
            blocks = Blockers(tuple(opens.get(name, ())), tuple(occupies.get(name, ())))
            standings[name] = _Standing(
                lane.connection, lane.since_at, lane.next_at, until, lane.limit, blocks
            )
        return standings

    def _in_order(self, state: AppState) -> tuple[LineKey, ...]:
        by_account: dict[str, list[Subject]] = {}
        for subject_id in self._syncs:
            subject = state.subjects[subject_id]
            by_account.setdefault(subject.account, []).append(subject)
        lines: list[LineKey] = []
        for name in state.accounts:
            mine = sorted(by_account.get(name, ()), key=lambda it: it.order)
            checks = [
                check.id
                for check in state.checks.values()
                if check.account == name and check.state is CheckState.ANSWERED
            ]
            if mine or checks:
                lines.append(LineKey(name))
                lines += [LineKey(name, it.id) for it in mine]
                lines += [LineKey(name, check_id) for check_id in checks]
        return tuple(lines)


def _nothing_waits(state: AppState) -> str:
    if not state.lanes:
        return _(
            "No account has a server: all is kept on this computer. With one, what you do waits"
            " here until the server has it."
        )
    return _(
        "All that you did stands where it belongs. When a server is away or refuses something, it"
        " waits here until it is told."
    )
