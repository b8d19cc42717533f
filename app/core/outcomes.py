"""What the outcome of one write or look means for its subject and its lane."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.core.comparing import carry
from app.core.draft import Draft
from app.core.model import Attempt, CheckState, Ghost, Hold, HoldReason, Subject
from app.core.reconciling import gone, merge
from app.core.remote import (
    Capabilities,
    Facts,
    Field,
    Receipt,
    Trouble,
    TroubleKind,
    WriteKind,
)
from app.core.state import Connection, Turn, TurnKind
from app.core.timekeeping import boot_moment

BACK_OFF_FIRST_SECONDS = 2
BACK_OFF_LAST_SECONDS = 120
THROTTLE_SECONDS = 60
"""The wait after a 429 that names none; the vendor's own clients take the same (APIS, 3.8)."""


def accept(draft: Draft, subject: Subject, attempt: Attempt, receipt: Receipt) -> None:
    """The write is known to have been applied: every field it carried becomes acknowledged."""
    capabilities = draft.capabilities(subject.account)
    write = attempt.write
    row = receipt.row
    free = replace(subject, attempt=None, hold=None, tries=0, lost=(), alone=False)
    if attempt.noticed is not None and unnamed(attempt, capabilities):
        # Another device may have brought the state about and ours still be under way: the slot
        # rests until settled, even though the look shows what was wanted (PROTOCOL §5).
        free = replace(free, rests=attempt.noticed)
    draft.note(subject.account, subject.id, "accepted", write=write.kind)
    _past_undoing(draft, subject, write.kind)
    if subject.lost and write.kind in (WriteKind.CREATE, WriteKind.START):
        # Others of its attempts may still come up: its own row and baseline are known then.
        now, landed_as = draft.stamp.now, receipt.remote_id or ""
        draft.put_ghost(Ghost(attempt.id, subject.id, subject.account, attempt, now, landed_as))
    if write.kind is WriteKind.DELETE:
        draft.put(replace(free, acknowledged=None, remote_id=None, revision="", time_told=True))
        return
    known = subject.acknowledged
    if write.kind in (WriteKind.CREATE, WriteKind.START):
        known = write.facts
        told = True
        if write.kind is WriteKind.START and not capabilities.start_carries_time:
            told = False
            if row is not None:
                known = carry(known, row.facts, frozenset({Field.TIME}))
        free = replace(
            free, acknowledged=known, remote_id=receipt.remote_id, time_told=told, editable=True
        )
    else:
        base = known or write.facts
        known = carry(base, write.facts, write.fields)
        told = subject.time_told or Field.TIME in write.fields
        if write.kind is WriteKind.STOP and not capabilities.stop_names_track:
            told = False
            known = _ended_there(base, write.facts, row.facts if row is not None else None)
        free = replace(free, acknowledged=known, time_told=told)
    saved = draft.put(free)
    if row is not None and row.remote_id == saved.remote_id:
        before_stop = write.kind is WriteKind.STOP and row.facts.stopped_at is None
        if not before_stop:
            merge(draft, saved, row)


def _past_undoing(draft: Draft, subject: Subject, kind: WriteKind) -> None:
    """What was told can't be untold: an answer about whose a row is, or which of two tracks ends,
    is no step to be undone once the server has acted on it.
    """
    match kind:
        case WriteKind.CREATE | WriteKind.START:
            asked = (HoldReason.NEAR_MATCH, HoldReason.FOREIGN_TRACK)
            told = [s for s in draft.state.undo if s.id == subject.id and _was(s, *asked)]
        case WriteKind.STOP:
            told = [
                s
                for s in draft.state.undo
                if s.hold is not None
                and s.hold.reason is HoldReason.FOREIGN_TRACK
                and subject.remote_id in s.hold.remote_ids
            ]
        case _:
            return
    if told:
        draft.set(undo=tuple(s for s in draft.state.undo if s not in told))


def _was(step: Subject, *reasons: HoldReason) -> bool:
    return step.hold is not None and step.hold.reason in reasons


