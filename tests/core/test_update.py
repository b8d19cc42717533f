"""The one door: it is total and pure, a refusal changes nothing, and a restart finds everything."""

from __future__ import annotations

import copy

import msgspec
import pytest

from app.core import messages
from app.core.decision import RefusalCode
from app.core.messages import (
    CheckTold,
    ItemsNamed,
    Looked,
    Message,
    OperationAccepted,
    PollFell,
    ProcessStarted,
    Pulled,
    SettingsChanged,
    StartAsked,
    TroubleMet,
    Woke,
)
from app.core.model import Absence, AbsenceAnswer, Account, AwayReason, Check, Side, Subject
from app.core.remote import Facts, Receipt, RemoteView, Trouble, TroubleKind, WorkItem
from app.core.state import CoreSettings, LastTrack
from app.core.update import initial, update
from tests.core.server import NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

REPORTS: list[Message] = [
    Pulled("Work", "stale", RemoteView()),
    Looked("Work", "stale", RemoteView()),
    OperationAccepted("Work", "stale", Receipt("r1")),
    CheckTold("Work", "stale"),
    TroubleMet("Work", "stale", Trouble(TroubleKind.NOT_SENT)),
    TroubleMet("Nobody", "stale", Trouble(TroubleKind.NOT_SENT)),
]


@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize("report", REPORTS)
def test_a_stale_report_leaves_the_state_as_it_is(report: Message, busy: bool) -> None:
    world = World(NO_TIMER)
    world.add()
    if not busy:
        world.run()
    decision = update(world.state, report, world.stamp())
    assert decision.state == world.state
    assert (decision.writes, decision.refusal) == ((), None)


@pytest.mark.parametrize("number", [0, 3])
def test_every_report_in_every_turn_is_taken(number: int) -> None:
    """A lane that answers with the wrong kind of report is wrong, but nothing breaks."""
    for report in REPORTS[:5]:
        world = World(NO_TIMER)
        world.add()
        world.waiting.clear()
        if number:
            world.post(PollFell())
        turn = world.state.lanes["Work"].turn
        assert turn is not None
        world.post(msgspec.structs.replace(report, turn_id=turn.id))
        world.settle()
        assert len(world.server.rows) == 1


def test_an_update_is_pure() -> None:
    world = World(NAMED_TIMER)
    world.start("words")
    before = copy.deepcopy(world.state)
    stamp = world.stamp()
    first = update(world.state, StartAsked("Work", item(2)), stamp)
    assert world.state == before
    assert update(world.state, StartAsked("Work", item(2)), stamp) == first


def test_every_message_type_has_a_route() -> None:
    """Each is posted once with nothing known: an answer or a refusal, never an exception."""
    world = World(NO_TIMER)
    entry = Subject("s1", "Work", Facts(NINE, NINE))
    arguments: dict[str, object] = {
        "account": "Work",
        "name": "Nobody",
        "change": messages.Change(comment="x"),
        "base": entry,
        "subject_id": "none",
        "absence_id": "none",
        "answer": AbsenceAnswer.KEEP,
        "check_id": "none",
        "settings": CoreSettings(),
        "turn_id": "none",
        "view": RemoteView(),
        "receipt": Receipt(),
        "receipts": (),
        "trouble": Trouble(TroubleKind.NOT_SENT),
        "since_at": NINE,
        "items": (),
        "theirs": frozenset(),
        "remote_id": None,
        "ends": Side.OURS,
        "take_back": True,
    }
    for kind in messages.Message.__args__:
        fields = {f.name: f for f in msgspec.structs.fields(kind)}
        given = {name: arguments[name] for name, f in fields.items() if f.required}
        if kind is messages.AccountAdded:
            given = {"account": Account("Work", "kind")}
        decision = update(world.state, kind(**given), world.stamp())
        assert decision.refusal is None or decision.state == world.state


def test_a_refusal_changes_nothing_at_all() -> None:
    world = World(NO_TIMER)
    world.start()
    world.wait(60)
    world.set_clock(3600)
    decision = update(world.state, StartAsked("Nobody"), world.stamp())
    assert decision.refusal is not None
    assert decision.refusal.code is RefusalCode.UNKNOWN_ACCOUNT
    assert decision.state is world.state
    assert (decision.writes, decision.effects, decision.made) == ((), (), ())


def test_settings_are_taken_over() -> None:
    world = World(NO_TIMER)
    settings = CoreSettings(settle_seconds=7)
    assert world.post(SettingsChanged(settings)).state.settings == settings


def test_a_wake_up_with_nothing_due_asks_for_nothing() -> None:
    world = World(NO_TIMER)
    decision = world.post(Woke())
    assert (decision.writes, decision.effects) == ((), ())


def test_titles_are_given_to_items_that_have_none() -> None:
    world = World(NO_TIMER)
    bare = world.post(StartAsked("Work", WorkItem("7"))).made[0]
    other = world.post(StartAsked("Work", WorkItem("8"))).made[-1]
    none = world.post(StartAsked("Work")).made[-1]
    titled = world.start("words", 7).id
    world.post(ItemsNamed("Work", (WorkItem("7", "Seven"), WorkItem("8"))))
    assert world.store[bare].meant.item == WorkItem("7", "Seven")
    assert world.store[other].meant.item == WorkItem("8")
    assert world.store[none].meant.item is None
    assert world.store[titled].meant.item == item(7)


# --- a restart ---------------------------------------------------------------------------------


def test_a_restart_finds_what_is_live_and_open() -> None:
    account = Account("Work", "kind", capabilities=NAMED_TIMER)
    known = Facts(NINE, NINE)
    synced = Subject("done", "Work", known, acknowledged=known, remote_id="r1")
    runs = Subject("runs", "Work", Facts(NINE), order=3)
    earlier = Subject("earlier", "Work", Facts(NINE), order=2)
    orphan = Subject("orphan", "Gone", Facts(NINE))
    asked = Absence("a1", "runs", NINE, NINE, AwayReason.IDLE)
    answered = msgspec.structs.replace(asked, id="a2", answer=AbsenceAnswer.KEEP)
    check = Check("c1", "Work", "runs", "r2", NINE, NINE)
    last = LastTrack("Work")
    settings = CoreSettings(settle_seconds=9)
    state = initial(
        accounts=(account, Account("Mine", "local")),
        subjects=(runs, earlier, synced, orphan),
        absences=(asked, answered),
        checks=(check,),
        last=last,
        sequence=9,
        settings=settings,
    )
    assert set(state.subjects) == {"runs", "earlier"}
    assert state.running == "runs"
    assert (list(state.lanes), list(state.absences), list(state.checks)) == (
        ["Work"],
        ["a1"],
        ["c1"],
    )
    assert (state.last, state.sequence, state.settings) == (last, 9, settings)


def test_after_a_restart_our_own_track_is_the_current_one_still() -> None:
    """Kept beside another device's younger track, untold: it must not run on unseen."""
    world = World(NAMED_TIMER)
    world.online = False
    track = world.start("ours")
    world.run()
    world.wait(60)
    world.server.start_elsewhere("theirs")
    world.settle()
    assert world.state.running == track.id
    world.crash()
    assert world.state.running == track.id


def test_a_fresh_state_is_empty() -> None:
    state = initial(accounts=())
    assert (state.subjects, state.running, state.track, state.settings) == (
        {},
        None,
        None,
        CoreSettings(),
    )


def test_starting_again_is_harmless() -> None:
    world = World(NAMED_TIMER)
    world.start("words")
    world.run()
    for _ in range(3):
        world.post(ProcessStarted())
        world.run()
    assert len(world.server.rows) == 1
