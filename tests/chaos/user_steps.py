"""What the user of this machine does: tracks, entries, undo, held operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.core.messages import (
    AdjustAsked,
    Change,
    DiscardAsked,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    MendAsked,
    PollFell,
    RedoAsked,
    RetryAsked,
    SignedIn,
    StartAsked,
    StopAsked,
    SyncAsked,
    UndoAsked,
)
from app.core.model import HoldReason
from app.core.remote import WorkItem
from tests.chaos.answering import undo_is_of_an_answer
from tests.chaos.history import ACTIVITIES, ITEMS, Step
from tests.chaos.network import BATCH_FAULTS
from tests.chaos.player import Player
from tests.chaos.world import REMOTE


def _start(player: Player, step: Step, back: int = 0) -> None:
    world = player.world
    at = world.clock.now() - timedelta(seconds=back) if back else None
    item = WorkItem(ITEMS[step.number % 3]) if step.number % 4 else None
    activity = ACTIVITIES[0] if step.other % 5 == 0 else ""
    comment = player.words(step.other)
    world.post(StartAsked(player.account(step.other), item, comment, activity, at=at))


def _stop(player: Player, step: Step, back: int = 0) -> None:
    world = player.world
    world.post(StopAsked(world.clock.now() - timedelta(seconds=back) if back else None))


def _adjust(player: Player, change: Change) -> None:
    player.world.post(AdjustAsked(change))


def _other_item(player: Player, name: str | None, number: int) -> WorkItem | None:
    oracle = player.world.oracle
    now = oracle.pieces[name].item if name is not None else ""
    return WorkItem([one for one in ITEMS if one != now][number % 2])


def _move_start(player: Player, step: Step) -> None:
    track = player.world.state.track
    if track is not None:
        shift = timedelta(seconds=step.number % 400 - 100)
        _adjust(player, Change(started_at=track.meant.started_at - shift))


def _add(player: Player, step: Step, times: int = 1) -> None:
    stopped_at = player.world.clock.now() - timedelta(seconds=step.number % 4000)
    change = Change(
        started_at=stopped_at - timedelta(seconds=1 + step.other % 3600),
        stopped_at=stopped_at,
        comment=player.words(step.other),
        item=WorkItem(ITEMS[step.number % 3]),
    )
    for _ in range(times):
        player.world.post(EntryAddAsked(player.account(step.other), change))


def _edit(player: Player, step: Step, what: str) -> None:
    world = player.world
    name = player.entry(step.number)
    base = None if name is None else world.journal.subject(name)
    if name is None or base is None:
        return
    piece = world.oracle.pieces[name]
    match what:
        case "comment":
            change = Change(comment=player.words(step.other) + "!")
            if piece.comment == change.comment:
                return
        case "item":
            change = Change(item=_other_item(player, name, step.other))
        case _:
            assert piece.stopped_at is not None
            started_at = piece.started_at - timedelta(seconds=1 + step.other % 300)
            stopped_at = piece.stopped_at - timedelta(seconds=step.number % 2)
            change = Change(started_at=started_at, stopped_at=stopped_at)
    world.post(EntryEditAsked(base, change))


def _delete(player: Player, step: Step) -> None:
    name = player.entry(step.number)
    if name is not None:
        player.world.post(EntryDeleteAsked(name))


def _retry(player: Player, _step: Step) -> None:
    for subject in player.world.state.subjects.values():
        if subject.hold is not None and subject.hold.reason is HoldReason.REFUSED:
            player.world.post(RetryAsked(subject.id))
            return


def _mend(player: Player, step: Step) -> None:
    """Other words, as the server's refusal may ask for."""
    for subject in player.world.state.subjects.values():
        refused = subject.hold is not None and subject.hold.reason is HoldReason.REFUSED
        if refused and not (subject.runs or subject.deleted):
            change = Change(comment=player.words(step.number) + " mended")
            player.world.post(MendAsked(subject.id, change))
            return


def _discard(player: Player, _step: Step) -> None:
    """Only of what the server never had: what it holds otherwise, the user was not told."""
    for subject in player.world.state.subjects.values():
        hold = subject.hold
        refused = hold is not None and hold.reason is HoldReason.REFUSED
        if refused and subject.acknowledged is None and not (subject.runs or subject.deleted):
            player.world.post(DiscardAsked(subject.id))
            return


def _burst(player: Player, step: Step) -> None:
    """Many entries at once, as an import or a long time offline leaves them."""
    for number in range(3 + step.number % 10):
        _add(player, Step(step.name, step.number + 61 * number, step.other + 1 + 7 * number, 0))


def _batch(player: Player, step: Step) -> None:
    """Many entries wait at once and go in one request, which has troubles of its own."""
    world, network = player.world, player.world.network
    if player.history.kind != "7pace":
        return
    world.sync_whole()
    if not _calm(player):
        return
    fault = BATCH_FAULTS[step.other % len(BATCH_FAULTS)]
    network.online = False
    for number in range(3 + step.number % 6):
        # Not a multiple of seven: of the account that has a server.
        other = 7 * (step.other % 500 + number) + 1
        _add(player, Step(step.name, step.number + 61 * number, other, 0))
    network.online = True
    with network.batch_fault(fault):
        world.post(SyncAsked())
        world.drain()


def _calm(player: Player) -> bool:
    """Whether nothing is under way and nothing is to go wrong in the next moment."""
    world, network = player.world, player.world.network
    faults = network.write_faults or network.read_faults or world.end or world.store.full_for
    return network.online and not faults and world.rests()


def _refused_applied(player: Player, step: Step) -> None:
    """The server says no and does it all the same; the user tries again.

    Given up instead, it could not be told from another device's row (PROTOCOL.md §10).
    """
    world, network = player.world, player.world.network
    if not _calm(player):
        return
    number = network.refuse_next_new()
    if step.number % 2:
        _add(player, step)
    else:
        _start(player, step)
    world.drain()
    network.allow(number)
    _retry(player, step)


USER_STEPS: dict[str, Callable[[Player, Step], object]] = {
    "start": _start,
    "start-earlier": lambda p, s: _start(p, s, 1 + s.number % 90),
    "stop": _stop,
    "stop-earlier": lambda p, s: _stop(p, s, 1 + s.number % 90),
    "comment": lambda p, s: _adjust(p, Change(comment=p.words(s.other) + "?")),
    "item": lambda p, s: _adjust(p, Change(item=_other_item(p, p.world.oracle.running, s.number))),
    "activity": lambda p, s: _adjust(p, Change(activity=ACTIVITIES[s.number % 2])),
    "move-start": _move_start,
    "add": _add,
    "add-twice": lambda p, s: _add(p, s, 2),
    "burst": _burst,
    "batch": _batch,
    "edit-comment": lambda p, s: _edit(p, s, "comment"),
    "edit-item": lambda p, s: _edit(p, s, "item"),
    "edit-times": lambda p, s: _edit(p, s, "times"),
    "delete": _delete,
    "undo": lambda p, s: undo_is_of_an_answer(p) or p.world.post(UndoAsked()),
    "redo": lambda p, s: p.world.post(RedoAsked()),
    "retry": _retry,
    "mend": _mend,
    "refused-applied": _refused_applied,
    "discard": _discard,
    "sync": lambda p, s: p.world.post(SyncAsked() if s.number % 2 else PollFell()),
    "wait": lambda p, s: p.world.pass_time(1 + s.number % 40),
    "wait-long": lambda p, s: p.world.pass_time(60 + s.number % 200),
    "sign-in": lambda p, s: p.world.post(SignedIn(REMOTE)),
}