def lose(draft: Draft, subject: Subject, attempt: Attempt) -> Subject:
    """The subject without its attempt, which did not land as far as anybody knows: a ghost of it
    is kept, and a lost create or start is looked for until its subject is told (PROTOCOL §6).
    """
    draft.put_ghost(Ghost(attempt.id, subject.id, subject.account, attempt, draft.stamp.now))
    new = attempt.write.kind in (WriteKind.CREATE, WriteKind.START)
    return replace(subject, attempt=None, lost=(*subject.lost, attempt) if new else subject.lost)


def _ended_there(base: Facts, sent: Facts, row: Facts | None) -> Facts:
    """A stop that names no time: the server's end, or ours until its row was read back."""
    if row is not None and row.stopped_at is not None:
        return carry(base, row, frozenset({Field.TIME}))
    stopped_at = sent.stopped_at or base.started_at
    return replace(base, stopped_at=max(stopped_at, base.started_at))


def met_trouble(draft: Draft, account: str, turn: Turn, trouble: Trouble) -> None:
    """A look, pull, answer or write gave no clear yes. Unknown trouble keeps; nothing drops."""
    lane = draft.lanes[account]
    stamp = draft.stamp
    match trouble.kind:
        case TroubleKind.SIGN_IN_REQUIRED:
            draft.set_lane(
                account,
                connection=Connection.SIGN_IN_REQUIRED,
                since_at=stamp.now,
                words=trouble.words,
            )
            draft.note(account, turn.subject_id, "sign-in-required")
        case TroubleKind.THROTTLED:
            seconds = trouble.retry_after_seconds
            wait = THROTTLE_SECONDS if seconds is None else max(1, seconds)
            draft.set_lane(
                account,
                throttled_until=stamp.now + timedelta(seconds=wait),
                limit=trouble.limit,
                words=trouble.words,
            )
            what = "throttled" if trouble.limit is None else "limit-kept"
            draft.note(account, turn.subject_id, what, seconds=wait, **_goes_on(draft, account))
        case TroubleKind.REFUSED | TroubleKind.GONE if turn.kind not in (
            TurnKind.PULL,
            TurnKind.LOOK,
        ):
            # The server answered clearly; it is the operation that needs something.
            connection = Connection.ONLINE
            since_at = lane.since_at if lane.connection is connection else stamp.now
            draft.set_lane(account, connection=connection, since_at=since_at)
        case _:
            backed_off(draft, account, trouble)
    if turn.kind is TurnKind.PULL:
        draft.set_lane(account, pull_wanted=True)
    if turn.kind is TurnKind.PUSH:
        for subject_id in (turn.subject_id, *(plan.subject_id for plan in turn.batch)):
            subject = draft.subjects.get(subject_id)
            if subject is not None and subject.attempt is not None:
                _write_failed(draft, subject, subject.attempt, trouble)
    elif turn.kind is TurnKind.ANSWER and trouble.kind in (
        TroubleKind.REFUSED,
        TroubleKind.GONE,
    ):
        check = draft.state.checks[turn.subject_id]
        draft.put_check(replace(check, state=CheckState.GONE))
        draft.note(account, check.subject_id, "check-refused", words=trouble.words)


def backed_off(draft: Draft, account: str, trouble: Trouble) -> None:
    """The server can't be reached: try again later and later, spread by the stamp's fresh id.

    A wait that it asked for (503 with `Retry-After`) is kept to all the same, even by `sync`.
    """
    lane = draft.lanes[account]
    asked = trouble.retry_after_seconds or 0
    wait = min(BACK_OFF_LAST_SECONDS, BACK_OFF_FIRST_SECONDS * 2 ** min(lane.tries, 10))
    spread = sum(draft.stamp.fresh_id.encode()) % 100 / 100
    seconds = max(1, round(wait * (0.75 + spread / 2)), asked)
    offline = lane.connection is Connection.OFFLINE
    draft.set_lane(
        account,
        connection=Connection.OFFLINE,
        since_at=lane.since_at if offline else draft.stamp.now,
        tries=lane.tries + 1,
        next_at=draft.stamp.now + timedelta(seconds=seconds),
        throttled_until=draft.stamp.now + timedelta(seconds=asked)
        if asked
        else lane.throttled_until,
        limit=None if asked else lane.limit,
        words=trouble.words,
    )
    if not offline:
        draft.note(account, "", "offline", words=trouble.words, **_goes_on(draft, account))


