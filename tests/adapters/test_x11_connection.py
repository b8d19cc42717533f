"""What a connection to the X server does when it goes wrong, and that it is quiet about it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from app.adapters.hotkeys_x11 import X11Hotkeys
from app.adapters.idle_xsync import XSyncIdle
from app.adapters.x11_connection import X11Connection
from app.ports.sensors import SourceUnavailable
from tests.adapters.conftest import Until, XServer


@pytest.mark.parametrize("name", [":4321", "no such display", "nowhere.invalid:0", ""])
def test_a_display_that_is_not_there_is_unavailable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(SourceUnavailable, match="X display"):
        X11Connection()


def test_what_xwayland_shows_is_refused(
    x_display: XServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from Xlib.display import Display

    real = Display.list_extensions
    monkeypatch.setattr(Display, "list_extensions", lambda self: [*real(self), "XWAYLAND"])
    with pytest.raises(SourceUnavailable, match="Xwayland"):
        X11Connection()


def test_a_server_that_dies_is_told_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    readable, writable = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writable), "-nolisten", "tcp"],
        pass_fds=[writable],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    with os.fdopen(readable) as told:
        monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
    idle, hotkeys = XSyncIdle(), X11Hotkeys()
    idle.start(60, lambda _seconds: None, lambda _seconds: None)
    hotkeys.bind("toggle", "Ctrl+Alt+S", lambda: None)
    server.kill()
    server.wait(timeout=10)
    for source in (idle, hotkeys):
        with pytest.raises(SourceUnavailable, match="lost"):
            until(lambda: False, source)
        with pytest.raises(SourceUnavailable, match="closed"):
            source.dispatch()
        assert source.fileno() is None
        source.stop()
    assert capfd.readouterr() == ("", "")


def test_an_error_that_nobody_waits_for_is_not_printed(
    x_display: XServer, capfd: pytest.CaptureFixture[str]
) -> None:
    connection = X11Connection()
    window = connection.display.create_resource_object("window", 0x12345678)
    with connection.guarded():
        window.map()
        connection.display.sync()
    connection.close()
    connection.close()
    assert capfd.readouterr() == ("", "")


def test_importing_the_adapters_imports_nothing_heavy() -> None:
    names = "idle_sources idle_xsync idle_xscreensaver idle_pynput hotkeys_x11 hotkeys_pynput "
    names += "hotkey_sources notifications tray_host_watch keyring_secrets apscheduler_wakes "
    names += "settings_file folders system_clock"
    heavy = "Xlib pynput jeepney keyring apscheduler tomlkit tomllib platformdirs tzlocal PySide6"
    script = (
        "import sys, importlib\n"
        f"for name in {names.split()!r}: importlib.import_module('app.adapters.' + name)\n"
        f"print(*[name for name in {heavy.split()!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == ""
