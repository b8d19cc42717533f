"""Idle sources against a real X server and real input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.idle_pynput import PynputIdle
from app.adapters.idle_xscreensaver import XScreenSaverIdle
from app.adapters.idle_xsync import XSyncIdle
from app.ports.sensors import IdleSource
from tests.adapters.conftest import Until, XServer

SOURCES: list[Callable[[], IdleSource]] = [XSyncIdle, XScreenSaverIdle, PynputIdle]


@pytest.fixture(params=SOURCES, ids=["xsync", "xscreensaver", "pynput"])
def source(request: pytest.FixtureRequest, x_display: XServer) -> Any:
    x_display.do("mousemove_relative", "1", "1")
    made = request.param()
    yield made
    made.stop()


def test_leaving_and_coming_back_are_each_told_once(
    source: IdleSource, x_display: XServer, until: Until
) -> None:
    told: list[tuple[str, int]] = []
    x_display.do("mousemove_relative", "1", "1")
    source.start(2, lambda s: told.append(("idle", s)), lambda s: told.append(("return", s)))
    until(lambda: told, source)
    assert told == [("idle", 2)]
    left = time.monotonic()
    until(lambda: time.monotonic() > left + 1.2, source)
    assert told == [("idle", 2)]
    x_display.do("key", "a")
    until(lambda: len(told) > 1, source)
    assert told[1][0] == "return"
    assert 3 <= told[1][1] < 20
    until(lambda: len(told) > 2, source)
    assert told[2] == ("idle", 2)


def test_input_before_the_threshold_keeps_the_user_present(
    source: IdleSource, x_display: XServer, until: Until
) -> None:
    told: list[object] = []
    x_display.do("mousemove_relative", "1", "1")
    source.start(3, told.append, told.append)
    for _nudge in range(5):
        began = time.monotonic()
        until(lambda began=began: time.monotonic() > began + 1, source)  # type: ignore[misc]
        x_display.do("mousemove_relative", "1", "1")
    assert told == []
    assert source.seconds_idle() < 3


def test_a_user_who_left_before_the_watch_began_is_away_at_once(
    x_display: XServer, until: Until
) -> None:
    told: list[int] = []
    source = XSyncIdle()
    x_display.do("mousemove_relative", "1", "1")
    until(lambda: source.seconds_idle() > 1.1)
    source.start(1, told.append, lambda _seconds: None)
    assert told == [1]
    source.stop()


def test_the_event_driven_source_wakes_nobody_for_input(x_display: XServer, until: Until) -> None:
    import select

    source = XSyncIdle()
    source.start(60, lambda _s: None, lambda _s: None)
    source.dispatch()
    x_display.do("mousemove_relative", "5", "5", "key", "a", "mousemove_relative", "5", "5")
    descriptor = source.fileno()
    assert descriptor is not None
    assert select.select([descriptor], [], [], 0.3)[0] == []
    assert source.next_look_seconds() is None
    source.stop()
    assert source.fileno() is None
