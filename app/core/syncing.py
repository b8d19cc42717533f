"""What the end of each turn means: a pull, a look, a write, an answer (`PROTOCOL.md` §2, §4)."""

from __future__ import annotations

from msgspec.structs import replace

from app.core import effects
from app.core.batching import RowsByStart, far_apart, matched
from app.core.checks import see_check
from app.core.confirming import Found, all_rows, verdict
from app.core.draft import Draft
from app.core.model import Attempt, CheckState, Hold, HoldReason, Subject
from app.core.outcomes import accept, doubt, lose, met_trouble
from app.core.owners import Owners
from app.core.planning import may_go, next_write, occupies_slot
from app.core.reconciling import merge
from app.core.remote import Receipt, RemoteView, Trouble, Write, WriteKind
from app.core.state import Connection, Turn, TurnKind
from app.core.taking_in import take_in
from app.core.timekeeping import boot_moment
from app.core.turns import give, slot_rests
from app.core.whose import free_rows, take_back


def answered(draft: Draft, account: str) -> None:
    """The server answered: the account is online, and its back-off is over."""
    lane = draft.lanes[account]
    was_online = lane.connection is Connection.ONLINE
    if not was_online:
        draft.note(account, "", "online")
    since_at = lane.since_at if was_online else draft.stamp.now
    draft.set_lane(
        account,
        turn=None,
        connection=Connection.ONLINE,
        since_at=since_at,
        next_at=None,
        throttled_until=None,
        limit=None,
        tries=0,
        words="",
    )


def pulled(draft: Draft, account: str, view: RemoteView, known: tuple[Subject, ...]) -> None:
    """A pull came back: merge it and go on."""
    answered(draft, account)
    draft.set_lane(account, pulled_at=draft.stamp.now)
    take_in(draft, account, view, known)
    see_check(draft, account, view)


def looked(
    draft: Draft, account: str, turn: Turn, view: RemoteView, known: tuple[Subject, ...]
) -> None:
    """A look came back: confirm the doubtful attempt, or push the write it was made for."""
    answered(draft, account)
    if turn.suspect:
        rest = tuple(s for s in draft.lanes[account].suspects if s != turn.suspect)
        draft.set_lane(account, suspects=rest)
    subject = draft.subjects.get(turn.subject_id)
    owners = Owners(draft, account, known)
    if turn.batch:
        _looked_for_many(draft, account, turn, view, owners)
        take_in(draft, account, view, known)
        _push_many(draft, account, turn, view)
    elif subject is not None and subject.attempt is not None:
        free = free_rows(draft, subject, view, owners)
        _conclude(draft, subject, subject.attempt, free, turn.settled)
        take_back(draft, subject, owners)
        take_in(draft, account, view, known)
    elif subject is not None:
        came_up = _came_up(draft, subject, free_rows(draft, subject, view, owners))
        take_back(draft, subject, owners)
        take_in(draft, account, view, known)
        if not came_up:
            _push(draft, turn, view)
    else:
        take_in(draft, account, view, known)
    see_check(draft, account, view)


def _came_up(draft: Draft, subject: Subject, view: RemoteView) -> bool:
    """A create or start that was concluded lost shows in the look before the re-push: adopt it."""
    capabilities = draft.capabilities(subject.account)
    for attempt in subject.lost:
        found = verdict(attempt, view, capabilities, draft.stamp)
        if found.found is Found.YES and found.row is not None:
            draft.note(subject.account, subject.id, "came-up-late")
            # It has settled, perhaps in another boot: nothing of it is under way any more.
            landed = replace(attempt, noticed=None)
            accept(draft, subject, landed, Receipt(found.row.remote_id, found.row))
            return True
    return False


def _conclude(
    draft: Draft, subject: Subject, attempt: Attempt, view: RemoteView, settled: bool
) -> None:
    """What one look means for a doubtful attempt. A first look never permits another push."""
    capabilities = draft.capabilities(subject.account)
    found = verdict(attempt, view, capabilities, draft.stamp)
    if found.found is Found.YES:
        by_words = attempt.write.kind is WriteKind.START and not capabilities.start_carries_time
        by = {"by": "words"} if by_words else {}
        draft.note(subject.account, subject.id, "found", write=attempt.write.kind, **by)
        if by_words:
            # Another device's may be equal: "not mine" can be said of it (`PROTOCOL.md` §10).
            subject = replace(subject, matched=attempt)
        row = found.row
        remote_id = row.remote_id if row is not None else attempt.write.remote_id
        if found.others and row is not None:
            # The oldest is adopted; of the others nobody knows whose they are (`PROTOCOL.md` §6).
            draft.confirm(subject, attempt, row.remote_id)
        accept(draft, subject, attempt, Receipt(remote_id, row))
    elif not settled:
        draft.put(replace(subject, attempt=replace(attempt, looked=True)))
    elif found.found is Found.NEAR:
        hold = Hold(
            HoldReason.NEAR_MATCH,
            draft.stamp.now,
            theirs=found.near[0].facts,
            remote_ids=tuple(row.remote_id for row in found.near),
            rows=found.near,
        )
        draft.note(subject.account, subject.id, "near-match")
        draft.put(replace(subject, hold=hold))
    else:
        draft.note(subject.account, subject.id, "concluded-lost", write=attempt.write.kind)
        freed = draft.put(lose(draft, subject, attempt))
        if found.row is not None:
            merge(draft, freed, found.row)


