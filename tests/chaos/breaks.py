"""The code broken on purpose, each break in a way that the bench has to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from app.core import outcomes, syncing, taking_in
from app.core.decision import Decision, SaveSubject
from app.core.messages import Message, OperationAccepted, TroubleMet
from app.core.model import Stamp, Subject
from app.core.remote import Capabilities, Facts, Receipt, Trouble, TroubleKind
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


def _forgets(bare: Callable[[Subject], Subject]) -> Callable[[Update], Update]:
    """Subjects lose something that the protocol keeps, in memory and on disk."""

    def forgetful(decide: Update) -> Update:
        def broken(state: AppState, message: Message, stamp: Stamp) -> Decision:
            decision = decide(state, message, stamp)
            subjects = {name: bare(one) for name, one in decision.state.subjects.items()}
            rows = tuple(
                replace(row, subject=bare(row.subject)) if isinstance(row, SaveSubject) else row
                for row in decision.writes
            )
            after = replace(decision.state, subjects=subjects)
            return replace(decision, state=after, writes=rows)

        return broken

    return forgetful


def _no_baseline(subject: Subject) -> Subject:
    """No attempt knows what the look before it showed."""
    if subject.attempt is None:
        return subject
    return replace(subject, attempt=replace(subject.attempt, baseline=frozenset()))


def _no_ghosts(subject: Subject) -> Subject:
    """What was concluded lost is never looked for again."""
    return replace(subject, lost=())


def _by_place(
    meant: Mapping[str, Facts], receipts: Iterable[Receipt], _capabilities: Capabilities
) -> dict[str, Receipt]:
    """The rows of a batch's answer stand in the order in which they were sent, it is believed."""
    return dict(zip(meant, receipts, strict=False))


def _is_doubt(state: AppState, message: TroubleMet) -> bool:
    """Whether it is of the push under way, which was perhaps delivered."""
    lane = state.lanes.get(message.account)
    turn = None if lane is None else lane.turn
    pushes = turn is not None and turn.id == message.turn_id and turn.kind is TurnKind.PUSH
    return pushes and message.trouble.kind is TroubleKind.PERHAPS_DELIVERED


BREAKS: dict[str, Break] = {
    "push-again-without-looking": Break(update=_push_again_without_looking),
    "drop-when-in-doubt": Break(update=_drop_when_in_doubt),
    "no-baseline": Break(update=_forgets(_no_baseline), step="their-equal"),
    # What comes up late is another device's, whoever looks.
    "no-ghosts": Break(
        update=_forgets(_no_ghosts),
        names=((taking_in, "settle_new", lambda _draft, _account, rows, _known: list(rows)),),
        step="refused-applied",
    ),
    "perform-before-commit": Break(commits_late=True),
    "batch-by-place": Break(names=((syncing, "matched", _by_place),), step="batch"),
    "no-settling": Break(settle_seconds=0, step="stop-both"),
    # A verb without a name that was found may still be under way, and nobody waits for it.
    "slot-never-rests": Break(names=((outcomes, "unnamed", lambda *_: False),), step="stop-both"),
}
