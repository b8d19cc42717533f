"""The code broken on purpose, each break in a way that the bench has to notice."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from app.core.decision import Decision, SaveSubject
from app.core.messages import Message, OperationAccepted, TroubleMet
from app.core.model import Stamp, Subject
from app.core.remote import Receipt, Trouble, TroubleKind
from app.core.state import AppState, TurnKind
from app.runtime.loop import Update
from tests.chaos.ends import Break


def _push_again_without_looking(decide: Update) -> Update:
    """What was perhaps delivered counts as not sent."""

    def broken(state: AppState, message: Message, stamp: Stamp) -> Decision:
        if isinstance(message, TroubleMet) and _is_doubt(state, message):
            not_sent = Trouble(TroubleKind.NOT_SENT, message.trouble.words)
            message = replace(message, trouble=not_sent)
        return decide(state, message, stamp)

    return broken


def _drop_when_in_doubt(decide: Update) -> Update:
    """A 500 and its like count as done."""

    def broken(state: AppState, message: Message, stamp: Stamp) -> Decision:
        if isinstance(message, TroubleMet) and _is_doubt(state, message):
            turn = state.lanes[message.account].turn
            assert turn is not None
            subject = state.subjects[turn.subject_id]
            receipt = Receipt(subject.remote_id or f"dropped {stamp.fresh_id}")
            message = OperationAccepted(message.account, message.turn_id, receipt)
        return decide(state, message, stamp)

    return broken


def _no_baseline(decide: Update) -> Update:
    """No attempt knows what the look before it showed."""

    def bare(subject: Subject) -> Subject:
        if subject.attempt is None:
            return subject
        return replace(subject, attempt=replace(subject.attempt, baseline=frozenset()))

    def broken(state: AppState, message: Message, stamp: Stamp) -> Decision:
        decision = decide(state, message, stamp)
        subjects = {name: bare(one) for name, one in decision.state.subjects.items()}
        rows = tuple(
            replace(row, subject=bare(row.subject)) if isinstance(row, SaveSubject) else row
            for row in decision.writes
        )
        return replace(decision, state=replace(decision.state, subjects=subjects), writes=rows)

    return broken


def _is_doubt(state: AppState, message: TroubleMet) -> bool:
    """Whether it is of the push under way, which was perhaps delivered."""
    lane = state.lanes.get(message.account)
    turn = None if lane is None else lane.turn
    pushes = turn is not None and turn.id == message.turn_id and turn.kind is TurnKind.PUSH
    return pushes and message.trouble.kind is TroubleKind.PERHAPS_DELIVERED


_UPDATES: dict[str, Callable[[Update], Update]] = {
    "push-again-without-looking": _push_again_without_looking,
    "drop-when-in-doubt": _drop_when_in_doubt,
    "no-baseline": _no_baseline,
}
BREAKS: dict[str, Break] = {
    **{name: Break(update=change) for name, change in _UPDATES.items()},
    "perform-before-commit": Break(commits_late=True),
    "no-settling": Break(settle_seconds=0),
}
