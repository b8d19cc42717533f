"""Reconciling: what the server shows against what we hold, merged field by field."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.core.books import start_key
from app.core.comparing import as_ours, carry, differing, value
from app.core.confirming import Found, all_rows, may_be
from app.core.draft import Draft
from app.core.model import Hold, HoldReason, Subject
from app.core.owners import Owners
from app.core.remote import Capabilities, Facts, Field, RemoteRow, RemoteView, WriteKind
from app.core.state import LastTrack
from app.core.timekeeping import anchor, earliest_stop

ZONE_MARGIN = timedelta(hours=15)
"""A wall-time list may be off by a zone at its edges: rows this near to one are not missed."""

TWO_VERSIONS = frozenset({HoldReason.CONFLICT, HoldReason.ECHO})
"""Questions about fields that both sides have: ours in the subject, theirs in the hold."""


def merge(draft: Draft, subject: Subject, row: RemoteRow) -> Subject:
    """Take in the server's row of a subject that has no attempt open; saves only what changed."""
    capabilities = draft.capabilities(subject.account)
    base = subject.acknowledged or subject.meant
    ours = subject.meant
    theirs = _localised(as_ours(row.facts, ours, capabilities), ours, capabilities)
    take: set[Field] = set()
    conflict: set[Field] = set()
    for field in capabilities.tellable:
        b, t, o = (value(facts, field, capabilities) for facts in (base, theirs, ours))
        if t in (b, o):
            continue
        if field is Field.TIME and not subject.time_told:
            if theirs.stopped_at is not None and ours.stopped_at is None:
                # Stopped elsewhere: our true start stays, the end is theirs.
                stopped_at = max(theirs.stopped_at, earliest_stop(ours.started_at))
                ours = replace(ours, stopped_at=stopped_at)
        elif o == b or (field is Field.BILLABLE and o is None):
            take.add(field)
        else:
            conflict.add(field)
    meant = carry(ours, theirs, frozenset(take))
    if meant.item is not None and theirs.item is not None and meant.item.id == theirs.item.id:
        meant = replace(meant, item=theirs.item if theirs.item.title else meant.item)
    told = subject.time_told or theirs.stopped_at is not None
    merged = replace(
        subject,
        meant=meant,
        acknowledged=theirs,
        remote_id=row.remote_id,
        revision=row.revision,
        editable=row.editable,
        time_told=told,
        lost=(),
    )
    if conflict and merged.hold is None and not merged.deleted:
        hold = Hold(HoldReason.CONFLICT, draft.stamp.now, theirs=theirs, fields=frozenset(conflict))
        merged = replace(merged, hold=hold)
        draft.note(subject.account, subject.id, "conflict", fields=", ".join(sorted(conflict)))
    elif subject.hold is not None and subject.hold.reason in TWO_VERSIONS:
        changed = differing(base, theirs, capabilities) | differing(theirs, base, capabilities)
        merged = replace(merged, hold=_renewed(subject.hold, theirs, changed, frozenset(conflict)))
    if merged == subject:
        return subject
    if take or (meant.stopped_at is not None and subject.meant.stopped_at is None):
        draft.note(subject.account, subject.id, "changed-elsewhere", fields=", ".join(sorted(take)))
    merged = draft.put(merged)
    if draft.state.running == merged.id and not merged.runs:
        end_current(draft, merged)
    return merged


def _renewed(
    hold: Hold, theirs: Facts, changed: frozenset[Field], conflict: frozenset[Field]
) -> Hold | None:
    """The question with what they have by now; None once both say the same."""
    fields = (hold.fields - changed) | conflict
    if not fields:
        return None
    return replace(hold, theirs=carry(hold.theirs or theirs, theirs, changed), fields=fields)


def _localised(theirs: Facts, ours: Facts, capabilities: Capabilities) -> Facts:
    """Their row with what the server does not keep filled in from ours."""
    return carry(theirs, ours, frozenset(Field) - capabilities.tellable)


def end_current(draft: Draft, subject: Subject) -> None:
    """The current track is over: remember it for `continue`."""
    facts = subject.meant
    draft.set(
        running=None,
        last=LastTrack(
            account=subject.account,
            item=facts.item,
            comment=facts.comment,
            activity=facts.activity,
            tags=facts.tags,
            billable=facts.billable,
            started_at=facts.started_at,
            stopped_at=facts.stopped_at,
        ),
    )


def gone(draft: Draft, subject: Subject) -> None:
    """The server does not have the subject's row any more."""
    capabilities = draft.capabilities(subject.account)
    nothing = replace(
        subject, acknowledged=None, remote_id=None, revision="", time_told=True, hold=None
    )
    if subject.deleted:
        draft.note(subject.account, subject.id, "deleted")
        draft.put(nothing)
        return
    if _untold(subject, capabilities):
        hold = Hold(HoldReason.GONE, draft.stamp.now, theirs=None)
        draft.note(subject.account, subject.id, "gone-with-edits")
        draft.put(replace(nothing, hold=hold))
        return
    draft.note(subject.account, subject.id, "gone-elsewhere")
    ended = replace(nothing, anchor=None)
    if ended.meant.stopped_at is None:
        stopped_at = max(draft.stamp.now, earliest_stop(ended.meant.started_at))
        ended = replace(ended, meant=replace(ended.meant, stopped_at=stopped_at))
    if not ended.from_elsewhere:
        draft.remember(ended)
    ended = draft.put(replace(ended, deleted=True))
    if draft.state.running == subject.id:
        end_current(draft, ended)


def _untold(subject: Subject, capabilities: Capabilities) -> bool:
    """Whether the server was not told all that the user said of the subject.

    Times of the server's own making differ without anybody's edit; an untold stop is one.
    """
    known = subject.acknowledged or subject.meant
    if known.stopped_at is None and subject.meant.stopped_at is not None:
        return True
    fields = differing(subject.meant, known, capabilities)
    return bool(fields if subject.time_told else fields - {Field.TIME})


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
    for row in rows:
        subject = owners.owner(row.remote_id)
        if subject is None:
            reserved = any(
                may_be(a, row, capabilities, draft.stamp) is not Found.NO for a in open_ones
            ) or _may_be_lost(draft, account, row)
            if not reserved:
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
        if subject.remote_id == remote_id and subject.runs:
            draft.set(running=subject.id)


def _may_be_lost(draft: Draft, account: str, row: RemoteRow) -> bool:
    """Whether a stranger may be an attempt that was concluded lost and is not told again yet."""
    capabilities = draft.capabilities(account)
    book = draft.book(account)
    key = start_key(row.facts, capabilities)
    return any(
        may_be(attempt, row, capabilities, draft.stamp) is Found.YES
        for subject_id in (*book.lost.between(key, key), *book.lost_starts.ids())
        for attempt in draft.subjects[subject_id].lost
    )


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
