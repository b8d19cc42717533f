"""The end of a history: all comes to rest, then the server is compared with what was told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from app.core.comparing import plain
from app.core.messages import RetryAsked, SignedIn, StopAsked
from app.core.model import HoldReason
from app.core.remote import Facts
from app.core.state import Connection
from tests.chaos.answering import answer
from tests.chaos.oracle import Piece
from tests.chaos.player import Player, rows_of
from tests.chaos.world import HERE, REMOTE, World

NOT_SET = "00000000-0000-0000-0000-000000000000"
# Half of them short, half long: a wait that was asked for is kept to by the wall clock, and that
# may have been set back.
ROUNDS = 14

Row = tuple[str, int, str, str, str]
"""Wall start, seconds, work item, comment, activity type."""


class Verdict(Struct, frozen=True):
    """What is wrong at the end, by kind; empty is right.

    `residual` names what cannot be closed (PROTOCOL.md §10) and explains what would be wrong.
    `rows` is how many entries the server holds.
    """

    wrong: dict[str, list[str]]
    residual: tuple[str, ...] = ()
    rows: int = 0


def settle(player: Player) -> list[str]:
    """Faults off, held operations retried, time moves on until all rests; what does not."""
    world = player.world
    network = world.network
    for number in range(ROUNDS):
        lane = world.state.lanes.get(REMOTE)
        if lane is not None and lane.connection is Connection.SIGN_IN_REQUIRED:
            world.post(SignedIn(REMOTE))
        world.sync_whole()
        for subject in list(world.state.subjects.values()):
            if subject.hold is not None and subject.hold.reason is HoldReason.REFUSED:
                world.post(RetryAsked(subject.id))
        answer(player)
        world.pass_time(40 if number < ROUNDS // 2 else 400)
        if world.rests() and not network.held:
            world.sync_whole()
            if world.rests():
                return []
    return [
        f"{s.id}: meant {_line(_meant(s.meant))}, attempt "
        f"{s.attempt.write.kind if s.attempt else None}, held {s.hold and s.hold.reason}"
        for s in world.state.subjects.values()
        if not world.is_told(s)
    ] or [f"lanes {world.state.lanes}"]


def judge(player: Player, leave_running: bool) -> Verdict:
    """Compare the server and our own view with what the user was told."""
    world = player.world
    wrong: dict[str, list[str]] = {}
    world.network.mend()
    world.end = None
    world.store.full_for = 0
    if not leave_running and world.state.track is not None:
        world.post(StopAsked())
    stuck = settle(player)
    asked = [
        f"{s.id}: {s.hold.reason} {_line(_meant(s.meant))}"
        for s in world.state.subjects.values()
        if s.hold is not None and s.hold.reason is not HoldReason.REFUSED
    ]
    if asked:
        wrong["asked"] = asked
    elif stuck:
        wrong["stuck"] = stuck
    pieces = world.oracle.pieces
    remote = [p for p in pieces.values() if p.account == REMOTE]
    if world.kind == "7pace":
        theirs = Counter(_row(row) for row in rows_of(world))
        _compare(Counter(_said(p) for p in remote if p.stopped_at), theirs, wrong, "")
        _compare_running(world, wrong)
    # A clock that was set back leaves entries ahead of it.
    span = world.clock.now() - timedelta(days=9), world.clock.now() + timedelta(days=9)
    shown = [s for s in world.journal.entries(*span) if s.meant.stopped_at is not None]
    for account in (HERE, REMOTE):
        told = [p for p in pieces.values() if p.account == account and p.stopped_at is not None]
        view = Counter(_meant(s.meant) for s in shown if s.account == account)
        prefix = "" if account == HERE else "shown "
        _compare(Counter(_said(p) for p in told), view, wrong, prefix)
    rows = len(rows_of(world))
    if world.residual and wrong:
        return Verdict({}, tuple(sorted(world.residual)), rows)
    return Verdict(wrong, rows=rows)


def _compare(told: Counter[Row], found: Counter[Row], wrong: dict[str, list[str]], at: str) -> None:
    """Name each difference: a row doubled, lost, there for nothing, or with another time."""
    missing, extra = told - found, found - told
    for row in list(missing.elements()):
        other = next((one for one in extra.elements() if one[2:] == row[2:]), None)
        if other is None:
            other = next((one for one in extra.elements() if one[:2] == row[:2]), None)
            kind = "wrong words"
        else:
            kind = "wrong seconds"
        if other is not None:
            missing[row] -= 1
            extra[other] -= 1
            _add(wrong, at + kind, f"told {_line(row)}, found {_line(other)}")
    for row in missing.elements():
        _add(wrong, at + "lost", _line(row))
    for row in extra.elements():
        doubled = any(one[3] == row[3] for one in told)
        _add(wrong, at + ("doubled" if doubled else "nobody's"), _line(row))


def _compare_running(world: World, wrong: dict[str, list[str]]) -> None:
    shown = world.network.sandbox.ledger("7pace")["running"]
    runs = None if shown is None else (str(shown["tfsId"] or ""), _text(shown["remark"]))
    name = world.oracle.running
    piece = None if name is None else world.oracle.pieces[name]
    # The work item of a running track can't be changed there: it follows at the stop.
    told = None if piece is None or piece.account != REMOTE else ("", _text(piece.comment))
    if (runs is None) != (told is None) or (runs and told and runs[1] != told[1]):
        _add(wrong, "running", f"told {told}, found {runs}")


def _add(wrong: dict[str, list[str]], kind: str, line: str) -> None:
    wrong.setdefault(kind, []).append(line)


def _row(row: dict[str, Any]) -> Row:
    kind = row["activityType"]["id"]
    item = str(row["workItemId"] or "")
    activity = "" if kind == NOT_SET else kind
    return row["timestamp"][:19], row["length"], item, _text(row["comment"]), activity


def _said(piece: Piece) -> Row:
    assert piece.stopped_at is not None
    start, offset = piece.started_at, piece.offset_minutes
    seconds = _seconds(piece.started_at, piece.stopped_at)
    return _wall(start, offset), seconds, piece.item, _text(piece.comment), piece.activity


def _meant(facts: Facts) -> Row:
    item = "" if facts.item is None else facts.item.id
    seconds = -1 if facts.stopped_at is None else _seconds(facts.started_at, facts.stopped_at)
    start = _wall(facts.started_at, facts.offset_minutes)
    return start, seconds, item, _text(facts.comment), facts.activity


def _wall(at: datetime, offset_minutes: int) -> str:
    return (at.replace(tzinfo=None) + timedelta(minutes=offset_minutes)).isoformat()[:19]


def _seconds(start: datetime, stop: datetime) -> int:
    return int((stop - start).total_seconds())


def _text(words: str | None) -> str:
    return plain(words or "")


def _line(row: Row) -> str:
    return f"{row[0]} {row[1]} s #{row[2]} {row[3]!r} {row[4][:8]}".rstrip()
