"""The documents of `--json`, to the letter of `DESIGN.md` §7."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.core.model import Account, LedgerLine, Subject, Sync
from app.core.planning import sync_of
from app.core.remote import WorkItem
from app.core.standing import standing
from app.core.state import AppState, Connection
from app.words.operations import kind_of

Json = dict[str, Any]


def instant(at: datetime) -> str:
    """An instant: ISO 8601 in UTC with `Z`, whole seconds."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def item_shape(item: WorkItem | None) -> Json | None:
    """A work item."""
    return None if item is None else {"id": item.id, "title": item.title}


def row(subject: Subject, account: Account, activity: str, now: datetime) -> Json:
    """A row of `entries`, and what a command that makes one answers.

    `activity` is its type's name. Of a track that runs, `stopped_at` is null and `seconds` counts
    until `now`. An entry on its way to the server is `pending` here.
    """
    facts = subject.meant
    stopped_at = facts.stopped_at
    sync = sync_of(subject, account.capabilities)
    if sync is Sync.IN_FLIGHT:
        sync = Sync.PENDING
    return {
        "id": subject.id,
        "account": subject.account,
        "remote_id": subject.remote_id,
        "started_at": instant(facts.started_at),
        "stopped_at": None if stopped_at is None else instant(stopped_at),
        "seconds": seconds_of(subject, now),
        "offset_minutes": facts.offset_minutes,
        "zone": facts.zone,
        "item": item_shape(facts.item),
        "comment": facts.comment,
        "activity": activity,
        "tags": list(facts.tags),
        "billable": facts.billable,
        "sync": sync.value,
    }


def seconds_of(subject: Subject, now: datetime) -> int:
    """The length of an entry; of a track that runs, until now."""
    facts = subject.meant
    return max(0, int(((facts.stopped_at or now) - facts.started_at).total_seconds()))


def status_shape(
    state: AppState,
    now: datetime,
    today_seconds: int,
    activity: str,
    connections: Mapping[str, Connection],
) -> Json:
    """The document of `status`; `connections` has what was last known of each account."""
    return {
        "running": running_shape(state.track, activity, now),
        "today_seconds": today_seconds,
        "presence": "present" if state.presence.away_since is None else "away",
        "outbox": outbox_counts(state),
        "accounts": [
            account_shape(account, connections[name]) for name, account in state.accounts.items()
        ],
    }


def running_shape(track: Subject | None, activity: str, now: datetime) -> Json | None:
    """The running track."""
    if track is None:
        return None
    facts = track.meant
    return {
        "track_id": track.id,
        "account": track.account,
        "item": item_shape(facts.item),
        "comment": facts.comment,
        "activity": activity,
        "billable": facts.billable,
        "started_at": instant(facts.started_at),
        "elapsed_seconds": seconds_of(track, now),
    }


def outbox_counts(state: AppState) -> dict[str, int]:
    """How many operations are in which of their four lives."""
    counts = {"pending": 0, "in_flight": 0, "doubtful": 0, "held": 0}
    for name in state.accounts:
        for sync, count in standing(state, name).items():
            counts[sync.value.replace("-", "_")] += count
    return counts


def operation_shape(
    subject: Subject,
    account: Account,
    sync: Sync,
    *,
    reason: str,
    next_at: datetime | None,
    activity: str,
    now: datetime,
) -> Json:
    """A row of `outbox`: one operation, why it waits in words, and when it is tried next."""
    return {
        "id": subject.id,
        "account": subject.account,
        "operation": kind_of(subject, account.capabilities).value,
        "state": sync.value,
        "reason": reason,
        "attempts": subject.tries,
        "next_at": None if next_at is None else instant(next_at),
        "subject": row(subject, account, activity, now),
    }


def ledger_shape(line: LedgerLine) -> Json:
    """A line of the ledger: its code and its facts as they are kept."""
    return {"at": instant(line.at), "what": line.what, "detail": dict(line.detail)}


def account_shape(account: Account, connection: Connection) -> Json:
    """An account and how it stands: `online`, `offline` or `sign-in-required`."""
    known = Connection.OFFLINE if connection is Connection.UNKNOWN else connection
    return {"name": account.name, "kind": account.kind, "state": known.value}
