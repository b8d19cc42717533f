"""The one door: `update(state, message, stamp)` routes each message to the room that decides it."""

from __future__ import annotations

from typing import assert_never

from app.core import (
    accounts,
    answers,
    checks,
    messages,
    presence,
    syncing,
    timesheet,
    tracking,
    turns,
    undoing,
)
from app.core.beginning import initial
from app.core.decision import Decision, Refusal
from app.core.draft import Draft
from app.core.invariants import check_touched
from app.core.messages import Message
from app.core.model import Stamp
from app.core.state import AppState

__all__ = ["initial", "update"]


def update(state: AppState, message: Message, stamp: Stamp) -> Decision:
    """Decide one message. Total: a stale message leaves the state as it is."""
    draft = Draft(state, stamp)
    tracking.mind_the_clock(draft)
    refusal = _route(draft, message)
    if refusal is not None:
        return draft.refuse(refusal)
    for name in list(draft.lanes):
        turns.advance(draft, name)
    decision = draft.decision()
    # A decision that breaks these is never committed: the loop says that nothing was changed.
    check_touched(state, decision.state, decision)
    return decision


def _route(draft: Draft, message: Message) -> Refusal | None:
    match message:
        case messages.StartAsked():
            return tracking.start(draft, message)
        case messages.StopAsked(at=at):
            return tracking.stop(draft, at)
        case messages.ToggleAsked():
            return tracking.toggle(draft)
        case messages.AdjustAsked():
            return tracking.adjust(draft, message)
        case messages.EntryAddAsked():
            return timesheet.add(draft, message)
        case messages.EntryEditAsked():
            return timesheet.edit(draft, message)
        case messages.EntryDeleteAsked(subject_id=subject_id, known=known):
            return timesheet.delete(draft, subject_id, known)
        case messages.UndoAsked(known=known):
            return undoing.undo(draft, known)
        case messages.RedoAsked(known=known):
            return undoing.redo(draft, known)
        case messages.AbsenceAnswered():
            return presence.answer_absence(draft, message)
        case messages.CheckAnswered(check_id=check_id):
            return checks.answer_check(draft, check_id)
        case messages.RetryAsked(subject_id=subject_id):
            return answers.retry(draft, subject_id)
        case messages.DiscardAsked(subject_id=subject_id):
            return answers.discard(draft, subject_id)
        case messages.MendAsked():
            return answers.mend(draft, message)
        case messages.ConflictAnswered():
            return answers.answer_conflict(draft, message)
        case messages.MatchAnswered():
            return answers.answer_match(draft, message)
        case messages.ForeignAnswered():
            return answers.answer_foreign(draft, message)
        case messages.TwinAnswered():
            return answers.answer_twin(draft, message)
        case messages.AccountAdded(account=account):
            return accounts.add(draft, account)
        case messages.AccountRemoveAsked(name=name):
            return accounts.remove(draft, name)
        case messages.SignedIn(account=name):
            return accounts.signed_in(draft, name)
        case _:
            _report(draft, message)
            return None


def _report(draft: Draft, message: messages.Report) -> None:
    match message:
        case messages.SettingsChanged(settings=settings):
            draft.set(settings=settings)
        case messages.SyncAsked():
            _sync(draft)
        case messages.ProcessStarted():
            for account in draft.remote_accounts():
                accounts.open_lane(draft, account)
        case messages.PollFell():
            turns.wake_again(draft)
            for name in list(draft.lanes):
                draft.set_lane(name, pull_wanted=True)
        case messages.Woke():
            turns.wake_again(draft)
        case messages.ItemsNamed():
            timesheet.name_items(draft, message)
        case messages.InputStopped():
            presence.went_away(draft, message)
        case messages.InputReturned():
            presence.came_back(draft, message)
        case _:
            _turn_ended(draft, message)


def _turn_ended(draft: Draft, message: messages.TurnReport) -> None:
    """A lane's report; one that names another turn is stale and changes nothing."""
    account = message.account
    turn = turns.current(draft, account, message.turn_id)
    if turn is None:
        return
    match message:
        case messages.Pulled(view=view, known=known, ghosts=ghosts):
            draft.ghosts = {ghost.id: ghost for ghost in ghosts}
            syncing.pulled(draft, account, view, known)
        case messages.Looked(view=view, known=known, ghosts=ghosts):
            draft.ghosts = {ghost.id: ghost for ghost in ghosts}
            syncing.looked(draft, account, turn, view, known)
        case messages.OperationAccepted(receipt=receipt):
            syncing.accepted(draft, account, turn, receipt)
        case messages.BatchAccepted(receipts=receipts):
            syncing.accepted_many(draft, account, turn, receipts)
        case messages.CheckTold():
            syncing.told_check(draft, account, turn)
        case messages.TroubleMet(trouble=trouble):
            syncing.troubled(draft, account, turn, trouble)
        case _:
            assert_never(message)


def _sync(draft: Draft) -> None:
    """Everything now: back-off is over, a Retry-After is kept to, settling takes its time."""
    for name in list(draft.lanes):
        draft.set_lane(name, next_at=None, tries=0, pull_wanted=True)
