"""Random histories against a server in values: at the end it holds what was said, once each."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.messages import (
    Woke,
)
from app.core.remote import Capabilities
from tests.core.server import (
    BATCHES,
    BLIND_BATCHES,
    BLIND_TIMER,
    KEPT_HERE,
    NAMED_TIMER,
    NO_TIMER,
)
from tests.core.steps import (
    BATCH_FAULTS,
    ELSEWHERE,
    FAULTS,
    STEPS,
    Step,
    answered,
    go,
    meant,
    play,
    play_shared,
    settled,
    total_seconds,
)
from tests.core.world import World

steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 40)), max_size=20)
paces = st.lists(st.sampled_from([0, 1, 2, 3, 4, 99]), min_size=1, max_size=6)
faults = st.lists(st.sampled_from(FAULTS), max_size=25)
stuck_too = st.lists(st.sampled_from([*FAULTS, "stuck"]), max_size=25)


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER, NO_TIMER])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=steps, trouble=faults, pace=paces)
def test_the_server_ends_with_what_was_said_once_each(
    capabilities: Capabilities, history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    world = World(capabilities)
    play(world, history, trouble, pace)
    settled(world)
    assert not [s for s in world.state.subjects.values() if s.hold is not None]
    assert not [s for s in world.store.values() if s.from_elsewhere], "our own row as a stranger"
    assert "changed-elsewhere" not in world.told()
    assert world.on_server() == meant(world)
    assert total_seconds(world) == world.said.seconds
    assert sorted(row[:2] for row in world.on_server()) == sorted(world.said.spans.values())
    assert not world.state.subjects


@pytest.mark.parametrize("capabilities", [BATCHES, BLIND_BATCHES])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=st.lists(
        st.tuples(st.sampled_from([*sorted(STEPS), "add-many", "add-many"]), st.integers(1, 40)),
        max_size=20,
    ),
    trouble=st.lists(st.sampled_from(BATCH_FAULTS), max_size=12),
    written=st.lists(st.sampled_from(BATCH_FAULTS), max_size=12),
    pace=paces,
)
def test_what_goes_in_batches_ends_there_once_each_too(
    capabilities: Capabilities,
    history: list[Step],
    trouble: list[str],
    written: list[str],
    pace: list[int],
) -> None:
    world = World(capabilities)
    world.push_faults.extend(written)
    play(world, history, trouble, pace)
    world.push_faults.clear()
    settled(world)
    assert not [s for s in world.state.subjects.values() if s.hold is not None]
    assert not [s for s in world.store.values() if s.from_elsewhere], "our own row as a stranger"
    assert world.on_server() == meant(world)
    assert total_seconds(world) == world.said.seconds
    assert not world.state.subjects


# --- a clock that is set -------------------------------------------------------------------------

CLOCK_STEPS = ["start", "switch", "stop", "toggle", "comment", "wait"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(CLOCK_STEPS), st.integers(2, 40), st.integers(-7200, 7200)),
        max_size=15,
    )
)
def test_a_length_is_what_passed_whatever_the_wall_clock_is_set_to(
    history: list[tuple[str, int, int]],
) -> None:
    """The seconds between start and stop, counted on the boot clock alone."""
    world = World(KEPT_HERE)
    begun: dict[str, float] = {}
    ended: dict[str, float] = {}
    for name, number, shift in [*history, ("stop", 1, 0)]:
        before = world.state.running
        STEPS[name](world, number)
        after = world.state.running
        if before != after:
            if before is not None:
                ended[before] = world.boot
            if after is not None:
                begun[after] = world.boot
        world.wait(number)
        if abs(shift) > 100:
            world.set_clock(shift)
            world.post(Woke())
    for subject_id, boot in ended.items():
        facts = world.store[subject_id].meant
        assert facts.stopped_at is not None
        length = (facts.stopped_at - facts.started_at).total_seconds()
        assert length == boot - begun[subject_id]


OURS = ["start", "switch", "stop", "comment", "add", "wait", "crash", "offline", "move-start"]
BESIDE = ["elsewhere-add", "elsewhere-edit", "elsewhere-delete", "elsewhere-equal", "poll"]
AT_THE_TIMER = sorted({*ELSEWHERE} - {"elsewhere-equal"})


def shared(names: list[str]) -> st.SearchStrategy[list[Step]]:
    return st.lists(st.tuples(st.sampled_from(names), st.integers(1, 40)), max_size=20)


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER, NO_TIMER, BATCHES])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=shared([*OURS, *BESIDE, "add-many"]),
    trouble=stuck_too,
    pace=paces,
)
def test_beside_another_devices_entries_ours_are_told_once_each(
    capabilities: Capabilities, history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    world = play_shared(capabilities, history, trouble, pace)
    settled(world)
    assert not world.state.subjects
    assert world.on_server() == meant(world)
    ours = {r: facts for r, facts in world.server.rows.items() if r not in world.server.elsewhere}
    spans = [(facts.started_at, facts.stopped_at) for facts in ours.values()]
    assert sorted(spans, key=str) == sorted(world.said.spans.values(), key=str)
    strangers = {s.remote_id for s in world.store.values() if s.from_elsewhere and not s.deleted}
    assert strangers == world.server.elsewhere & set(world.server.rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=shared(["start", "stop-both", "wait", "poll"]),
    trouble=st.lists(st.sampled_from(["ok", "late"]), min_size=6, max_size=12),
    pace=st.lists(st.sampled_from([4, 99]), min_size=1, max_size=3),
)
@example(
    history=[("start", 1), ("stop-both", 2), ("start", 3), ("wait", 20), ("poll", 1)],
    trouble=["ok", "late"],
    pace=[99],
)
def test_a_stop_on_both_devices_costs_no_later_track_a_second(
    history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    """Our own stop may land late, when the look shows it done: the slot has to rest."""
    world = World(BLIND_TIMER)
    world.said.listening = True
    world.push_faults.extend(trouble)
    go(world, history, pace)
    world.push_faults.clear()
    settled(world)
    assert not world.state.subjects
    spans = [(facts.started_at, facts.stopped_at) for facts in world.server.rows.values()]
    assert sorted(spans, key=str) == sorted(world.said.spans.values(), key=str)


@pytest.mark.parametrize("capabilities", [NAMED_TIMER, NO_TIMER])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=shared(["start", "comment", "add", "edit-both", "elsewhere-edit-ours", "poll"]),
    trouble=faults,
    pace=paces,
)
def test_words_that_both_edit_are_asked_about_not_overwritten(
    capabilities: Capabilities, history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    """At every report what was said and not told yet stands: the world asserts it."""
    world = answered(play_shared(capabilities, history, trouble, pace))
    assert not world.state.subjects
    assert world.on_server() == meant(world)


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER, BATCHES])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(["start", "stop", "wait", "comment", "add-many"]), st.integers(1, 40)
        ),
        max_size=10,
    ),
    trouble=st.lists(st.sampled_from([*FAULTS, "refused", "refused"]), max_size=25),
    pace=paces,
)
def test_refusals_that_are_retried_in_the_end_cost_nothing(
    capabilities: Capabilities, history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    world = World(capabilities)
    world.push_faults.extend(trouble)
    play(world, history, [], pace)
    world.push_faults.clear()
    answered(world)
    assert not world.state.subjects
    assert world.on_server() == meant(world)
    assert sorted(row[:2] for row in world.on_server()) == sorted(world.said.spans.values())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=shared([*OURS, *AT_THE_TIMER]), trouble=faults, pace=paces)
def test_with_two_devices_at_the_timer_both_end_with_the_same(
    history: list[Step], trouble: list[str], pace: list[int]
) -> None:
    """Nothing is doubled or dropped, and what is shown here is what stands there."""
    world = answered(play_shared(NAMED_TIMER, history, trouble, pace))
    assert world.on_server() == meant(world)
    dropped = [s for s in world.store.values() if s.deleted and not s.from_elsewhere]
    assert not dropped, "nobody deleted anything of ours"
    assert not world.state.subjects
