"""The lane's turns: one at a time, and which of them is next (`PROTOCOL.md` §8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from app.core import effects
from app.core.batching import batch_of, look_for_all
from app.core.confirming import look_for
from app.core.draft import Draft
from app.core.model import Attempt, CheckState, Subject
from app.core.outcomes import unnamed
from app.core.planning import may_go, next_write
from app.core.remote import Capabilities, LookFor, Write, WriteKind
from app.core.state import Connection, Plan, Turn, TurnKind
from app.core.timekeeping import SECOND, boot_moment, seconds_until_settled

PULL_BACK = timedelta(days=2)
PULL_AHEAD = timedelta(days=1)


def advance(draft: Draft, account: str) -> None:
    """Give the lane its next turn, or ask to be woken when there will be one."""
    lane = draft.lanes[account]
    if lane.turn is not None or lane.connection is Connection.SIGN_IN_REQUIRED:
        return
    now = draft.stamp.now
    closed_until = max(
        (at for at in (lane.next_at, lane.throttled_until) if at is not None and at > now),
        default=None,
    )
    if closed_until is not None:
        _wake_at(draft, account, closed_until)
        return
    wait = _confirm(draft, account)
    if draft.lanes[account].turn is not None:
        return
    if _pull(draft, account) or _suspects(draft, account) or _answer(draft, account):
        return
    if _tell(draft, account):
        return
    if wait is not None:
        _wake_at(draft, account, now + timedelta(seconds=max(1, int(wait) + 1)))


def _wake_at(draft: Draft, account: str, at: datetime) -> None:
    """Ask to be woken, unless that was asked for: by the boot clock a wait may waver by a second.

    A wake-up that fell, or a poll, makes it be asked for again (`wake_again`): the wall clock may
    have been set.
    """
    asked = draft.lanes[account].wake_at
    if asked is not None and asked > draft.stamp.now and abs(asked - at) <= SECOND:
        return
    draft.set_lane(account, wake_at=at)
    draft.ask(effects.WakeAt(account, at))


def wake_again(draft: Draft) -> None:
    """Nothing that was asked for counts any more: each lane asks anew for what it still needs."""
    for name, lane in list(draft.lanes.items()):
        if lane.wake_at is not None:
            draft.set_lane(name, wake_at=None)


def give(
    draft: Draft,
    account: str,
    kind: TurnKind,
    *,
    subject_id: str = "",
    settled: bool = False,
    suspect: str = "",
    write: Write | None = None,
    batch: tuple[Plan, ...] = (),
) -> str:
    """Give the lane a turn; returns the id that its report must name."""
    turn_id = draft.new_id()
    draft.set_lane(account, turn=Turn(turn_id, kind, subject_id, settled, suspect, write, batch))
    return turn_id


def current(draft: Draft, account: str, turn_id: str) -> Turn | None:
    """The turn that the lane is in, if that is the one named; a stale report is of no turn."""
    lane = draft.lanes.get(account)
    if lane is None or lane.turn is None or lane.turn.id != turn_id:
        return None
    return lane.turn


def _confirm(draft: Draft, account: str) -> float | None:
    """Look for what is doubtful and due; else the seconds until something is."""
    waits: list[float] = []
    due: list[tuple[Subject, Attempt, bool]] = []
    for subject in draft.open_of(account):
        attempt = subject.attempt
        if attempt is None or attempt.noticed is None or subject.hold is not None:
            continue
        left = seconds_until_settled(
            attempt.noticed, draft.stamp, draft.state.settings.settle_seconds
        )
        if attempt.looked and left > 0:
            waits.append(left)
        else:
            due.append((subject, attempt, left <= 0))
    if not due:
        return min((*waits, *_rests(draft, account)), default=None)
    subject, attempt, settled = due[0]
    # What left in one request is looked for in one go.
    beside = [
        Plan(it.id, other.write)
        for it, other, its_settled in due
        if attempt.batch and other.batch == attempt.batch and its_settled is settled
    ]
    if len(beside) > 1:
        turn_id = give(draft, account, TurnKind.LOOK, settled=settled, batch=tuple(beside))
        ask = look_for_all(plan.write.facts for plan in beside)
    else:
        turn_id = give(draft, account, TurnKind.LOOK, subject_id=subject.id, settled=settled)
        ask = look_for(attempt, draft.capabilities(account), draft.stamp)
    draft.ask(effects.Look(account, turn_id, ask))
    return None


def _rests(draft: Draft, account: str) -> list[float]:
    """Seconds until the slot stops resting, one for each doubtful verb without a name; ends those
    due.
    """
    left = []
    for subject in draft.open_of(account):
        if subject.rests is None:
            continue
        seconds = seconds_until_settled(
            subject.rests, draft.stamp, draft.state.settings.settle_seconds
        )
        if seconds > 0:
            left.append(seconds)
        else:
            draft.put(replace(subject, rests=None))
    return left


def slot_rests(draft: Draft, account: str) -> bool:
    """Whether an unnamed verb may still land in the slot: a doubtful one, or one found but not
    settled.
    """
    return any(
        s.rests is not None
        or (s.attempt is not None and unnamed(s.attempt, draft.capabilities(account)))
        for s in draft.open_of(account)
    )


def _pull(draft: Draft, account: str) -> bool:
    lane = draft.lanes[account]
    if not lane.pull_wanted:
        return False
    starts = [
        s.acknowledged.started_at
        for s in draft.open_of(account)
        if s.acknowledged is not None and s.acknowledged.stopped_at is None
    ]
    from_at = min([draft.stamp.now, *starts]) - PULL_BACK
    turn_id = give(draft, account, TurnKind.PULL)
    draft.set_lane(account, pull_wanted=False)
    draft.ask(effects.Pull(account, turn_id, from_at, draft.stamp.now + PULL_AHEAD))
    return True


def _suspects(draft: Draft, account: str) -> bool:
    suspects = draft.lanes[account].suspects
    if not suspects:
        return False
    turn_id = give(draft, account, TurnKind.LOOK, suspect=suspects[0])
    draft.ask(effects.Look(account, turn_id, LookFor(remote_id=suspects[0], slot=True)))
    return True


def _answer(draft: Draft, account: str) -> bool:
    for check in draft.state.checks.values():
        if check.account == account and check.state is CheckState.ANSWERED:
            turn_id = give(draft, account, TurnKind.ANSWER, subject_id=check.id)
            draft.ask(effects.AnswerCheck(account, turn_id))
            return True
    return False


def _tell(draft: Draft, account: str) -> bool:
    """The oldest intent that may go gets the look before its write."""
    capabilities = draft.capabilities(account)
    occupants = draft.open_of(account)
    rests = slot_rests(draft, account)
    for subject in _candidates(draft, account):
        write = next_write(subject, capabilities)
        if write is None or not may_go(write, subject, occupants, rests):
            continue
        batch = batch_of(draft, account, subject) if write.kind is WriteKind.CREATE else ()
        if batch:
            turn_id = give(draft, account, TurnKind.LOOK, batch=batch)
            ask = look_for_all(plan.write.facts for plan in batch)
        else:
            turn_id = give(draft, account, TurnKind.LOOK, subject_id=subject.id, write=write)
            ask = _look_before(subject, write, capabilities, draft)
        draft.ask(effects.Look(account, turn_id, ask))
        return True
    return False


def _candidates(draft: Draft, account: str) -> list[Subject]:
    """Whose turn it may be, oldest intent first: of those that wait on nothing of their own the
    first alone, since what keeps one from going keeps all of its shelf.
    """
    book = draft.book(account)
    firsts = [draft.subjects[first] for first in (book.new.first(), book.known.first()) if first]
    return sorted((*draft.open_of(account), *firsts), key=lambda subject: subject.order)


def _look_before(
    subject: Subject, write: Write, capabilities: Capabilities, draft: Draft
) -> LookFor:
    """The look that can show the write, and what was concluded lost of the same subject: a start
    that the server timed stands elsewhere than the entry that would be told instead, and so does an
    entry whose start was moved since.
    """
    ask = _look_of(write, capabilities, draft)
    lost = [
        a
        for a in subject.lost
        if a.write.kind is WriteKind.START or a.write.facts.started_at != write.facts.started_at
    ]
    if write.kind is not WriteKind.CREATE or not lost:
        return ask
    asks = (ask, *(look_for(attempt, capabilities, draft.stamp) for attempt in lost))
    moments = [at for one in asks for at in (one.around_at, one.until_at) if at is not None]
    offsets = frozenset({write.facts.offset_minutes})
    return LookFor(around_at=min(moments), until_at=max(moments), slot=True, offsets=offsets)


def _look_of(write: Write, capabilities: Capabilities, draft: Draft) -> LookFor:
    attempt = Attempt(
        id="",
        write=write,
        baseline=frozenset(),
        committed_at=draft.stamp.now,
        committed=boot_moment(draft.stamp),
    )
    return look_for(attempt, capabilities, draft.stamp)
