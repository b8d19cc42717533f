"""Every kind of trouble against every kind of turn: the table of `DESIGN.md` §5, in full."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.effects import Look, Pull
from app.core.messages import (
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    SyncAsked,
    TroubleMet,
)
from app.core.model import HoldReason, Subject
from app.core.remote import CallLimit, Capabilities, Trouble, TroubleKind, WriteKind
from app.core.state import Connection
from tests.core.server import BLIND_TIMER, NAMED_TIMER
from tests.core.world import World

NOT_SENT = TroubleKind.NOT_SENT
PERHAPS = TroubleKind.PERHAPS_DELIVERED
THROTTLED = TroubleKind.THROTTLED
SIGN_IN = TroubleKind.SIGN_IN_REQUIRED
REFUSED = TroubleKind.REFUSED
GONE = TroubleKind.GONE

SERVERS = {"blind": BLIND_TIMER, "named": NAMED_TIMER}
# What becomes of the account, whatever the turn was; for a look, a refusal is no look.
LANES = {
    NOT_SENT: Connection.OFFLINE,
    PERHAPS: Connection.OFFLINE,
    THROTTLED: Connection.ONLINE,
    SIGN_IN: Connection.SIGN_IN_REQUIRED,
    REFUSED: Connection.ONLINE,
    GONE: Connection.ONLINE,
}


def fate(world: World, subject: Subject) -> str:
    """What became of the write."""
    now = world.now_is(subject)
    if now.attempt is not None:
        return "doubtful" if now.attempt.noticed is not None else "in flight"
    if now.hold is not None:
        return {HoldReason.REFUSED: "held", HoldReason.GONE: "asked"}[now.hold.reason]
    return "accepted" if now.remote_id is None and now.deleted else "pending"


def expected(write: WriteKind, trouble: TroubleKind, can: Capabilities) -> str:
    """The table: rows of the design, with what only a write that names its row can find gone."""
    match trouble:
        case TroubleKind.NOT_SENT | TroubleKind.THROTTLED | TroubleKind.SIGN_IN_REQUIRED:
            return "pending"
        case TroubleKind.PERHAPS_DELIVERED:
            return "doubtful"
        case TroubleKind.REFUSED:
            return "held"
        case TroubleKind.GONE:
            if write is WriteKind.DELETE:
                return "accepted"
            if write is WriteKind.EDIT:
                return "asked"
            named = write in (WriteKind.STOP, WriteKind.ADJUST) and can.stop_names_track
            return "asked" if named else "held"


def about_to(write: WriteKind, can: Capabilities) -> tuple[World, Subject]:
    """A world in which the next write is of this kind."""
    world = World(can)
    if write in (WriteKind.CREATE, WriteKind.EDIT, WriteKind.DELETE):
        subject = world.add("words")
    else:
        subject = world.start("words")
    if write not in (WriteKind.CREATE, WriteKind.START):
        world.run()
        world.wait(60)
    if write is WriteKind.EDIT:
        world.post(EntryEditAsked(world.now_is(subject), Change(comment="better")))
    elif write is WriteKind.DELETE:
        world.post(EntryDeleteAsked(subject.id))
    elif write is WriteKind.ADJUST:
        world.post(AdjustAsked(Change(comment="better")))
    elif write is WriteKind.STOP:
        world.stop()
    return world, subject


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("trouble", TroubleKind)
@pytest.mark.parametrize("write", WriteKind)
def test_each_trouble_has_one_meaning_for_each_write(
    write: WriteKind, trouble: TroubleKind, server: str
) -> None:
    world, subject = about_to(write, SERVERS[server])
    push = world.run_to_push()
    assert push.write.kind is write
    world.waiting.popleft()
    world.post(TroubleMet("Work", push.turn_id, Trouble(trouble, "Words of the server.", 90)))
    assert fate(world, subject) == expected(write, trouble, SERVERS[server])
    lane = world.state.lanes["Work"]
    assert lane.connection is LANES[trouble]
    waits = lane.throttled_until == world.now + timedelta(seconds=90)
    assert waits is (trouble in (THROTTLED, NOT_SENT, PERHAPS))
    lost = trouble in (REFUSED, GONE) and write in (WriteKind.CREATE, WriteKind.START)
    assert bool(world.lost_attempts) is lost, "a refused create may have been applied all the same"


@pytest.mark.parametrize("trouble", TroubleKind)
@pytest.mark.parametrize("kind", [Pull, Look])
def test_a_look_or_pull_that_met_trouble_has_seen_nothing(
    kind: type[Pull | Look], trouble: TroubleKind
) -> None:
    world = World()
    entry = world.add("words")
    if kind is Pull:
        world.run()
        world.post(PollFell())
    turn = world.waiting.popleft()
    assert isinstance(turn, kind)
    before = world.now_is(entry)
    world.post(TroubleMet("Work", turn.turn_id, Trouble(trouble, "Words of the server.", 90)))
    assert world.now_is(entry) == before
    lane = world.state.lanes["Work"]
    clear = trouble in (REFUSED, GONE)
    assert lane.connection is (Connection.OFFLINE if clear else LANES[trouble])
    assert lane.pull_wanted is (kind is Pull)


def test_a_server_that_names_when_it_is_back_is_left_alone_until_then() -> None:
    """503 with `Retry-After`: perhaps delivered, offline, and not asked before, even by `sync`."""
    world = World()
    entry = world.add("words")
    push = world.run_to_push()
    world.waiting.popleft()
    world.post(TroubleMet("Work", push.turn_id, Trouble(PERHAPS, "Maintenance.", 300)))
    lane = world.state.lanes["Work"]
    assert lane.next_at == lane.throttled_until == world.now + timedelta(seconds=300)
    world.wait(200)
    world.post(SyncAsked())
    world.run()
    assert fate(world, entry) == "doubtful"
    assert world.wake_at == lane.throttled_until
    world.wait(100)
    world.settle()
    assert world.now_is(entry).remote_id == "r1"


def test_a_limit_that_we_keep_to_is_known_until_the_next_answer() -> None:
    world = World()
    world.add("words")
    push = world.run_to_push()
    world.waiting.popleft()
    limit = CallLimit(100, 60)
    world.post(TroubleMet("Work", push.turn_id, Trouble(THROTTLED, "So many.", 41, limit=limit)))
    lane = world.state.lanes["Work"]
    assert (lane.limit, lane.connection) == (limit, Connection.ONLINE)
    assert "limit-kept" in world.told()
    assert lane.throttled_until == world.now + timedelta(seconds=41)
    world.run()
    world.wait(41)
    lane = world.state.lanes["Work"]
    assert (lane.limit, lane.throttled_until) == (None, None)


def test_without_such_a_wait_only_back_off_holds() -> None:
    world = World()
    world.add("words")
    push = world.run_to_push()
    world.waiting.popleft()
    world.post(TroubleMet("Work", push.turn_id, Trouble(NOT_SENT, "Refused.")))
    lane = world.state.lanes["Work"]
    assert lane.next_at is not None
    assert lane.throttled_until is None
