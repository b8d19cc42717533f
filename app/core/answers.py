"""How the user answers what the outbox holds: retry, mend, discard, and whose or which it is."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from app.core.comparing import carry
from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.messages import (
    AdjustAsked,
    ConflictAnswered,
    EntryEditAsked,
    ForeignAnswered,
    MatchAnswered,
    MendAsked,
    TwinAnswered,
)
from app.core.model import Hold, HoldReason, Side, Subject
from app.core.outcomes import accept, lose
from app.core.owners import Owners
from app.core.planning import next_write
from app.core.reconciling import TWO_VERSIONS, end_current
from app.core.remote import Field, Receipt, WriteKind
from app.core.restoring import looked_for_first
from app.core.timekeeping import anchor, earliest_stop, ended
from app.core.timesheet import edit, find
from app.core.tracking import WHOSE, adjust, end_at
from app.core.whose import may_be_denied, not_mine, take_back


def retry(draft: Draft, subject_id: str) -> Refusal | None:
    """Let a held operation go again as it is; with a foreign track in the way, that one is ended
    now.
    """
    held = _held(draft, subject_id)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    match hold.reason:
        case HoldReason.CONFLICT | HoldReason.ECHO:
            _choose(draft, subject, hold, frozenset())
        case HoldReason.NEAR_MATCH:
            _none_is_ours(draft, subject, hold)
        case HoldReason.FOREIGN_TRACK:
            _end_theirs(draft, subject, hold)
        case HoldReason.TWIN:
            _keep_twin(draft, subject)
        case HoldReason.RESTORED:
            capabilities = draft.capabilities(subject.account)
            draft.put(looked_for_first(subject, capabilities, draft.stamp))
        case _:
            if hold.reason is HoldReason.GONE:
                draft.remember(subject)
            draft.put(replace(subject, hold=None))
    draft.note(subject.account, subject.id, "retried", held=hold.reason)
    draft.made(subject.id)
    return None


def mend(draft: Draft, asked: MendAsked) -> Refusal | None:
    """Change what is held by the rules of every edit, and let it go again."""
    held = _held(draft, asked.subject_id)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    if subject.id == draft.state.running:
        refusal = adjust(draft, AdjustAsked(asked.change, asked.known))
    else:
        refusal = edit(draft, EntryEditAsked(subject, asked.change, asked.known))
    if refusal is not None:
        return refusal
    changed = draft.subjects.get(subject.id)
    if changed is not None and changed.hold is not None and hold.reason not in WHOSE:
        # Nothing had to change: it goes again all the same.
        draft.remember(subject)
        draft.put(replace(changed, hold=None))
    draft.note(subject.account, subject.id, "mended", held=hold.reason)
    return None


def discard(draft: Draft, subject_id: str) -> Refusal | None:
    """Give up what is untold: back to what the server holds, or gone; undoable."""
    subject = draft.subjects.get(subject_id)
    if subject is None:
        return Refusal(RefusalCode.UNKNOWN_OPERATION)
    if subject.attempt is not None and subject.hold is None:
        return Refusal(RefusalCode.IN_FLIGHT, subject)
    if subject.runs:
        return Refusal(RefusalCode.ENTRY_RUNS, subject)
    known = subject.acknowledged
    runs_on = known is not None and known.stopped_at is None
    waiting = _depending(draft, subject) if runs_on else []
    if waiting:
        return Refusal(RefusalCode.OTHERS_DEPEND, waiting[0], count=len(waiting))
    draft.remember(subject)
    draft.note(subject.account, subject.id, "discarded")
    draft.made(subject.id)
    if subject.attempt is not None:
        subject = lose(draft, subject, subject.attempt)
    if known is None:
        draft.put(replace(subject, deleted=True, hold=None))
        return None
    back = replace(subject, meant=known, deleted=False, hold=None, time_told=True)
    if runs_on:
        back = replace(back, anchor=anchor(draft.stamp), time_told=subject.time_told)
        draft.set(running=subject.id)
    draft.put(back)
    return None


def answer_conflict(draft: Draft, answered: ConflictAnswered) -> Refusal | None:
    """Of each field that differs one side is taken; the other is in the hold until undone."""
    held = _held(draft, answered.subject_id, *TWO_VERSIONS)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    _choose(draft, subject, hold, answered.theirs)
    draft.made(subject.id)
    return None


def answer_match(draft: Draft, answered: MatchAnswered) -> Refusal | None:
    """The row that is ours is adopted as it was read and merged, or none is and the plan goes on
    (`PROTOCOL.md` §4).
    """
    found = find(draft, answered.subject_id, answered.known)
    if answered.remote_id is None and found is not None and may_be_denied(found):
        return not_mine(draft, found)
    held = _held(draft, answered.subject_id, HoldReason.NEAR_MATCH)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    draft.made(subject.id)
    if answered.remote_id is None:
        _none_is_ours(draft, subject, hold)
        return None
    row = next((row for row in hold.rows if row.remote_id == answered.remote_id), None)
    if row is None or subject.attempt is None:
        return Refusal(RefusalCode.UNKNOWN_ENTRY)
    owners = Owners(draft, subject.account, answered.known)
    draft.note(subject.account, subject.id, "match-ours", remote_id=row.remote_id)
    # It has settled before it was asked about: nothing of it is under way any more.
    landed = replace(subject.attempt, noticed=None)
    accept(draft, subject, landed, Receipt(row.remote_id, row))
    draft.remember(subject)
    take_back(draft, subject, owners)
    return None


def answer_foreign(draft: Draft, answered: ForeignAnswered) -> Refusal | None:
    """One of two tracks ends: ours when theirs began, or theirs now."""
    held = _held(draft, answered.subject_id, HoldReason.FOREIGN_TRACK)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    draft.made(subject.id)
    if answered.ends is Side.THEIRS:
        _end_theirs(draft, subject, hold)
        return None
    draft.remember(subject)
    draft.note(subject.account, subject.id, "ours-ended", held=hold.reason)
    theirs = _foreign(draft, subject, hold)
    end_at(draft, subject, _end_of_ours(draft, subject, hold))
    if draft.track is None and theirs:
        draft.set(running=theirs[0].id)
    return None


def answer_twin(draft: Draft, answered: TwinAnswered) -> Refusal | None:
    """A second copy is taken back by its id, or kept as an entry of its own."""
    held = _held(draft, answered.subject_id, HoldReason.TWIN)
    if isinstance(held, Refusal):
        return held
    subject, hold = held
    draft.made(subject.id)
    if not answered.take_back:
        _keep_twin(draft, subject)
        return None
    draft.remember(subject)
    draft.note(subject.account, subject.id, "twin-taken-back", twin_of=hold.twin_of)
    # One that runs is stopped before it is deleted, and that wants an end.
    meant = ended(subject.meant, draft.stamp.now)
    draft.intend(replace(subject, meant=meant, deleted=True, hold=None))
    return None


class _Question(NamedTuple):
    """What is held, and the hold that it has."""

    subject: Subject
    hold: Hold


def _held(draft: Draft, subject_id: str, *reasons: HoldReason) -> _Question | Refusal:
    """The held subject; a refusal where it is unknown, under way, or not asked about like this."""
    subject = draft.subjects.get(subject_id)
    if subject is None:
        return Refusal(RefusalCode.UNKNOWN_OPERATION)
    hold = subject.hold
    if hold is None:
        code = RefusalCode.NOT_HELD if subject.attempt is None else RefusalCode.IN_FLIGHT
        return Refusal(code, subject)
    if reasons and hold.reason not in reasons:
        return Refusal(RefusalCode.OTHER_QUESTION, subject)
    return _Question(subject, hold)


def _choose(draft: Draft, subject: Subject, hold: Hold, theirs: frozenset[Field]) -> None:
    """Mean theirs in these fields and ours in all others; what differs then is told."""
    draft.remember(subject)
    meant = subject.meant
    if hold.theirs is not None:
        meant = carry(meant, hold.theirs, theirs)
    answered = replace(subject, meant=meant, hold=None)
    if not answered.runs:
        answered = replace(answered, anchor=None)
    names = ", ".join(sorted(theirs))
    draft.note(subject.account, subject.id, "conflict-answered", held=hold.reason, theirs=names)
    answered = draft.intend(answered)
    if draft.state.running == subject.id and not answered.runs:
        end_current(draft, answered)


def _none_is_ours(draft: Draft, subject: Subject, hold: Hold) -> None:
    """The rows that were asked about join the baseline, and the plan goes on."""
    draft.remember(subject)
    draft.note(subject.account, subject.id, "match-none", remote_ids=", ".join(hold.remote_ids))
    draft.put(replace(_lost(draft, subject, hold), hold=None))


def _lost(draft: Draft, subject: Subject, hold: Hold) -> Subject:
    attempt = subject.attempt
    if attempt is None:
        return subject
    return lose(draft, subject, replace(attempt, baseline=attempt.baseline | set(hold.remote_ids)))


def _foreign(draft: Draft, subject: Subject, hold: Hold) -> list[Subject]:
    """The tracks that were asked about and still run."""
    return [
        other
        for other in draft.open_of(subject.account)
        if other.remote_id in hold.remote_ids and other.runs and other.id != subject.id
    ]


def _end_theirs(draft: Draft, subject: Subject, hold: Hold) -> None:
    draft.remember(subject)
    draft.note(subject.account, subject.id, "theirs-ended", held=hold.reason)
    for other in _foreign(draft, subject, hold):
        end_at(draft, other, max(draft.stamp.now, earliest_stop(other.meant.started_at)))
    draft.put(replace(subject, hold=None))


def _end_of_ours(draft: Draft, subject: Subject, hold: Hold) -> datetime:
    """When ours ended: as theirs began. One of theirs that began before ours says nothing of its
    end, so then it is now: no second is cut off.
    """
    began = subject.meant.started_at
    foreign = _foreign(draft, subject, hold)
    theirs = foreign[0].meant if foreign else hold.theirs
    if theirs is None or theirs.started_at <= began:
        return max(draft.stamp.now, earliest_stop(began))
    return theirs.started_at


def _keep_twin(draft: Draft, subject: Subject) -> None:
    draft.remember(subject)
    draft.note(subject.account, subject.id, "twin-kept")
    draft.put(replace(subject, hold=None))


def _depending(draft: Draft, subject: Subject) -> list[Subject]:
    """What was begun because this one was stopped: tracks that want its slot at the server, and the
    track that runs here now. Without the stop they would be told wrong or never.
    """
    waiting = [
        other
        for other in draft.open_of(subject.account)
        if other.id != subject.id and _starts(draft, other)
    ]
    track = draft.track
    if track is not None and track.id != subject.id and track not in waiting:
        waiting.append(track)
    return waiting


def _starts(draft: Draft, other: Subject) -> bool:
    write = next_write(replace(other, hold=None, attempt=None), draft.capabilities(other.account))
    return write is not None and write.kind is WriteKind.START
