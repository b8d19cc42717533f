"""A whole view taken in: ours merged, ghosts settled, strangers shown, what is missing asked."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.core.confirming import Found, all_rows, may_be
from app.core.draft import Draft
from app.core.ghosts import settle_new
from app.core.model import HoldReason, Subject
from app.core.owners import Owners
from app.core.reconciling import end_current, gone, merge
from app.core.remote import RemoteRow, RemoteView, WriteKind
from app.core.timekeeping import anchor, earliest_stop

ZONE_MARGIN = timedelta(hours=15)
"""A wall-time list may be off by a zone at its edges: rows this near to one are not missed."""


def take_in(draft: Draft, account: str, view: RemoteView, known: tuple[Subject, ...]) -> None:
    """Merge a whole view: our rows by field, strangers as foreign, and suspects for what is
    missing.

    Subjects with an open attempt are left alone, and rows that may be theirs are not taken in as
    foreign before the confirm (`PROTOCOL.md` §7).
    """
    owners = Owners(draft, account, known)
    attempts = [s.attempt for s in draft.open_of(account) if s.attempt is not None]
    open_ones = [a for a in attempts if a.write.kind in (WriteKind.CREATE, WriteKind.START)]
    capabilities = draft.capabilities(account)
    rows = sorted(all_rows(view), key=lambda row: row.facts.started_at)
    new = [
        row
        for row in rows
        if owners.owner(row.remote_id) is None
        and all(may_be(a, row, capabilities, draft.stamp) is Found.NO for a in open_ones)
    ]
    strangers = settle_new(draft, account, new, known)
    for row in rows:
        subject = owners.owner(row.remote_id)
        if subject is None:
            if row in strangers:
                _adopt(draft, account, row)
        elif subject.attempt is None:
            merge(draft, subject, row)
    for remote_id in view.absent:
        subject = owners.owner(remote_id)
        if subject is not None and subject.attempt is None:
            gone(draft, subject)
    if view.slot_known:
        running = None if view.running is None else view.running.remote_id
        draft.set_lane(account, slot=running)
        _take_up(draft, account, running)
    _suspect(draft, account, view, known)


def _take_up(draft: Draft, account: str, remote_id: str | None) -> None:
    """With nothing current here, what runs at the server is the current track."""
    if draft.track is not None or remote_id is None:
        return
    for subject in draft.open_of(account):
        asked = subject.hold is not None and subject.hold.reason is HoldReason.TWIN
        if subject.remote_id == remote_id and subject.runs and not asked:
            draft.set(running=subject.id)


def _adopt(draft: Draft, account: str, row: RemoteRow) -> None:
    """Take in what another device made; what runs there becomes the current track where it may."""
    subject = Subject(
        id=draft.new_id(),
        account=account,
        meant=row.facts,
        acknowledged=row.facts,
        remote_id=row.remote_id,
        revision=row.revision,
        editable=row.editable,
        from_elsewhere=True,
        anchor=anchor(draft.stamp) if row.facts.stopped_at is None else None,
    )
    draft.put(subject)
    draft.note(account, subject.id, "adopted", started_at=row.facts.started_at.isoformat())
    if row.facts.stopped_at is not None:
        return
    current = draft.track
    if current is None:
        draft.set(running=subject.id)
        return
    untold = current.account == account and current.acknowledged is None
    if untold or row.facts.started_at <= current.meant.started_at:
        # Both are kept: which of the two ends is the user's to say (`PROTOCOL.md` §5).
        return
    if current.attempt is not None:
        return
    earliest = earliest_stop(current.meant.started_at)
    stopped_at = max(min(row.facts.started_at, draft.stamp.now), earliest)
    ended = draft.intend(
        replace(current, meant=replace(current.meant, stopped_at=stopped_at), anchor=None)
    )
    draft.note(current.account, current.id, "started-elsewhere")
    end_current(draft, ended)
    draft.set(running=subject.id)


def _suspect(draft: Draft, account: str, view: RemoteView, known: tuple[Subject, ...]) -> None:
    """Ids that a complete list should show and does not: each is asked for by id first."""
    if view.rows_from_at is None or view.rows_to_at is None:
        return
    margin = ZONE_MARGIN if draft.capabilities(account).wall_time else timedelta(seconds=2)
    from_at, to_at = view.rows_from_at + margin, view.rows_to_at - margin
    shown = {row.remote_id for row in all_rows(view)}
    told = (draft.subjects[s] for s in draft.book(account).told.between(from_at, to_at))
    missing = []
    for subject in {s.id: s for s in (*known, *draft.open_of(account), *told)}.values():
        it = draft.latest(subject)
        facts, remote_id = it.acknowledged, it.remote_id
        if facts is None or remote_id is None or it.account != account or it.attempt is not None:
            continue
        ran = facts.stopped_at is None and view.slot_known
        if (ran or from_at <= facts.started_at <= to_at) and remote_id not in shown:
            missing.append(remote_id)
    if missing:
        lane = draft.lanes[account]
        more = tuple(remote_id for remote_id in missing if remote_id not in lane.suspects)
        draft.set_lane(account, suspects=lane.suspects + more)
