"""Notifications against a server that keeps what it was told, and against a real one."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.adapters.notifications import DesktopNotifier
from app.ports.sensors import Button, SourceUnavailable
from tests.adapters.conftest import Until, XServer
from tests.adapters.notification_server import NotificationServer

Told = list[tuple[str, ...]]
KEEP = Button("keep", "Keep")


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def notifier(told: Told) -> Iterator[DesktopNotifier]:
    made = DesktopNotifier()
    yield made
    made.stop()


def start(notifier: DesktopNotifier, told: Told) -> None:
    notifier.start(
        lambda key, button: told.append(("chosen", key, button)),
        lambda key: told.append(("closed", key)),
        lambda key, why: told.append(("failed", key, why)),
    )


@pytest.fixture
def serve(session_bus: str) -> Iterator[Callable[..., NotificationServer]]:
    servers: list[NotificationServer] = []

    def begin(*capabilities: str, refusing: bool = False) -> NotificationServer:
        servers.append(NotificationServer(capabilities, refusing=refusing))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


def test_a_notification_is_shown_with_its_buttons(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("actions", "body", "body-markup")
    start(notifier, told)
    assert notifier.has_buttons() is None
    notifier.notify("check", "Were you away?", "<b>A & B</b>", [KEEP], lasting=True)
    until(lambda: server.notified, notifier)
    name, replaces, icon, title, body, actions, hints, expires = server.notified[0]
    assert (name, replaces, icon, title) == ("Timekept", 0, "timekept", "Were you away?")
    assert body == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert actions == ["default", "", "keep", "Keep"]
    assert hints["urgency"] == ("y", 2)
    assert expires == 0
    assert notifier.has_buttons() is True


def test_where_bodies_are_plain_nothing_is_escaped_and_no_buttons_are_sent(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("body")
    start(notifier, told)
    notifier.notify("check", "t", "A & B", [KEEP])
    until(lambda: server.notified, notifier)
    assert server.notified[0][4:6] == ("A & B", [])
    assert notifier.has_buttons() is False


def test_a_choice_and_a_closing_come_back_by_key(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("actions")
    start(notifier, told)
    notifier.notify("one", "1", "", [KEEP])
    notifier.notify("two", "2", "", [KEEP])
    until(lambda: len(server.notified) == 2 and notifier._shown["two"].number, notifier)
    numbers = {key: shown.number for key, shown in notifier._shown.items()}
    server.emit("ActionInvoked", "us", (17, "keep"))
    server.emit("ActionInvoked", "us", (numbers["two"], "keep"))
    server.emit("ActionInvoked", "us", (numbers["one"], "default"))
    server.emit("NotificationClosed", "uu", (numbers["one"], 2))
    server.emit("ActionInvoked", "us", (numbers["one"], "keep"))
    server.emit("NotificationClosed", "uu", (numbers["two"], 2))
    until(lambda: len(told) == 4, notifier)
    assert told == [
        ("chosen", "two", "keep"),
        ("chosen", "one", ""),
        ("closed", "one"),
        ("closed", "two"),
    ]


def test_the_same_key_replaces_and_withdrawing_closes(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("actions")
    start(notifier, told)
    notifier.notify("one", "1", "")
    until(lambda: notifier._shown["one"].number, notifier)
    number = notifier._shown["one"].number
    notifier.notify("one", "2", "")
    until(lambda: len(server.notified) == 2, notifier)
    assert server.notified[1][1] == number
    notifier.withdraw("one")
    notifier.withdraw("never there")
    until(lambda: told, notifier)
    assert told == [("closed", "one")]
    assert server.closed == [number]


def test_what_is_withdrawn_on_its_way_does_not_stay(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("actions")
    start(notifier, told)
    notifier.notify("one", "1", "")
    notifier.withdraw("one")
    notifier.notify("two", "2", "")
    until(lambda: server.notified, notifier)
    assert [call[3] for call in server.notified] == ["2"]
    assert set(notifier._shown) == {"two"}
    # Sent, and not numbered yet: the number is closed when it comes.
    notifier.notify("three", "3", "")
    until(lambda: notifier._shown["three"].sent, notifier)
    notifier.withdraw("three")
    until(lambda: ("closed", "three") in told, notifier)
    assert len(server.closed) == 1


def test_nothing_of_others_wakes_us_while_nothing_is_shown(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    server = serve("actions")
    start(notifier, told)
    until(lambda: notifier.has_buttons() is not None, notifier)

    def hears_others() -> bool:
        server.emit("NotificationClosed", "uu", (17, 2))
        descriptor = notifier.fileno()
        assert descriptor is not None
        heard = bool(select.select([descriptor], [], [], 0.3)[0])
        notifier.dispatch()
        return heard

    assert not hears_others()
    notifier.notify("one", "1", "")
    until(lambda: notifier._shown["one"].number, notifier)
    assert hears_others()
    server.emit("NotificationClosed", "uu", (notifier._shown["one"].number, 1))
    until(lambda: told, notifier)
    hears_others()
    assert not hears_others()


def test_a_server_that_refuses_is_told(
    notifier: DesktopNotifier, told: Told, serve: Callable[..., NotificationServer], until: Until
) -> None:
    serve("actions", refusing=True)
    start(notifier, told)
    notifier.notify("one", "1", "")
    until(lambda: told, notifier)
    assert told[0][:2] == ("failed", "one")


def test_a_desktop_without_a_server_is_told(
    notifier: DesktopNotifier, told: Told, session_bus: str, until: Until
) -> None:
    start(notifier, told)
    notifier.notify("one", "1", "")
    until(lambda: told, notifier)
    assert told == [("failed", "one", "No notification service answered on this desktop.")]


@pytest.mark.parametrize("address", ["", "unix:path=/nonexistent/bus", "nonsense"])
def test_without_a_bus_it_is_unavailable(
    notifier: DesktopNotifier, told: Told, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    with pytest.raises(SourceUnavailable, match="session bus"):
        start(notifier, told)
    assert notifier.fileno() is None
    notifier.notify("one", "1", "")
    assert told[0][0] == "failed"


def test_a_bus_that_dies_is_told(
    notifier: DesktopNotifier,
    told: Told,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", process.stdout.readline().strip())
    start(notifier, told)
    process.kill()
    process.wait(timeout=10)
    process.stdout.close()
    with pytest.raises(SourceUnavailable, match="lost"):
        until(lambda: False, notifier)
    assert notifier.fileno() is None


def test_a_real_server_shows_it_and_tells_the_button(
    notifier: DesktopNotifier,
    told: Told,
    session_bus: str,
    x_display: XServer,
    until: Until,
    tmp_path: Path,
) -> None:
    chooser = tmp_path / "chooser"
    chooser.write_text("#!/bin/sh\ngrep Keep\n")
    chooser.chmod(0o700)
    config = tmp_path / "dunstrc"
    config.write_text(f"[global]\ndmenu = {chooser}\nmouse_left_click = context\n")
    dunst = subprocess.Popen(
        ["dunst", "-conf", str(config)],
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        from tests.desktop import bus_name_has_owner

        until(lambda: bus_name_has_owner(session_bus, "org.freedesktop.Notifications"))
        start(notifier, told)
        notifier.notify("check", "Were you away?", "12 min & more", [KEEP], lasting=True)
        until(lambda: told or notifier._shown["check"].number, notifier)
        assert told == []
        window = x_display.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "Dunst")
        x_display.do("mousemove", "--window", window.split()[0], "20", "10", "click", "1")
        until(lambda: told, notifier)
        assert told[0] == ("chosen", "check", "keep")
        notifier.withdraw("check")
        until(lambda: ("closed", "check") in told, notifier)
    finally:
        dunst.terminate()
        dunst.wait(timeout=10)
