"""Plays the steps of a history into a world: what each of them does there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.core.messages import (
    AdjustAsked,
    Change,
    DiscardAsked,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
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
from app.core.state import Connection
from tests.chaos.ends import POINTS, End
from tests.chaos.history import ACTIVITIES, ITEMS, History, Step
from tests.chaos.network import READ_FAULTS, WRITE_FAULTS
from tests.chaos.oracle import Piece
from tests.chaos.world import HERE, REMOTE, World


class Player:
    """Plays one history into a world; counts what was asked."""

    def __init__(self, world: World, history: History) -> None:
        self.world = world
        self.history = history
        self.theirs = 0
        # What the second device changed of ours is left alone afterwards: which of two edits of one
        # field stands is a question to the user.
        self.touched: set[str] = set()
        # Rows of the second device alone, by the name that the oracle gave them: their remote ids.
        self.beside: dict[str, str] = {}
        self._words = 0

    def play(self, step: Step) -> None:
        """One step, then some of the effects that it caused."""
        STEPS[step.name](self, step)
        self.world.carry_on(step.pace)

    # --- words -----------------------------------------------------------------------------------

    def words(self, number: int) -> str:
        if self.history.same_words:
            return ("the same", "other words")[number % 2]
        self._words += 1
        plain = f"words {self._words}"
        return f" {plain} naïve “” \r\n two lines" if number % 13 == 0 else plain

    def account(self, number: int) -> str:
        return HERE if self.history.kind == "local" or number % 7 == 0 else REMOTE

    def entry(self, number: int) -> str | None:
        """One of our finished entries that the second device never touched."""
        oracle = self.world.oracle
        mine = [
            name
            for name in oracle.finished()
            if name not in self.touched and not name.startswith("theirs")
        ]
        return mine[number % len(mine)] if mine else None

    def ours_at_rest(self, number: int) -> tuple[str, str] | None:
        """One of our told entries and its remote id, as its only match on the server shows it."""
        world = self.world
        if not can_act(world):
            return None
        name = self.entry(number)
        if name is None or world.oracle.pieces[name].account != REMOTE:
            return None
        piece = world.oracle.pieces[name]
        rows = [
            row for row in rows_of(world) if (row["timestamp"][:19], row["comment"]) == key(piece)
        ]
        return (name, rows[0]["id"]) if len(rows) == 1 else None


def key(piece: Piece) -> tuple[str, str]:
    """Start on the wall and comment, as the server writes them."""
    wall = piece.started_at.replace(tzinfo=None) + timedelta(minutes=piece.offset_minutes)
    return wall.isoformat(), piece.comment


def rows_of(world: World) -> list[dict[str, Any]]:
    """The worklogs of the server."""
    rows: list[dict[str, Any]] = world.network.sandbox.ledger("7pace")["worklogs"]
    return rows


def can_act(world: World) -> bool:
    """Whether the second device may act on what is ours: nothing of ours is under way.

    Otherwise its act falls between our look and our write, or on what was not told yet: the
    residual assumptions of PROTOCOL.md §10, and questions whose answer is not for the bench.
    """
    lane = world.state.lanes.get(REMOTE)
    online = lane is not None and lane.connection is Connection.ONLINE
    open_lane = lane is not None and lane.next_at is None and lane.throttled_until is None
    if not (online and open_lane and world.network.online and world.rests()):
        return False
    running = world.network.sandbox.ledger("7pace")["running"]
    track = world.state.track
    here = None if track is None or track.account != REMOTE else track.remote_id
    return (None if running is None else running["workLogId"]) == here


# --- the steps -----------------------------------------------------------------------------------


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


def _discard(player: Player, _step: Step) -> None:
    """Only of what the server never had: what it holds otherwise, the user was not told."""
    for subject in player.world.state.subjects.values():
        hold = subject.hold
        refused = hold is not None and hold.reason is HoldReason.REFUSED
        if refused and subject.acknowledged is None and not (subject.runs or subject.deleted):
            player.world.post(DiscardAsked(subject.id))
            return


def _end(player: Player, step: Step) -> None:
    world = player.world
    points = POINTS if player.history.kind == "7pace" else POINTS[:2]
    point = points[step.number % len(points)]
    world.end = End(point, step.other % 3, step.other % 50, step.other % 4 == 0)


def _set_clock(player: Player, step: Step) -> None:
    minutes = (step.number % 15 + 1) * (1 if step.other % 2 else -1)
    player.world.set_clock(minutes * 60)


def _write_fault(player: Player, step: Step) -> None:
    world = player.world
    world.late_seconds = 1 + step.other % 28
    world.tarry_seconds = 1 + step.other % 9
    # Some writes pass before.
    world.network.write_faults.extend([""] * (step.other % 3 // 2))
    world.network.write_faults.append(WRITE_FAULTS[step.number % len(WRITE_FAULTS)])


def _read_fault(player: Player, step: Step) -> None:
    network = player.world.network
    network.read_faults.extend([""] * (step.other % 4))
    network.read_faults.append(READ_FAULTS[step.number % len(READ_FAULTS)])


def _online(player: Player, online: bool) -> None:
    player.world.network.online = online


def _their_add(player: Player, step: Step) -> None:
    """With words of its own: an entry that says the same as our start, made between our look and
    our confirm, is taken for it (PROTOCOL.md §10).
    """
    world = player.world
    started_at = world.server_now().replace(microsecond=0) - timedelta(seconds=step.number % 9000)
    player.theirs += 1
    name = f"theirs {player.theirs}"
    stopped_at = started_at + timedelta(seconds=1 + step.other % 900)
    _add_there(player, name, Piece(REMOTE, started_at, stopped_at, ITEMS[0], name))


def _their_equal(player: Player, step: Step) -> None:
    """Both record the very same, the other device first; two are meant."""
    world = player.world
    stopped_at = world.clock.now() - timedelta(seconds=step.number % 4000)
    started_at = stopped_at - timedelta(seconds=1 + step.other % 3600)
    player.theirs += 1
    name = f"theirs {player.theirs}"
    piece = Piece(REMOTE, started_at, stopped_at, ITEMS[0], f"both {player.theirs}")
    _add_there(player, name, piece)
    if step.number % 3:
        world.network.write_faults.append(("drop-before", "late", "drop-after")[step.number % 3])
    change = Change(
        started_at=started_at,
        stopped_at=stopped_at,
        comment=piece.comment,
        item=WorkItem(ITEMS[0]),
    )
    world.post(EntryAddAsked(REMOTE, change))


def _add_there(player: Player, name: str, piece: Piece) -> None:
    assert piece.stopped_at is not None
    world = player.world
    world.oracle.added_elsewhere(name, piece)
    answer: Any = world.network.sandbox.elsewhere(
        "7pace",
        do="create",
        timeStamp=key(world.oracle.pieces[name])[0],
        length=int((piece.stopped_at - piece.started_at).total_seconds()),
        workItemId=int(piece.item),
        comment=piece.comment,
    )
    player.beside[name] = answer["data"]["id"]


def _their_own(player: Player, number: int) -> str | None:
    mine = sorted(player.beside)
    return mine[number % len(mine)] if mine else None


def _their_edit(player: Player, step: Step) -> None:
    name = _their_own(player, step.number)
    if name is not None:
        comment = f"{name}, edited {step.other}"
        id_ = player.beside[name]
        player.world.network.sandbox.elsewhere("7pace", do="edit", id=id_, comment=comment)
        player.world.oracle.edited_elsewhere(name, comment)


def _their_delete(player: Player, step: Step) -> None:
    name = _their_own(player, step.number)
    if name is not None:
        id_ = player.beside.pop(name)
        player.world.network.sandbox.elsewhere("7pace", do="delete", id=id_)
        player.world.oracle.deleted_elsewhere(name)


def _their_start(player: Player, step: Step) -> None:
    world = player.world
    if not can_act(world) or not _ran_for(world, 2):
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
    if not can_act(world) or track is None or track.account != REMOTE or not _ran_for(world, 2):
        return
    world.network.sandbox.elsewhere("7pace", do="stop")
    world.oracle.stopped_elsewhere(world.clock.now())
    world.sync_whole()


def _ran_for(world: World, seconds: int) -> bool:
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
    player.world.oracle.edited_elsewhere(name, comment)
    player.touched.add(name)


def _their_delete_ours(player: Player, step: Step) -> None:
    found = player.ours_at_rest(step.number)
    if found is None:
        return
    name, id_ = found
    player.world.network.sandbox.elsewhere("7pace", do="delete", id=id_)
    player.world.oracle.deleted_elsewhere(name)


STEPS: dict[str, Callable[[Player, Step], object]] = {
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
    "edit-comment": lambda p, s: _edit(p, s, "comment"),
    "edit-item": lambda p, s: _edit(p, s, "item"),
    "edit-times": lambda p, s: _edit(p, s, "times"),
    "delete": _delete,
    "undo": lambda p, s: p.world.post(UndoAsked()),
    "redo": lambda p, s: p.world.post(RedoAsked()),
    "retry": _retry,
    "discard": _discard,
    "sync": lambda p, s: p.world.post(SyncAsked() if s.number % 2 else PollFell()),
    "wait": lambda p, s: p.world.pass_time(1 + s.number % 40),
    "wait-long": lambda p, s: p.world.pass_time(60 + s.number % 200),
    "end": _end,
    "set-clock": _set_clock,
    "write-fault": _write_fault,
    "read-fault": _read_fault,
    "offline": lambda p, s: _online(p, False),
    "online": lambda p, s: _online(p, True),
    "sign-in": lambda p, s: p.world.post(SignedIn(REMOTE)),
    "their-add": _their_add,
    "their-equal": _their_equal,
    "their-edit": _their_edit,
    "their-delete": _their_delete,
    "their-start": _their_start,
    "their-stop": _their_stop,
    "their-edit-ours": _their_edit_ours,
    "their-delete-ours": _their_delete_ours,
}
