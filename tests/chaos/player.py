"""Plays a history into a world: what it has said and touched so far, and what it may touch next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.core.state import Connection
from tests.chaos.history import History
from tests.chaos.oracle import Piece
from tests.chaos.world import HERE, REMOTE, World


class Player:
    """What one history has said and touched so far."""

    def __init__(self, world: World, history: History) -> None:
        self.world = world
        self.history = history
        self.theirs = 0
        # What the second device changed of ours is left alone afterwards: which of two edits of one
        # field stands is a question to the user.
        self.touched: set[str] = set()
        # Rows of the second device alone, by the name that the oracle gave them: their remote ids.
        self.beside: dict[str, str] = {}
        # A history that has what cannot be closed ends with it.
        self.over = False
        self._words = 0

    def words(self, number: int) -> str:
        if self.history.same_words:
            return ("the same", "other words")[number % 2]
        self._words += 1
        plain = f"words {self._words}"
        return f" {plain} naïve “” \r\n two lines" if number % 13 == 0 else plain

    def new_words(self) -> str:
        """Words that nothing else has."""
        self._words += 1
        return f"new words {self._words}"

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

    def add_there(self, piece: Piece) -> None:
        """The second device records an entry."""
        world = self.world
        self.theirs += 1
        name = f"theirs {self.theirs}"
        world.oracle.added_elsewhere(name, piece)
        assert piece.stopped_at is not None
        answer: Any = world.network.sandbox.elsewhere(
            "7pace",
            do="create",
            timeStamp=key(world.oracle.pieces[name])[0],
            length=int((piece.stopped_at - piece.started_at).total_seconds()),
            workItemId=int(piece.item),
            comment=piece.comment,
        )
        self.beside[name] = answer["data"]["id"]


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