def _looked_for_many(
    draft: Draft, account: str, turn: Turn, view: RemoteView, owners: Owners
) -> None:
    """What one look means for each doubtful attempt that left in one request."""
    rows = RowsByStart(view, draft.capabilities(account))
    for plan in turn.batch:
        subject = draft.subjects.get(plan.subject_id)
        if subject is None or subject.attempt is None or subject.hold is not None:
            continue
        around = rows.around(subject.attempt.write.facts)
        free = free_rows(draft, subject, around, owners)
        _conclude(draft, subject, subject.attempt, free, turn.settled)
        take_back(draft, subject, owners)


def _push_many(draft: Draft, account: str, turn: Turn, view: RemoteView) -> None:
    """Derive the plans again from the merged look, commit an attempt for each, write them at once.

    What the user changed meanwhile is left out: the lane looks again, for what is to be told now.
    """
    planned = {plan.subject_id: plan.write for plan in turn.batch}
    plans = [
        plan
        for plan in far_apart(draft, account, planned)
        if _looked_for(planned[plan.subject_id], plan.write)
    ]
    if not plans:
        return
    others, rests = draft.open_of(account), slot_rests(draft, account)
    if not may_go(plans[0].write, draft.subjects[plans[0].subject_id], others, rests):
        return
    baseline = _shown(view)
    batch = draft.new_id()
    for plan in plans:
        _commit_attempt(draft, plan.subject_id, plan.write, baseline, batch)
    turn_id = give(draft, account, TurnKind.PUSH, batch=tuple(plans))
    draft.ask(effects.PushMany(account, turn_id, tuple(plan.write for plan in plans)))


def _shown(view: RemoteView) -> frozenset[str]:
    """The baseline that a look gives: every id that it showed."""
    return frozenset(row.remote_id for row in all_rows(view))


def _commit_attempt(
    draft: Draft, subject_id: str, write: Write, baseline: frozenset[str], batch: str = ""
) -> None:
    subject = draft.subjects[subject_id]
    attempt = Attempt(
        id=draft.new_id(),
        write=write,
        baseline=baseline,
        committed_at=draft.stamp.now,
        committed=boot_moment(draft.stamp),
        batch=batch,
    )
    draft.put(replace(subject, attempt=attempt, tries=subject.tries + 1))
    draft.note(subject.account, subject_id, "told", write=write.kind)


def _push(draft: Draft, turn: Turn, view: RemoteView) -> None:
    """Derive the plan again from the merged look, commit the attempt with its baseline, write."""
    subject = draft.subjects.get(turn.subject_id)
    if subject is None:
        return
    account = subject.account
    capabilities = draft.capabilities(account)
    write = next_write(subject, capabilities)
    others = draft.open_of(account)
    rests = slot_rests(draft, account)
    if write is None or not may_go(write, subject, others, rests):
        return
    if not _looked_for(turn.write, write):
        # The user changed it meanwhile: the lane looks again, for what is to be told now.
        return
    if write.kind is WriteKind.START:
        foreign = [s for s in others if s.id != subject.id and occupies_slot(s)]
        if foreign:
            hold = Hold(
                HoldReason.FOREIGN_TRACK,
                draft.stamp.now,
                theirs=foreign[0].meant,
                remote_ids=tuple(s.remote_id for s in foreign if s.remote_id),
            )
            draft.note(account, subject.id, "foreign-track-runs")
            draft.put(replace(subject, hold=hold))
            return
    _commit_attempt(draft, subject.id, write, _shown(view))
    turn_id = give(draft, account, TurnKind.PUSH, subject_id=subject.id)
    draft.ask(effects.Push(account, turn_id, write))


def _looked_for(planned: Write | None, write: Write) -> bool:
    """Whether the look was made for such a write: a baseline is good for one start, a slot for one
    verb (`PROTOCOL.md` §3, §5). A write that names its finished row needs neither.
    """
    if write.kind in (WriteKind.EDIT, WriteKind.DELETE):
        return True
    return (
        planned is not None
        and planned.kind is write.kind
        and planned.facts.started_at == write.facts.started_at
    )


def accepted(draft: Draft, account: str, turn: Turn, receipt: Receipt) -> None:
    """A write was answered with a clear yes."""
    answered(draft, account)
    subject = draft.subjects.get(turn.subject_id)
    if subject is not None and subject.attempt is not None:
        accept(draft, subject, subject.attempt, receipt)


def accepted_many(draft: Draft, account: str, turn: Turn, receipts: tuple[Receipt, ...]) -> None:
    """A batch was answered with a clear yes. What has no row of its own in it is doubtful."""
    answered(draft, account)
    members = [
        (subject, subject.attempt)
        for plan in turn.batch
        if (subject := draft.subjects.get(plan.subject_id)) is not None
        and subject.attempt is not None
    ]
    meant = {subject.id: attempt.write.facts for subject, attempt in members}
    found = matched(meant, receipts, draft.capabilities(account))
    for subject, attempt in members:
        receipt = found.get(subject.id)
        if receipt is not None and receipt.remote_id not in attempt.baseline:
            accept(draft, subject, attempt, receipt)
        else:
            doubt(draft, subject, attempt)


def troubled(draft: Draft, account: str, turn: Turn, trouble: Trouble) -> None:
    """A turn gave no clear yes."""
    draft.set_lane(account, turn=None)
    met_trouble(draft, account, turn, trouble)


def told_check(draft: Draft, account: str, turn: Turn) -> None:
    """The server took the answer to its check."""
    answered(draft, account)
    check = draft.state.checks.get(turn.subject_id)
    if check is not None:
        draft.put_check(replace(check, state=CheckState.GONE))
        draft.note(account, check.subject_id, "check-answered")
    draft.set_lane(account, pull_wanted=True)
