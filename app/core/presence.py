"""Presence: away and back, one absence each, and what the user's answer does to the track."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.messages import AbsenceAnswered, InputReturned, InputStopped
from app.core.model import Absence, AbsenceAnswer, Subject
from app.core.state import Presence
from app.core.timekeeping import anchor, moved
from app.core.timesheet import find
from app.core.tracking import end_at


def went_away(draft: Draft, report: InputStopped) -> None:
    """No input for longer than the threshold; the first reason and the earliest moment stand."""
    since = draft.state.presence.away_since
    if since is None:
        draft.set(presence=Presence(min(report.since_at, draft.stamp.now), report.reason))
    elif report.since_at < since:
        draft.set(presence=Presence(report.since_at, draft.state.presence.reason))


def came_back(draft: Draft, report: InputReturned) -> None:
    """Input again: an absence is kept if a track ran through it for longer than the threshold."""
    away = draft.state.presence
    since = report.since_at if away.away_since is None else min(away.away_since, report.since_at)
    reason = away.reason or report.reason
    draft.set(presence=Presence())
    track = draft.track
    if track is None:
        return
    from_at = max(since, track.meant.started_at)
    threshold = timedelta(seconds=draft.state.settings.idle_after_seconds)
    if draft.stamp.now - from_at < threshold:
        return
    absence = Absence(
        id=draft.new_id(),
        subject_id=track.id,
        from_at=from_at,
        to_at=draft.stamp.now,
        reason=reason,
    )
    draft.put_absence(absence)
    draft.note(track.account, track.id, "absence", from_at=from_at.isoformat())


def answer_absence(draft: Draft, answered: AbsenceAnswered) -> Refusal | None:
    """Keep the time, or take it off and stop, or take it off and go on from the return."""
    absence = draft.state.absences.get(answered.absence_id)
    if absence is None:
        return Refusal(RefusalCode.UNKNOWN_ABSENCE)
    subject = find(draft, absence.subject_id, answered.known)
    draft.put_absence(replace(absence, answer=answered.answer, answered_at=draft.stamp.now))
    account = "" if subject is None else subject.account
    draft.note(account, absence.subject_id, "absence-answered", answer=answered.answer)
    if subject is None or subject.deleted or answered.answer is AbsenceAnswer.KEEP:
        return None
    _take_off(draft, subject, absence, answered.answer)
    return None


def _take_off(draft: Draft, subject: Subject, absence: Absence, answer: AbsenceAnswer) -> None:
    """Cut the absence out of the track, wherever the track ends by now."""
    stopped_at = subject.meant.stopped_at
    if stopped_at is not None and stopped_at <= absence.from_at:
        return
    goes_on = answer is AbsenceAnswer.DISCARD_CONTINUE and (
        stopped_at is None or stopped_at > absence.to_at
    )
    was_current = draft.state.running == subject.id
    _end_or_drop(draft, subject, absence.from_at)
    if not goes_on:
        return
    here = replace(
        subject.meant,
        started_at=draft.stamp.now,
        zone=draft.stamp.zone,
        offset_minutes=draft.stamp.offset_minutes,
    )
    rest = Subject(
        id=draft.new_id(),
        account=subject.account,
        meant=moved(here, absence.to_at),
        anchor=anchor(draft.stamp) if stopped_at is None else None,
    )
    draft.intend(rest)
    for later in draft.state.absences.values():
        if later.subject_id == subject.id and later.from_at >= absence.to_at:
            # Its time is in the new part now, and so is what an answer takes off.
            draft.put_absence(replace(later, subject_id=rest.id))
    draft.note(rest.account, rest.id, "started", started_at=absence.to_at.isoformat())
    if was_current and stopped_at is None:
        draft.set(running=rest.id)


def _end_or_drop(draft: Draft, subject: Subject, at: datetime) -> None:
    """End the subject where the absence began; what was all absence is deleted."""
    if at > subject.meant.started_at:
        end_at(draft, subject, at)
        return
    ended = end_at(draft, subject, subject.meant.started_at + timedelta(seconds=1))
    draft.intend(replace(ended, deleted=True))
