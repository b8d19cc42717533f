"""Steps of random histories: what a user, a second device and the world around them can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core import effects
from app.core.messages import (
    AdjustAsked,
    Change,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    RedoAsked,
    RetryAsked,
    StartAsked,
    StopAsked,
    SyncAsked,
    ToggleAsked,
    UndoAsked,
)
from app.core.model import Subject
from app.core.remote import Capabilities, Facts
from tests.core.server import item
from tests.core.world import World

FAULTS = ["ok", "lost-after", "lost-before", "late", "refused-connection", "throttled"]
BATCH_FAULTS = [*FAULTS, "ok", "partly", "half-answered", "rehearsal-refused"]
Step = tuple[str, int]


def _finished(world: World) -> list[Subject]:
    rows = [s for s in world.store.values() if not s.deleted and s.meant.stopped_at is not None]
    return sorted(rows, key=lambda subject: (subject.meant.started_at, subject.id))


def _start(world: World, number: int) -> None:
    world.post(StartAsked("Work", item(number % 3), comment=f"words {number}"))


def _move_start(world: World, number: int) -> None:
    track = world.state.track
    if track is not None:
        earlier = track.meant.started_at - timedelta(seconds=number)
        world.post(AdjustAsked(Change(started_at=earlier)))


def _add(world: World, number: int) -> None:
    stopped_at = world.now - timedelta(seconds=number)
    change = Change(
        started_at=stopped_at - timedelta(seconds=600),
        stopped_at=stopped_at,
        comment=f"added {number}",
        item=item(number % 3),
    )
    world.post(EntryAddAsked("Work", change))


def _add_twice(world: World, number: int) -> None:
    """Two equal entries made on purpose are two."""
    _add(world, number)
    _add(world, number)


def _add_many(world: World, number: int) -> None:
    """A morning's entries at once, some of them in one second."""
    for place in range(2 + number % 7):
        _add(world, 40 * (number % 5) + 31 * (place // 2) + place % 2 * (number % 3))


def _edit(world: World, number: int) -> None:
    entries = _finished(world)
    if entries:
        base = entries[number % len(entries)]
        change = Change(comment=f"edited {number}")
        if number % 2:
            change = Change(started_at=base.meant.started_at - timedelta(seconds=number))
        world.post(EntryEditAsked(base, change))


def _delete(world: World, number: int) -> None:
    entries = _finished(world)
    if entries:
        world.post(EntryDeleteAsked(entries[number % len(entries)].id))


STEPS: dict[str, Callable[[World, int], object]] = {
    "start": _start,
    "switch": lambda world, _: world.post(StartAsked("Work", item(1))),
    "stop": lambda world, _: world.post(StopAsked()),
    "toggle": lambda world, _: world.post(ToggleAsked()),
    "comment": lambda world, n: world.post(AdjustAsked(Change(comment=f"better {n}"))),
    "item": lambda world, n: world.post(AdjustAsked(Change(item=item(n % 3)))),
    "move-start": _move_start,
    "add": _add,
    "add-twice": _add_twice,
    "add-many": _add_many,
    "edit": _edit,
    "delete": _delete,
    "undo": lambda world, _: world.post(UndoAsked()),
    "redo": lambda world, _: world.post(RedoAsked()),
    "sync": lambda world, _: world.post(SyncAsked()),
    "wait": lambda world, n: world.wait(n * 3),
    "crash": lambda world, n: world.crash(in_flight=FAULTS[n % 4]),
    "reboot": lambda world, n: world.crash(in_flight=FAULTS[n % 4], reboot=True),
    "offline": lambda world, n: setattr(world, "online", n % 2 == 0),
}


def play(world: World, history: list[Step], trouble: list[str], pace: list[int]) -> None:
    """One history: each step, then some of the effects it caused, then a little time."""
    world.said.listening = True
    world.faults.extend(trouble)
    go(world, history, pace)


def go(world: World, history: list[Step], pace: list[int]) -> None:
    for index, (name, number) in enumerate(history):
        EVERYTHING[name](world, number)
        for _ in range(pace[index % len(pace)]):
            if world.waiting:
                world.perform(world.waiting.popleft())
        world.wait(1 + number % 7)


def meant(world: World) -> list[tuple[datetime, datetime | None, str | None, str]]:
    """What the user was told is so, read from what was committed."""
    rows = [
        (
            s.meant.started_at,
            s.meant.stopped_at,
            s.meant.item.id if s.meant.item else None,
            s.meant.comment,
        )
        for s in world.store.values()
        if not s.deleted
    ]
    return sorted(rows, key=lambda row: (row[0], str(row)))


def settled(world: World) -> World:
    """Everything is told; nothing was asked, nothing of ours seen as another device's."""
    if world.state.track is not None:
        world.post(StopAsked())
    world.settle()
    return world


def total_seconds(world: World) -> int:
    rows = world.server.rows.values()
    spans = [row.stopped_at - row.started_at for row in rows if row.stopped_at is not None]
    return int(sum(spans, timedelta()).total_seconds())


def _elsewhere_add(world: World, number: int) -> None:
    stopped_at = world.now - timedelta(seconds=number)
    facts = Facts(stopped_at - timedelta(seconds=300), stopped_at, item(0), f"theirs {number}")
    world.server.add_elsewhere(facts)


def _elsewhere_edit(world: World, number: int) -> None:
    """Only what it made itself, and only the words."""
    for remote_id, facts in list(world.server.rows.items()):
        if facts.comment.startswith("theirs"):
            world.server.edit_elsewhere(remote_id, comment=f"theirs, edited {number}")
            return


def _elsewhere_delete(world: World, number: int) -> None:
    for remote_id, facts in list(world.server.rows.items()):
        if facts.comment.startswith("theirs") and facts.stopped_at is not None:
            world.server.delete_elsewhere(remote_id)
            return


def _equal(world: World, number: int) -> None:
    """Both record the very same, the other device first and unseen."""
    stopped_at = world.now - timedelta(seconds=number)
    started_at = stopped_at - timedelta(seconds=300)
    world.server.add_elsewhere(Facts(started_at, stopped_at, item(0), "the same"))
    change = Change(started_at=started_at, stopped_at=stopped_at, item=item(0), comment="the same")
    world.post(EntryAddAsked("Work", change))


def _stop_both(world: World, number: int) -> None:
    """Both stop in the same second; our write leaves before theirs lands."""
    world.post(StopAsked())
    while world.waiting:
        effect = world.waiting.popleft()
        world.perform(effect)
        if isinstance(effect, effects.Push):
            break
    world.server.stop_elsewhere()


def _edit_ours(world: World, number: int) -> None:
    ours = [r for r in world.server.rows if r not in world.server.elsewhere]
    if ours:
        world.server.edit_elsewhere(ours[number % len(ours)], comment=f"edited there {number}")


def _edit_both(world: World, number: int) -> None:
    """Both edit the words of one entry, ours first and not told yet."""
    told = [s for s in _finished(world) if s.remote_id in world.server.rows]
    if told:
        base = told[number % len(told)]
        world.post(EntryEditAsked(base, Change(comment=f"edited {number}")))
        assert base.remote_id is not None
        world.server.edit_elsewhere(base.remote_id, comment=f"edited there {number}")


def _poll(world: World, number: int) -> None:
    world.post(PollFell())


ELSEWHERE: dict[str, Callable[[World, int], object]] = {
    "elsewhere-add": _elsewhere_add,
    "elsewhere-edit": _elsewhere_edit,
    "elsewhere-delete": _elsewhere_delete,
    "elsewhere-equal": _equal,
    "elsewhere-edit-ours": _edit_ours,
    "edit-both": _edit_both,
    "stop-both": _stop_both,
    "elsewhere-stop": lambda world, _: world.server.stop_elsewhere(),
    "elsewhere-start": lambda world, n: world.server.start_elsewhere(f"theirs {n}"),
    "poll": _poll,
}
EVERYTHING = STEPS | ELSEWHERE


def answered(world: World) -> World:
    """Every question is answered by "go on with mine", until none is left."""
    for _ in range(12):
        settled(world)
        held = [s for s in world.state.subjects.values() if s.hold is not None]
        if not held and world.state.track is None:
            return world
        for subject in held:
            world.post(RetryAsked(subject.id))
    raise AssertionError("a question comes back for ever")


def play_shared(
    capabilities: Capabilities, history: list[Step], trouble: list[str], pace: list[int]
) -> World:
    world = World(capabilities)
    # With another device at what is ours, messages alone no longer imply the times.
    theirs = {"elsewhere-start", "elsewhere-stop", "elsewhere-edit-ours", "edit-both", "stop-both"}
    world.said.listening = not theirs & {name for name, _ in history}
    world.faults.extend(trouble)
    go(world, history, pace)
    return world
