"""The limits of a server are kept to before it says so, whoever asks, and nobody waits for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.remote import CallLimit, Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.providers.throttle import (
    LONGEST_WAIT_SECONDS,
    Gate,
    Gates,
    read_limits,
)
from tests.fakes.providers.hand_clock import HandClock

SECOND, MINUTE = CallLimit(10, 1), CallLimit(100, 60)
BOTH = (SECOND, MINUTE)


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


def gate(hand: HandClock, limits: tuple[CallLimit, ...] = BOTH) -> Gate:
    made = Gate("acme.example", hand.seconds, hand.pause)
    made.know(limits)
    return made


def call(
    way: Gate,
    *,
    limits: tuple[CallLimit, ...] = BOTH,
    ahead: int = 0,
    polite: bool = False,
) -> None:
    way.enter(limits, ahead, polite=polite)
    way.leave()


def trouble_of(ask: Callable[[], object]) -> Trouble:
    with pytest.raises(ProviderError) as caught:
        ask()
    return caught.value.trouble


def use_up(way: Gate, hand: HandClock, left: int = 0) -> None:
    """Use the minute's calls, but so many, at the fastest that is allowed."""
    for _ in range(100 - left):
        call(way)
    assert hand.now < 30


def test_a_short_wait_is_waited_for(hand: HandClock) -> None:
    way = gate(hand)
    for _ in range(10):
        call(way)
    assert hand.pauses == []
    call(way)
    assert hand.pauses == [1.0]
    assert max(hand.pauses) <= LONGEST_WAIT_SECONDS


def test_a_long_wait_is_said_and_nothing_is_sent(hand: HandClock) -> None:
    way = gate(hand)
    use_up(way, hand)
    hand.now += 5
    waited = list(hand.pauses)
    trouble = trouble_of(lambda: call(way))
    assert hand.pauses == waited
    assert (trouble.kind, trouble.limit) == (TroubleKind.THROTTLED, MINUTE)
    assert trouble.words == "acme.example takes 100 requests a minute."
    # The first ten went at 0; they count for a minute.
    assert trouble.retry_after_seconds == 60 - int(hand.now)
    hand.now += trouble.retry_after_seconds
    call(way)


def test_a_look_begins_only_when_its_write_fits_too(hand: HandClock) -> None:
    way = gate(hand)
    use_up(way, hand, left=2)
    hand.now += 5
    trouble = trouble_of(lambda: call(way, ahead=2))
    assert trouble.kind is TroubleKind.THROTTLED
    call(way, ahead=1)
    call(way)


def test_after_the_wait_all_of_a_turn_fits(hand: HandClock) -> None:
    way = gate(hand)
    use_up(way, hand)
    hand.now += 5
    wait = trouble_of(lambda: call(way, ahead=2)).retry_after_seconds
    assert wait is not None
    hand.now += wait
    for ahead in (2, 1, 0):
        call(way, ahead=ahead)


def test_who_searches_leaves_room_for_who_tells(hand: HandClock) -> None:
    way = gate(hand)
    for _ in range(60):
        call(way, polite=True)
    assert trouble_of(lambda: call(way, polite=True)).limit == MINUTE
    for _ in range(40):
        call(way)
    assert trouble_of(lambda: call(way)).limit == MINUTE


def test_a_pause_of_the_server_holds_all_who_ask_it(hand: HandClock) -> None:
    way = gate(hand)
    way.hold(30)
    way.hold(20)
    for limits in (BOTH, ()):
        trouble = trouble_of(partial(call, way, limits=limits))
        assert trouble.kind is TroubleKind.THROTTLED
        assert (trouble.retry_after_seconds, trouble.limit) == (30, None)
    hand.now += 29.5
    call(way)
    assert hand.pauses == [0.5]


@pytest.mark.parametrize("said, held", [(None, 60), (0, 1), (7, 7)])
def test_a_pause_has_a_length(hand: HandClock, said: int | None, held: int) -> None:
    way = gate(hand)
    way.hold(said)
    hand.now += held - LONGEST_WAIT_SECONDS - 0.25
    assert trouble_of(lambda: call(way)).retry_after_seconds == 2
    hand.now += 0.25
    call(way)


def test_what_was_not_sent_takes_no_place(hand: HandClock) -> None:
    way = gate(hand)
    for _ in range(500):
        way.enter(BOTH)
        way.leave(sent=False)
    assert hand.pauses == []


