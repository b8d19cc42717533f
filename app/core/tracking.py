"""The running track: start, stop, switch, toggle, adjust, continue; at most one, without gaps."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.messages import AdjustAsked, Change, StartAsked
from app.core.model import HoldReason, Subject
from app.core.reconciling import end_current
from app.core.remote import Facts
from app.core.timekeeping import SECOND, anchor, clock_shift, earliest_stop, moved

WHOSE = frozenset(
    {HoldReason.NEAR_MATCH, HoldReason.FOREIGN_TRACK, HoldReason.TWIN, HoldReason.RESTORED}
)
"""Questions whose a row is, which of two tracks is to end, or whether it was told before the store
was repaired: an edit is no answer to them.
"""


def mind_the_clock(draft: Draft) -> None:
    """If the wall clock was set while a track runs, the length by the boot clock is the truth.

    The later wall reading is trusted and the start is moved (`DESIGN.md` §4).
    """
    track = draft.track
    if track is None or track.anchor is None:
        return
    if track.anchor.boot.boot_id != draft.stamp.boot_id:
        draft.put(replace(track, anchor=anchor(draft.stamp)))
        return
    shift = clock_shift(track.anchor, draft.stamp)
    if shift is None:
        return
    away = draft.state.presence
    if away.away_since is not None:
        draft.set(presence=replace(away, away_since=away.away_since + shift))
    for absence in draft.state.absences.values():
        if absence.subject_id == track.id:
            # Read on the clock that was wrong, like the start.
            from_at, to_at = absence.from_at + shift, absence.to_at + shift
            draft.put_absence(replace(absence, from_at=from_at, to_at=to_at))
    meant = moved(track.meant, track.meant.started_at + shift)
    draft.put(replace(track, meant=meant, anchor=anchor(draft.stamp)))
    draft.note(track.account, track.id, "clock-set", seconds=int(shift.total_seconds()))


def start(draft: Draft, asked: StartAsked) -> Refusal | None:
    """Start a track; what runs is stopped at the same second."""
    if asked.account not in draft.state.accounts:
        return Refusal(RefusalCode.UNKNOWN_ACCOUNT, names=tuple(draft.state.accounts))
    started_at = draft.stamp.now if asked.at is None else asked.at
    if asked.at is not None:
        refusal = _refuse_moment(draft, asked.at, asked.known, draft.state.running)
        if refusal is not None:
            return refusal
        track = draft.track
        if track is not None and asked.at <= track.meant.started_at:
            return Refusal(RefusalCode.BEFORE_PREVIOUS, track, track.meant.started_at)
    track = draft.track
    if track is not None:
        started_at = _stop(draft, track, started_at)
    elif asked.at is None:
        started_at = max(started_at, _end_of_shortest(draft, started_at))
    meant = Facts(
        started_at=draft.stamp.now,
        item=asked.item,
        comment=asked.comment,
        activity=asked.activity,
        tags=asked.tags,
        billable=asked.billable,
        zone=draft.stamp.zone,
        offset_minutes=draft.stamp.offset_minutes,
    )
    subject = Subject(
        id=draft.new_id(),
        account=asked.account,
        meant=moved(meant, started_at),
        anchor=anchor(draft.stamp),
    )
    draft.intend(subject)
    draft.set(running=subject.id)
    draft.note(asked.account, subject.id, "started", started_at=started_at.isoformat())
    return None


def _end_of_shortest(draft: Draft, now: datetime) -> datetime:
    """The end of a last track that was given its one second and so may end ahead of now.

    Any other end that lies ahead was read before the clock was set back: it counts for nothing,
    and neither does one that is far.
    """
    last = draft.state.last
    if last is None or last.started_at is None or last.stopped_at is None:
        return now
    shortest = last.stopped_at - last.started_at == SECOND
    return last.stopped_at if shortest and last.stopped_at - now <= SECOND * 60 else now


def stop(draft: Draft, at: datetime | None) -> Refusal | None:
    """Stop the running track, now or at an earlier moment."""
    track = draft.track
    if track is None:
        return Refusal(RefusalCode.NOTHING_RUNS)
    if at is not None:
        if at > draft.stamp.now:
            return Refusal(RefusalCode.IN_FUTURE, at=at)
        if at <= track.meant.started_at:
            return Refusal(RefusalCode.STOP_BEFORE_START, track, track.meant.started_at)
    _stop(draft, track, draft.stamp.now if at is None else at)
    return None


def toggle(draft: Draft) -> Refusal | None:
    """Stop what runs; with nothing running, continue the last track."""
    if draft.track is not None:
        return stop(draft, None)
    last = draft.state.last
    if last is None or last.account not in draft.state.accounts:
        return Refusal(RefusalCode.NOTHING_TO_CONTINUE)
    asked = StartAsked(
        account=last.account,
        item=last.item,
        comment=last.comment,
        activity=last.activity,
        tags=last.tags,
        billable=last.billable,
    )
    return start(draft, asked)


def adjust(draft: Draft, asked: AdjustAsked) -> Refusal | None:
    """Change the running track; its start may move up to the end of the entry before it."""
    track = draft.track
    if track is None:
        return Refusal(RefusalCode.NOTHING_RUNS)
    if asked.change.stopped_at is not UNSET:
        return Refusal(RefusalCode.ENTRY_RUNS, track)
    started_at = asked.change.started_at
    if started_at is not UNSET and started_at != track.meant.started_at:
        refusal = _refuse_moment(draft, started_at, asked.known, track.id)
        if refusal is not None:
            return refusal
    changed = mended(replace(track, meant=changed_facts(track.meant, asked.change)))
    if started_at is not UNSET:
        changed = replace(changed, anchor=anchor(draft.stamp))
    draft.note(track.account, track.id, "adjusted")
    draft.intend(changed)
    return None


def changed_facts(facts: Facts, change: Change) -> Facts:
    """The facts with what the change sets."""
    said = {
        name: value
        for name in change.__struct_fields__
        if (value := getattr(change, name)) is not UNSET
    }
    started_at = said.pop("started_at", None)
    if isinstance(started_at, datetime):
        facts = moved(facts, started_at)
    return replace(facts, **said)


def mended(subject: Subject) -> Subject:
    """An edit by the user answers a refusal or a conflict: the operation may go again.

    It does not answer whose a row is, nor which of two tracks is to end, nor whether an operation
    out of an older copy of the store was told since.
    """
    hold = subject.hold
    if hold is None or hold.reason in WHOSE:
        return subject
    return replace(subject, hold=None)


def end_at(draft: Draft, track: Subject, stopped_at: datetime) -> Subject:
    """Mean the track to end at this moment; the current one is remembered for `continue`."""
    hold = track.hold
    if hold is not None and hold.reason is HoldReason.FOREIGN_TRACK:
        # A finished entry needs no slot: whose track may have it is not the question any more.
        hold = None
    meant = replace(track.meant, stopped_at=stopped_at)
    ended = draft.intend(replace(track, meant=meant, anchor=None, hold=hold))
    draft.note(track.account, track.id, "stopped", stopped_at=stopped_at.isoformat())
    if draft.state.running == track.id:
        end_current(draft, ended)
    return ended


def _stop(draft: Draft, track: Subject, at: datetime) -> datetime:
    stopped_at = max(at, earliest_stop(track.meant.started_at))
    end_at(draft, track, stopped_at)
    return stopped_at


def _refuse_moment(
    draft: Draft, at: datetime, known: tuple[Subject, ...], ignored: str | None
) -> Refusal | None:
    """Why a track can't begin at this past moment: it lies ahead, or other time is there."""
    if at > draft.stamp.now:
        return Refusal(RefusalCode.IN_FUTURE, at=at)
    for other in known:
        stopped_at = other.meant.stopped_at
        if other.id == ignored or other.deleted or stopped_at is None:
            continue
        if other.meant.started_at > at:
            return Refusal(RefusalCode.BEFORE_PREVIOUS, other, other.meant.started_at)
        if stopped_at > at:
            return Refusal(RefusalCode.OVERLAPS, other, stopped_at)
    return None
