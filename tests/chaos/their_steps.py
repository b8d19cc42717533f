"""What the user does meanwhile on a second device: entries of its own, ours, and the timer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.core.messages import Change, EntryAddAsked, StartAsked, StopAsked
from app.core.remote import WorkItem
from tests.chaos.history import ITEMS, Step
from tests.chaos.oracle import Piece
from tests.chaos.player import Player, can_act
from tests.chaos.world import HERE, REMOTE, World

_LOST = ("reset before applying", "late landing", "reset after applying")


def _their_add(player: Player, step: Step) -> None:
    """With words of its own: an entry that says the same as our start, made between our look and
    our confirm, is taken for it (PROTOCOL.md §10).
    """
    world = player.world
    started_at = world.server_now().replace(microsecond=0) - timedelta(seconds=step.number % 9000)
    stopped_at = started_at + timedelta(seconds=1 + step.other % 900)
    words = f"theirs {player.theirs + 1}"
    player.add_there(Piece(REMOTE, started_at, stopped_at, ITEMS[0], words))


def _their_equal(player: Player, step: Step) -> None:
    """Both record the very same, the other device first; two are meant."""
    world = player.world
    stopped_at = world.clock.now() - timedelta(seconds=step.number % 4000)
    started_at = stopped_at - timedelta(seconds=1 + step.other % 3600)
    piece = Piece(REMOTE, started_at, stopped_at, ITEMS[0], f"both {player.theirs + 1}")
    player.add_there(piece)
    if step.number % 3:
        world.network.write_faults.append(
            ("reset before applying", "late landing", "reset after applying")[step.number % 3]
        )
    change = Change(
        started_at=started_at,
        stopped_at=stopped_at,
        comment=piece.comment,
        item=WorkItem(ITEMS[0]),
    )
    world.post(EntryAddAsked(REMOTE, change))


def _their_own(player: Player, number: int) -> str | None:
    mine = sorted(player.beside)
    return mine[number % len(mine)] if mine else None


def _their_edit(player: Player, step: Step) -> None:
    name = _their_own(player, step.number)
    if name is not None:
        comment = f"{name}, edited {step.other}"
        id_ = player.beside[name]
        player.world.network.sandbox.elsewhere("7pace", do="edit", id=id_, comment=comment)
        player.world.oracle.edited_elsewhere(name, comment=comment)


def _their_delete(player: Player, step: Step) -> None:
    name = _their_own(player, step.number)
    if name is not None:
        id_ = player.beside.pop(name)
        player.world.network.sandbox.elsewhere("7pace", do="delete", id=id_)
        player.world.oracle.deleted_elsewhere(name)


def _their_start(player: Player, step: Step) -> None:
    world = player.world
    if not can_act(world) or not ran_for(world, 2):
        return
    player.theirs += 1
    name = f"theirs {player.theirs}"
    item = ITEMS[step.number % 3]
    if world.state.track is not None and world.state.track.account == HERE:
        return
    world.network.sandbox.elsewhere("7pace", do="start", tfsId=int(item), remark=name, timeZone=60)
    world.oracle.started_elsewhere(name, Piece(REMOTE, world.clock.now(), None, item, name))
    world.sync_whole()


def _their_stop(player: Player, _step: Step) -> None:
    world = player.world
    track = world.state.track
    if not can_act(world) or track is None or track.account != REMOTE or not ran_for(world, 2):
        return
    world.network.sandbox.elsewhere("7pace", do="stop")
    world.oracle.stopped_elsewhere(world.clock.now())
    world.sync_whole()


def _stop_both(player: Player, step: Step) -> None:
    """Ours is on its way when the other device stops the same track; a new one begins here.

    The look then shows the wanted state, and ours still lands: on nothing, if the slot rests.
    """
    world = player.world
    if not can_act(world) or world.network.write_faults or world.network.read_faults:
        return
    if world.state.track is None or world.state.track.account != REMOTE:
        world.post(StartAsked(REMOTE, WorkItem(ITEMS[step.other % 3]), player.words(step.other)))
    world.pass_time(2)
    if not can_act(world) or world.state.track is None or not ran_for(world, 2):
        return
    world.met["both devices stop"] += 1
    world.late_seconds = 2 + step.number % 26
    world.network.write_faults.append("late landing")
    world.post(StopAsked())
    if world.state.running is not None:
        # A full disk: the stop was not kept, and the user was told so.
        return
    for _ in range(8):
        if world.network.held:
            break
        world.carry_on(1)
    # What is sent next must find the first one under way.
    world.network.sandbox.elsewhere("7pace", do="stop")
    world.post(StartAsked(REMOTE, WorkItem(ITEMS[step.other % 3]), player.words(step.other)))


def ran_for(world: World, seconds: int) -> bool:
    """Whether the server's own track is so old that its length is none that it refuses."""
    running = world.network.sandbox.ledger("7pace")["running"]
    return running is None or running["currentTrackLength"] >= seconds


def _their_edit_ours(player: Player, step: Step) -> None:
    found = player.ours_at_rest(step.number)
    if found is None:
        return
    name, id_ = found
    comment = f"edited there {step.other}"
    player.world.network.sandbox.elsewhere("7pace", do="edit", id=id_, comment=comment)
    player.world.oracle.edited_elsewhere(name, comment=comment)
    player.touched.add(name)


def _their_delete_ours(player: Player, step: Step) -> None:
    found = player.ours_at_rest(step.number)
    if found is None:
        return
    name, id_ = found
    player.world.network.sandbox.elsewhere("7pace", do="delete", id=id_)
    player.world.oracle.deleted_elsewhere(name)


THEIR_STEPS: dict[str, Callable[[Player, Step], object]] = {
    "their-add": _their_add,
    "their-equal": _their_equal,
    "their-edit": _their_edit,
    "their-delete": _their_delete,
    "their-start": _their_start,
    "their-stop": _their_stop,
    "stop-both": _stop_both,
    "their-edit-ours": _their_edit_ours,
    "their-delete-ours": _their_delete_ours,
}