def test_calls_under_way_have_their_place(hand: HandClock) -> None:
    way = gate(hand)
    for _ in range(10):
        way.enter(BOTH)
    hand.now += 100
    for _ in range(9):
        way.leave()
    hand.pauses.clear()
    call(way)
    assert hand.pauses == [1.0], "it was let in beside ten that the server may have just now"


def test_a_limit_that_somebody_switched_off_is_kept_to_by_the_others(hand: HandClock) -> None:
    way = gate(hand)
    for _ in range(200):
        call(way, limits=())
    assert hand.pauses == []
    assert trouble_of(lambda: call(way)).limit == MINUTE


def test_closing_ends_a_wait() -> None:
    """With a clock that stands still the wait would never end."""
    way = Gate("acme.example", lambda: 5.0)
    way.know(BOTH)
    for _ in range(10):
        call(way)
    closed = threading.Event()
    found: list[Trouble] = []

    def wait() -> None:
        found.append(trouble_of(lambda: way.enter(BOTH, closed=closed.is_set)))

    thread = threading.Thread(target=wait)
    thread.start()
    closed.set()
    way.wake()
    thread.join(30)
    assert [one.kind for one in found] == [TroubleKind.NOT_SENT]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 0.5),  # how long the call takes
            st.floats(0, 1),  # when in it the server has it
            st.sampled_from([0.0, 0.0, 0.0, 0.3, 5.0]),  # the pause before it
        ),
        min_size=30,
        max_size=150,
    )
)
def test_the_server_never_sees_more_than_it_takes(calls: list[tuple[float, float, float]]) -> None:
    limits = (CallLimit(10, 1), CallLimit(25, 8))
    hand = HandClock()
    way = gate(hand, limits)
    seen: list[float] = []
    for takes, at, pause in calls:
        hand.now += pause
        try:
            way.enter(limits)
        except ProviderError as error:
            wait = error.trouble.retry_after_seconds
            assert wait is not None
            hand.now += wait
            way.enter(limits)
        seen.append(hand.now + at * takes)
        hand.now += takes
        way.leave()
    for limit in limits:
        for first, last in zip(seen, seen[limit.calls :], strict=False):
            assert last - first >= limit.seconds - 1e-9


def test_threads_keep_to_one_limit_together() -> None:
    limits = (CallLimit(20, 1),)
    way = Gate("acme.example")
    way.know(limits)
    lock = threading.Lock()
    spans: list[tuple[float, float]] = []
    clock = way.clock

    def ask() -> None:
        for _ in range(8):
            while True:
                try:
                    way.enter(limits)
                except ProviderError:
                    continue
                break
            # Both readings lie inside the place that was taken.
            begun, ended = clock(), clock()
            with lock:
                spans.append((begun, ended))
            way.leave()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    spans.sort()
    assert len(spans) == 48
    for one, other in zip(spans, spans[20:], strict=False):
        assert other[0] - one[1] >= 1.0 - 1e-6
    assert all(one <= other for one, other in pairwise(spans))


def test_accounts_at_one_server_share_its_gate() -> None:
    gates = Gates()
    assert gates.to("Acme.example", None) is gates.to("acme.example", None)
    assert gates.to("acme.example", None) is not gates.to("acme.example", 8443)
    assert gates.to("acme.example", None) is not gates.to("other.example", None)


@pytest.mark.parametrize(
    "text, loopback, limits",
    [
        ("", False, BOTH),
        ("", True, ()),
        ("on", True, BOTH),
        (" ON ", False, BOTH),
        ("off", False, ()),
        ("5/60 50/3600", False, (CallLimit(5, 60), CallLimit(50, 3600))),
        ("5/60,50/3600", True, (CallLimit(5, 60), CallLimit(50, 3600))),
    ],
)
def test_limits_as_an_option(text: str, loopback: bool, limits: tuple[CallLimit, ...]) -> None:
    assert read_limits(text, BOTH, loopback=loopback) == limits


@pytest.mark.parametrize(
    "text", ["fast", "100", "4/60", "0/1", "10/0", "-9/1", "9/1/1", "१०/1", "1e9/1", "9999999/1"]
)
def test_limits_that_are_none(text: str) -> None:
    trouble = trouble_of(lambda: read_limits(text, BOTH, loopback=False))
    assert trouble.kind is TroubleKind.NOT_SENT
    assert "“100/60”" in trouble.words