def _goes_on(draft: Draft, account: str) -> dict[str, str]:
    """When the lane goes on, as a fact for the ledger; nothing while it is not known."""
    lane = draft.lanes[account]
    moments = [at for at in (lane.next_at, lane.throttled_until) if at is not None]
    later = [at for at in moments if at > draft.stamp.now]
    return {"next_at": max(later).isoformat()} if later else {}


def settles(draft: Draft) -> dict[str, str]:
    """When what is noticed now has settled, as a fact for the ledger: not before that is it told
    again.
    """
    seconds = draft.state.settings.settle_seconds
    return {"next_at": (draft.stamp.now + timedelta(seconds=seconds)).isoformat()}


def _hold(draft: Draft, subject: Subject, trouble: Trouble) -> None:
    hold = Hold(HoldReason.REFUSED, draft.stamp.now, words=trouble.words)
    draft.note(subject.account, subject.id, "refused", words=trouble.words)
    draft.put(replace(subject, attempt=None, hold=hold))


def _write_failed(draft: Draft, subject: Subject, attempt: Attempt, trouble: Trouble) -> None:
    """A write without a clear yes: surely not applied, refused, or perhaps delivered."""
    kind = attempt.write.kind
    capabilities = draft.capabilities(subject.account)
    match trouble.kind:
        case TroubleKind.NOT_SENT | TroubleKind.THROTTLED | TroubleKind.SIGN_IN_REQUIRED:
            goes_on = _goes_on(draft, subject.account)
            draft.note(subject.account, subject.id, "not-sent", why=trouble.kind, **goes_on)
            draft.put(replace(subject, attempt=None))
        case TroubleKind.GONE if kind is WriteKind.DELETE:
            accept(draft, subject, attempt, Receipt(subject.remote_id))
        case TroubleKind.GONE if kind is WriteKind.EDIT or _names_running(kind, capabilities):
            gone(draft, replace(subject, attempt=None))
        case TroubleKind.REFUSED | TroubleKind.GONE if attempt.batch:
            # Which of them was meant is unknown, and any may have been applied all the same.
            draft.note(subject.account, subject.id, "refused-together", words=trouble.words)
            freed = replace(subject, attempt=None)
            if not trouble.rehearsed:
                freed = lose(draft, subject, attempt)
            draft.put(replace(freed, alone=True))
        case TroubleKind.REFUSED | TroubleKind.GONE:
            if kind in (WriteKind.CREATE, WriteKind.START):
                # One that was applied all the same is seen before it is told again (§10).
                subject = lose(draft, subject, attempt)
            _hold(draft, subject, trouble)
        case _:
            # Perhaps delivered, and whatever else there may come to be: the default keeps.
            doubt(draft, subject, attempt, trouble.words)


def doubt(draft: Draft, subject: Subject, attempt: Attempt, words: str = "") -> None:
    """The write may have arrived or not, which is noticed now."""
    noticed = boot_moment(draft.stamp)
    draft.note(subject.account, subject.id, "doubtful", words=words, **settles(draft))
    draft.put(replace(subject, attempt=replace(attempt, noticed=noticed)))


def _names_running(kind: WriteKind, capabilities: Capabilities) -> bool:
    return kind in (WriteKind.STOP, WriteKind.ADJUST) and capabilities.stop_names_track


def unnamed(attempt: Attempt, capabilities: Capabilities) -> bool:
    """Whether the write is a verb that names no track: it acts on whatever has the slot when it
    lands.
    """
    match attempt.write.kind:
        case WriteKind.START:
            return not capabilities.start_carries_time
        case WriteKind.STOP:
            return not capabilities.stop_names_track
        case kind:
            return kind is WriteKind.ADJUST
