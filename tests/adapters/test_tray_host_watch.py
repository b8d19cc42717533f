"""The watch for tray hosts against a real bus on which a host comes and goes."""

from __future__ import annotations

import select
from collections.abc import Iterator

import pytest
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from app.adapters.tray_host_watch import DBusTrayHostWatch
from app.ports.sensors import SourceUnavailable
from tests.adapters.conftest import Until

WATCHER = "org.kde.StatusNotifierWatcher"


@pytest.fixture
def watch(session_bus: str) -> Iterator[DBusTrayHostWatch]:
    made = DBusTrayHostWatch()
    yield made
    made.stop()


def test_a_host_that_comes_and_goes_is_told(watch: DBusTrayHostWatch, until: Until) -> None:
    told: list[bool] = []
    assert watch.present() is None
    watch.start(told.append)
    until(lambda: told, watch)
    assert told == [False]
    with open_dbus_connection() as host:
        host.send_and_get_reply(message_bus.RequestName(WATCHER))
        until(lambda: len(told) == 2, watch)
        assert watch.present() is True
    until(lambda: len(told) == 3, watch)
    assert told == [False, True, False]


def test_a_host_that_is_there_already_is_told(watch: DBusTrayHostWatch, until: Until) -> None:
    told: list[bool] = []
    with open_dbus_connection() as host:
        host.send_and_get_reply(message_bus.RequestName(WATCHER))
        watch.start(told.append)
        until(lambda: told, watch)
        assert told == [True]
        watch.stop()
        watch.stop()
        assert watch.fileno() is None


def test_other_names_wake_nobody(watch: DBusTrayHostWatch, until: Until) -> None:
    told: list[bool] = []
    watch.start(told.append)
    until(lambda: told, watch)
    with open_dbus_connection() as other:
        other.send_and_get_reply(message_bus.RequestName("org.example.Other"))
    descriptor = watch.fileno()
    assert descriptor is not None
    assert select.select([descriptor], [], [], 0.3)[0] == []


def test_without_a_bus_it_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    with pytest.raises(SourceUnavailable, match="session bus"):
        DBusTrayHostWatch().start(lambda _present: None)
