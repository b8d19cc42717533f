"""Which idle readings can be true, and what they mean across suspend."""

from __future__ import annotations

import pytest

from app.adapters.idle_readings import IdleReadings, IdleWatch
from app.adapters.idle_sources import choose_idle_source
from app.adapters.idle_xsync import XSyncIdle
from app.ports.sensors import IdleSource, SourceUnavailable
from tests.adapters.conftest import Until, XServer

WRAP = 2**32 / 1000


def test_true_readings_pass() -> None:
    readings = IdleReadings()
    assert readings.take(5.0, at=100.0) == 5.0
    assert readings.take(15.0, at=110.0) == 15.0
    assert readings.take(0.5, at=120.0) == 0.5
    assert readings.take(0.0, at=120.1) == 0.0


@pytest.mark.parametrize("seconds", [-0.001, 400 * 86_400.0, float("nan")])
def test_a_reading_that_cannot_be_is_an_error(seconds: float) -> None:
    with pytest.raises(SourceUnavailable, match="last input"):
        IdleReadings().take(seconds, at=1.0)


def test_idle_time_that_outruns_time_is_an_error() -> None:
    readings = IdleReadings()
    readings.take(1.0, at=100.0)
    with pytest.raises(SourceUnavailable, match="faster"):
        readings.take(60.0, at=110.0)


def test_idle_time_that_goes_back_without_input_is_an_error() -> None:
    readings = IdleReadings()
    readings.take(100.0, at=1000.0)
    # The earlier look saw no input since 900; this one would put input at 950.
    with pytest.raises(SourceUnavailable, match="back"):
        readings.take(60.0, at=1010.0)


def test_a_slow_look_is_given_its_slowness() -> None:
    readings = IdleReadings()
    readings.take(100.0, at=1000.0)
    assert readings.take(60.0, at=1010.0, took_seconds=60.0) == 60.0


def test_a_counter_of_32_bits_begins_again() -> None:
    readings = IdleReadings(WRAP)
    readings.take(WRAP - 10, at=5_000_000.0)
    assert readings.take(20.0, at=5_000_030.0) == pytest.approx(WRAP + 20)
    assert readings.take(50.0, at=5_000_060.0) == pytest.approx(WRAP + 50)
    # Input at last: a small reading that continues nothing.
    assert readings.take(0.2, at=5_000_090.0) == 0.2


class Clocks:
    """A clock that stands still during suspend, and one that does not."""

    def __init__(self) -> None:
        self.awake = 1000.0
        self.slept = 0.0

    def monotonic(self) -> float:
        return self.awake

    def boot(self) -> float:
        return self.awake + self.slept


def watched(clocks: Clocks, idle_after: int = 300) -> tuple[IdleWatch, list[tuple[str, int]]]:
    told: list[tuple[str, int]] = []
    watch = IdleWatch(
        idle_after,
        lambda seconds: told.append(("idle", seconds)),
        lambda seconds: told.append(("return", seconds)),
        clocks.monotonic,
        clocks.boot,
    )
    return watch, told


def test_an_absence_lasts_from_the_last_input_to_the_returning_one() -> None:
    clocks = Clocks()
    watch, told = watched(clocks)
    watch.see(0.0)
    assert watch.next_look_seconds(0.0) == 300
    clocks.awake += 300
    watch.see(300.0)
    assert told == [("idle", 300)]
    assert watch.next_look_seconds(300.0) == 1
    clocks.awake += 100
    watch.see(0.4)
    assert told[1:] == [("return", 399)]
    watch.see(0.4)
    assert len(told) == 2


def test_a_newer_reading_of_the_same_input_never_misses_the_threshold() -> None:
    clocks = Clocks()
    watch, told = watched(clocks)
    watch.see(0.0)
    clocks.awake += 299.998
    watch.see(300.0)
    assert told == [("idle", 300)]


def test_suspend_counts_as_absence_and_not_as_return() -> None:
    clocks = Clocks()
    watch, told = watched(clocks)
    watch.see(10.0)
    clocks.slept += 8 * 3600
    clocks.awake += 5
    watch.see(15.0)
    assert told == [("idle", 8 * 3600 + 15)]
    clocks.slept += 3600
    clocks.awake += 5
    watch.see(20.0)
    assert len(told) == 1
    clocks.awake += 1
    watch.see(0.0)
    assert told[1:] == [("return", 9 * 3600 + 21)]


def test_a_reading_that_waited_counts_from_when_it_was_made() -> None:
    clocks = Clocks()
    watch, told = watched(clocks)
    watch.see(0.0)
    clocks.awake += 340
    watch.see(300.0, ago_seconds=40.0)
    watch.see(0.0, ago_seconds=10.0)
    assert told == [("idle", 300), ("return", 330)]


class Lying:
    """A source that works at first sight and then says what cannot be."""

    name = "lying"
    stopped = False

    def start(self, *_arguments: object) -> None:
        raise SourceUnavailable("It lies.")

    def seconds_idle(self) -> float:
        return 0.0

    def fileno(self) -> int | None:
        return None

    def dispatch(self) -> None:
        """Nothing comes."""

    def next_look_seconds(self) -> float | None:
        return None

    def stop(self) -> None:
        self.stopped = True


def test_the_first_source_that_works_is_chosen_and_the_others_reasons_kept() -> None:
    lying, good = Lying(), Lying()
    good.start = lambda *_arguments: None  # type: ignore[method-assign]

    def missing() -> IdleSource:
        raise SourceUnavailable("It is not here.")

    choice = choose_idle_source(
        300,
        lambda _seconds: None,
        lambda _seconds: None,
        candidates=[
            ("skipped", missing),
            ("missing", missing),
            ("lying", lambda: lying),
            ("good", lambda: good),
            ("never", missing),
        ],
        without=["skipped"],
    )
    assert choice.source is good
    assert lying.stopped
    assert [(tried.name, tried.reason) for tried in choice.tried] == [
        ("missing", "It is not here."),
        ("lying", "It lies."),
        ("good", ""),
    ]


def test_on_x11_the_alarms_are_chosen(x_display: XServer, until: Until) -> None:
    told: list[int] = []
    choice = choose_idle_source(1, told.append, lambda _seconds: None)
    assert isinstance(choice.source, XSyncIdle)
    until(lambda: told, choice.source)
    choice.source.stop()


def test_without_a_display_every_source_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    choice = choose_idle_source(300, lambda _seconds: None, lambda _seconds: None)
    assert choice.source is None
    assert [tried.name for tried in choice.tried] == ["xsync", "xscreensaver", "pynput"]
    assert all("display" in tried.reason for tried in choice.tried)
