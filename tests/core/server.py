"""A time-tracking server in values: one user, one slot, rows, and another device at work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from msgspec.structs import replace

from app.core.remote import (
    Capabilities,
    Facts,
    Field,
    LookFor,
    Receipt,
    RemoteCheck,
    RemoteRow,
    RemoteView,
    Trouble,
    TroubleKind,
    WorkItem,
    Write,
    WriteKind,
)

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BLIND_TIMER = Capabilities(
    adjustable=frozenset({Field.COMMENT, Field.ACTIVITY}),
    tellable=frozenset(Field) - {Field.TAGS},
    server_checks=True,
    wall_time=True,
)
"""Like 7pace: the server makes the start, and a stop ends whatever runs."""
NAMED_TIMER = Capabilities(
    start_carries_time=True,
    stop_names_track=True,
    adjustable=frozenset(Field),
)
"""Like Clockify: a start carries its true time, a stop names its entry."""
NO_TIMER = Capabilities(remote_timer=False, wall_time=True)
"""Like 7pace for monday.com: finished entries alone."""
BATCHES = Capabilities(remote_timer=False, wall_time=True, creates_at_once=4)
"""Finished entries alone, several of them in one request."""
BLIND_BATCHES = replace(BLIND_TIMER, creates_at_once=3)
"""Like 7pace, with batches."""
KEPT_HERE = Capabilities(kept_here=True, adjustable=frozenset(Field))


class Server:
    """What a time-tracking server does with the writes of one user."""

    def __init__(self, capabilities: Capabilities, now: Callable[[], datetime]) -> None:
        self.capabilities = capabilities
        self.now = now
        self.rows: dict[str, Facts] = {}
        self.revisions: dict[str, int] = {}
        self.check: RemoteCheck | None = None
        self.refusing: str | None = None
        self.refused_comment: str | None = None
        self.elsewhere: set[str] = set()
        self._ids = count(1)

    @property
    def running(self) -> str | None:
        for remote_id, facts in self.rows.items():
            if facts.stopped_at is None:
                return remote_id
        return None

    def _stop_running(self) -> None:
        running = self.running
        if running is not None:
            facts = self.rows[running]
            self._set(running, replace(facts, stopped_at=max(self.now(), facts.started_at)))

    def _set(self, remote_id: str, facts: Facts) -> None:
        self.rows[remote_id] = facts
        self.revisions[remote_id] = self.revisions.get(remote_id, 0) + 1

    def row(self, remote_id: str) -> RemoteRow:
        return RemoteRow(remote_id, self.rows[remote_id], str(self.revisions[remote_id]))

    def apply(self, write: Write) -> Receipt | Trouble:
        if self.refusing is not None and write.kind in (WriteKind.CREATE, WriteKind.START):
            return Trouble(TroubleKind.REFUSED, self.refusing)
        if write.kind is WriteKind.CREATE and write.facts.comment == self.refused_comment:
            return Trouble(TroubleKind.REFUSED, "This one not.")
        match write.kind:
            case WriteKind.START:
                self._stop_running()
                facts = write.facts
                if not self.capabilities.start_carries_time:
                    facts = replace(facts, started_at=self.now())
                return self._made(facts)
            case WriteKind.CREATE:
                return self._made(write.facts)
            case WriteKind.STOP if not self.capabilities.stop_names_track:
                self._stop_running()
                return Receipt(write.remote_id)
        known = self.rows.get(write.remote_id or "")
        if write.kind is WriteKind.ADJUST and not self.capabilities.stop_names_track:
            running = self.running
            if running is None:
                return Receipt()
            self._set(running, _with(self.rows[running], write))
            return Receipt(running, self.row(running))
        if known is None or write.remote_id is None:
            return Trouble(TroubleKind.GONE, "Not found.")
        if write.kind is WriteKind.DELETE:
            del self.rows[write.remote_id]
            return Receipt(write.remote_id)
        changed = _with(known, write)
        if write.kind is WriteKind.ADJUST:
            # A whole row without an end: one that lands late makes an ended entry run again.
            changed = replace(changed, stopped_at=None)
        self._set(write.remote_id, changed)
        return Receipt(write.remote_id, self.row(write.remote_id))

    def refuses(self, writes: Iterable[Write]) -> bool:
        """Whether one of a batch's entries is one that this server does not take."""
        return self.refusing is not None or any(
            write.facts.comment == self.refused_comment for write in writes
        )

    def _made(self, facts: Facts) -> Receipt:
        remote_id = f"r{next(self._ids)}"
        self._set(remote_id, facts)
        return Receipt(remote_id, self.row(remote_id))

    def start_elsewhere(self, comment: str, item: WorkItem | None = None) -> str:
        self._stop_running()
        return self.add_elsewhere(Facts(self.now(), comment=comment, item=item))

    def add_elsewhere(self, facts: Facts) -> str:
        receipt = self._made(facts)
        assert receipt.remote_id is not None
        self.elsewhere.add(receipt.remote_id)
        return receipt.remote_id

    def stop_elsewhere(self) -> None:
        self._stop_running()

    def edit_elsewhere(self, remote_id: str, **changes: object) -> None:
        self._set(remote_id, replace(self.rows[remote_id], **changes))

    def delete_elsewhere(self, remote_id: str) -> None:
        del self.rows[remote_id]

    def look(self, ask: LookFor) -> RemoteView:
        from_at = to_at = None
        if ask.around_at is not None:
            from_at = ask.around_at - timedelta(seconds=1)
            to_at = (ask.until_at or ask.around_at) + timedelta(seconds=1)
        return self._view(from_at, to_at, ask.remote_id, ask.slot)

    def pull(self, from_at: datetime, to_at: datetime) -> RemoteView:
        return self._view(from_at, to_at, None, slot=True)

    def _view(
        self, from_at: datetime | None, to_at: datetime | None, named: str | None, slot: bool
    ) -> RemoteView:
        shown = {
            remote_id
            for remote_id, facts in self.rows.items()
            if from_at is not None and to_at is not None and from_at <= facts.started_at <= to_at
        }
        if named is not None and named in self.rows:
            shown.add(named)
        running = self.running if slot else None
        return RemoteView(
            running=None if running is None else self.row(running),
            slot_known=slot,
            rows=tuple(self.row(r) for r in sorted(shown) if self.rows[r].stopped_at is not None),
            rows_from_at=from_at,
            rows_to_at=to_at,
            absent=frozenset({named} - set(self.rows)) if named is not None else frozenset(),
            check=self.check if slot else None,
        )


def _with(facts: Facts, write: Write) -> Facts:
    changes: dict[str, object] = {}
    for field in write.fields:
        names = ("started_at", "stopped_at") if field is Field.TIME else (field.value,)
        changes |= {name: getattr(write.facts, name) for name in names}
    return replace(facts, **changes)


def item(number: int) -> WorkItem:
    """A work item with a title."""
    return WorkItem(str(number), f"Item {number}")
