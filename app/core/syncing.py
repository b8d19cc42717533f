"""What the end of each turn means: a pull, a look, a write, an answer (`PROTOCOL.md` §2, §4)."""

from __future__ import annotations

from msgspec.structs import replace

from app.core import effects
from app.core.checks import see_check
from app.core.confirming import Found, verdict
from app.core.draft import Draft
from app.core.model import Attempt, CheckState, Hold, HoldReason, Subject
from app.core.outcomes import accept, lose, met_trouble
from app.core.owners import Owners
from app.core.planning import may_go, next_write, occupies_slot
from app.core.reconciling import merge, take_in
from app.core.remote import Receipt, RemoteView, Trouble, Write, WriteKind
from app.core.state import Connection, Turn, TurnKind
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
    if subject is not None and subject.attempt is not None:
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
        draft.note(subject.account, subject.id, "found", write=attempt.write.kind)
        row = found.row
        remote_id = row.remote_id if row is not None else attempt.write.remote_id
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
    shown = {row.remote_id for row in view.rows}
    if view.running is not None:
        shown.add(view.running.remote_id)
    attempt = Attempt(
        id=draft.new_id(),
        write=write,
        baseline=frozenset(shown),
        committed_at=draft.stamp.now,
        committed=boot_moment(draft.stamp),
    )
    draft.put(replace(subject, attempt=attempt, tries=subject.tries + 1))
    turn_id = give(draft, account, TurnKind.PUSH, subject_id=subject.id)
    draft.note(account, subject.id, "told", write=write.kind)
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
