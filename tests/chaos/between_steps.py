"""What no client can close (PROTOCOL.md §10): another device acts between our look and our landing.

A history that has one of these ends with it, and is counted apart under its name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.core.messages import Change, EntryAddAsked, EntryEditAsked, StartAsked, StopAsked
from app.core.remote import WorkItem
from tests.chaos.asking_steps import SETTLED_SECONDS, calm, there
from tests.chaos.history import ITEMS, Step
from tests.chaos.oracle import Piece
from tests.chaos.player import Player, rows_of
from tests.chaos.world import REMOTE


def _their_track(player: Player, step: Step) -> None:
    """They switch after our look and before our stop lands: it ends what they began."""
    world = player.world
    if world.state.track is None:
        world.post(StartAsked(REMOTE, WorkItem(ITEMS[0]), player.new_words()))
        world.pass_time(5)
    track = world.state.track
    if track is None or track.account != REMOTE or not calm(world):
        return
    words = "theirs between"

    def act() -> None:
        there(player, "start", tfsId=int(ITEMS[1]), remark=words, timeZone=60)
        at = world.clock.now()
        world.oracle.runs_elsewhere(words, Piece(REMOTE, at, None, ITEMS[1], words))
        world.residual.add("another device starts between our look and our stop")

    world.network.between("stopTracking", act)
    world.post(StopAsked())
    world.oracle.running = words


def _their_words(player: Player, step: Step) -> None:
    """They edit after our look and before our own edit lands: the last write stands."""
    world = player.world
    found = player.ours_at_rest(step.number)
    base = None if found is None else world.journal.subject(found[0])
    if found is None or base is None:
        return
    name, id_ = found

    def act() -> None:
        there(player, "edit", id=id_, comment="theirs between")
        world.oracle.edited_elsewhere(name, comment="theirs between")
        world.residual.add("another device edits between our look and our edit")

    world.network.between("workLogs/", act)
    world.post(EntryEditAsked(base, Change(comment=player.new_words())))


def _their_equal(player: Player, step: Step) -> None:
    """They record the very same after our look, and ours never arrives: theirs is taken for it."""
    world = player.world
    change = _added(player, step)
    assert isinstance(change.started_at, type(world.clock.now()))
    assert isinstance(change.stopped_at, type(world.clock.now()))
    piece = Piece(REMOTE, change.started_at, change.stopped_at, ITEMS[0], str(change.comment))

    def act() -> None:
        player.add_there(piece)
        world.residual.add("another device records the very same between our look and our confirm")

    world.network.between("workLogs", act)
    world.network.write_faults.append("reset before applying")
    world.post(EntryAddAsked(REMOTE, change))


def _their_deletion(player: Player, step: Step) -> None:
    """They delete what landed of ours before we know that it did: it is made again."""
    world = player.world
    known = {row["id"] for row in rows_of(world)}
    world.network.write_faults.append("reset after applying")
    decision = world.post(EntryAddAsked(REMOTE, _added(player, step)))
    while world.network.write_faults:
        world.carry_on(1)
    (id_,) = {row["id"] for row in rows_of(world)} - known
    there(player, "delete", id=id_)
    assert decision is not None
    world.oracle.deleted_elsewhere(decision.made[0])
    world.residual.add("another device deletes what landed before we confirmed it")
    world.pass_time(SETTLED_SECONDS)


def _late_start(player: Player, step: Step) -> None:
    """A start that lands after it has settled ends the track that runs by then."""
    world = player.world
    if world.state.track is not None:
        world.post(StopAsked())
        world.pass_time(3)
    world.late_seconds = 50 + step.number % 40
    world.network.write_faults.append("late landing")
    world.post(StartAsked(REMOTE, WorkItem(ITEMS[0]), player.new_words()))
    world.pass_time(SETTLED_SECONDS)
    if world.network.held:
        world.residual.add("a start lands after it has settled")
    world.pass_time(SETTLED_SECONDS)


def _added(player: Player, step: Step) -> Change:
    stopped_at = player.world.clock.now() - timedelta(seconds=5000 + step.number % 900)
    return Change(
        started_at=stopped_at - timedelta(seconds=1 + step.other % 600),
        stopped_at=stopped_at,
        comment=player.new_words(),
        item=WorkItem(ITEMS[0]),
    )


def _when_calm(act: Callable[[Player, Step], None]) -> Callable[[Player, Step], None]:
    def step_of(player: Player, step: Step) -> None:
        world = player.world
        world.sync_whole()
        world.pass_time(SETTLED_SECONDS)
        if calm(world):
            act(player, step)

    return step_of


BETWEEN_STEPS: dict[str, Callable[[Player, Step], object]] = {
    "between-track": _when_calm(_their_track),
    "between-words": _when_calm(_their_words),
    "between-equal": _when_calm(_their_equal),
    "between-deletion": _when_calm(_their_deletion),
    "late-start": _when_calm(_late_start),
}
