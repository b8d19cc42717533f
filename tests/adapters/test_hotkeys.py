"""Global hotkeys against a real X server and real key presses."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import pytest
from Xlib.error import ConnectionClosedError

from app.adapters.hotkey_sources import choose_hotkeys
from app.adapters.hotkeys_pynput import PynputHotkeys
from app.adapters.hotkeys_x11 import X11Hotkeys
from app.adapters.idle_pynput import end_listener
from app.ports.sensors import Hotkeys, HotkeyTaken, HotkeyUnreadable, SourceUnavailable
from tests.adapters.conftest import Until, XServer

SOURCES: list[Callable[[], Hotkeys]] = [X11Hotkeys, PynputHotkeys]


@pytest.fixture
def layout(x_server: XServer) -> Iterator[Callable[..., None]]:
    """Changes the keyboard's layout, and puts it back."""

    def change(*words: str) -> None:
        x_server.run("setxkbmap", *words)

    change("-layout", "us")
    yield change
    change("-layout", "us", "-option", "")


@pytest.fixture(params=SOURCES, ids=["x11", "pynput"])
def hotkeys(request: pytest.FixtureRequest, x_display: XServer, focused: None) -> Iterator[Hotkeys]:
    made = request.param()
    yield made
    made.stop()


@pytest.fixture
def focused(x_display: XServer) -> Iterator[None]:
    """A focused window: without one an X server holds back what listeners record."""
    from Xlib import X
    from Xlib.display import Display

    display = Display(x_display.name)
    window = display.screen().root.create_window(0, 0, 50, 50, 0, X.CopyFromParent)
    window.map()
    display.sync()
    window.set_input_focus(X.RevertToParent, X.CurrentTime)
    display.sync()
    yield
    window.destroy()
    display.close()


def test_a_press_calls_once(hotkeys: Hotkeys, x_display: XServer, until: Until) -> None:
    pressed: list[str] = []
    hotkeys.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append("toggle"))
    hotkeys.bind("panel", "ctrl + shift + F5", lambda: pressed.append("panel"))
    # A listener's thread takes a moment to come up, in which presses are not heard.
    last = 0.0

    def press_until_heard() -> bool:
        nonlocal last
        if time.monotonic() - last > 0.5:
            last = time.monotonic()
            x_display.do("key", "ctrl+alt+s")
        return bool(pressed)

    until(press_until_heard, hotkeys)
    # More than one may have been pressed by then: all of them are through when a later one is.
    x_display.do("key", "ctrl+shift+F5")
    until(lambda: "panel" in pressed, hotkeys)
    pressed.clear()
    x_display.do("key", "ctrl+shift+F5")
    x_display.do("key", "ctrl+alt+s")
    until(lambda: len(pressed) == 2, hotkeys)
    assert pressed == ["panel", "toggle"]
    hotkeys.unbind("panel")
    hotkeys.unbind("panel")
    x_display.do("key", "ctrl+shift+F5")
    x_display.do("key", "ctrl+s")


def test_our_own_hotkeys_do_not_share_a_combination(hotkeys: Hotkeys) -> None:
    hotkeys.bind("toggle", "Ctrl+Alt+S", lambda: None)
    with pytest.raises(HotkeyTaken, match="toggle"):
        hotkeys.bind("panel", "Alt+Ctrl+s", lambda: None)
    hotkeys.bind("toggle", "Ctrl+Alt+S", lambda: None)


@pytest.fixture
def grabbed(x_display: XServer) -> Iterator[X11Hotkeys]:
    made = X11Hotkeys()
    yield made
    made.stop()


def test_the_lock_keys_do_not_matter(grabbed: X11Hotkeys, x_display: XServer, until: Until) -> None:
    pressed: list[int] = []
    grabbed.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append(1))
    for lock in ("Caps_Lock", "Num_Lock"):
        x_display.do("key", lock)
        before = len(pressed)
        x_display.do("key", "ctrl+alt+s")
        until(lambda before=before: len(pressed) > before, grabbed)  # type: ignore[misc]
    x_display.do("key", "Caps_Lock")
    x_display.do("key", "ctrl+alt+s")
    until(lambda: len(pressed) == 3, grabbed)
    x_display.do("key", "Num_Lock")


def test_a_key_that_is_held_calls_once(
    grabbed: X11Hotkeys, x_display: XServer, until: Until, focused: None
) -> None:
    pressed: list[int] = []
    grabbed.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append(1))
    x_display.run("xset", "r", "rate", "100", "50")
    x_display.do("keydown", "ctrl", "keydown", "alt", "keydown", "s")
    began = time.monotonic()
    until(lambda: time.monotonic() > began + 1.0, grabbed)
    x_display.do("keyup", "s", "keyup", "alt", "keyup", "ctrl")
    x_display.do("key", "ctrl+alt+s")
    until(lambda: len(pressed) > 1, grabbed)
    assert len(pressed) == 2


def test_a_combination_that_another_program_has_is_told(
    grabbed: X11Hotkeys, x_display: XServer, until: Until, capfd: pytest.CaptureFixture[str]
) -> None:
    pressed: list[str] = []
    other = X11Hotkeys()
    other.bind("other", "Ctrl+Alt+S", lambda: pressed.append("other"))
    grabbed.bind("toggle", "Ctrl+Alt+X", lambda: pressed.append("ours"))
    with pytest.raises(HotkeyTaken, match=r"Ctrl\+Alt\+S") as taken:
        grabbed.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append("wrong"))
    assert taken.value.by == ""
    # What it had before still works.
    x_display.do("key", "ctrl+alt+x")
    until(lambda: pressed == ["ours"], grabbed)
    other.stop()
    grabbed.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append("now"))
    x_display.do("key", "ctrl+alt+s")
    until(lambda: pressed == ["ours", "now"], grabbed)
    free = X11Hotkeys()
    free.bind("free", "Ctrl+Alt+X", lambda: None)
    free.stop()
    assert capfd.readouterr() == ("", "")


def test_another_layout_moves_the_key(
    grabbed: X11Hotkeys, x_display: XServer, until: Until, layout: Callable[..., None]
) -> None:
    pressed: list[int] = []
    grabbed.bind("toggle", "Ctrl+Alt+Z", lambda: pressed.append(1))
    before = grabbed._bound["toggle"].grabs
    layout("-layout", "de")
    until(lambda: grabbed._bound["toggle"].grabs != before, grabbed)
    x_display.do("key", "ctrl+alt+z")
    until(lambda: pressed, grabbed)


@pytest.mark.expected_log("is gone with the new keyboard layout")
def test_a_key_that_a_layout_takes_away_is_told_and_comes_back(
    x_display: XServer, until: Until, layout: Callable[..., None]
) -> None:
    lost: list[tuple[str, str]] = []
    pressed: list[int] = []
    source = X11Hotkeys(on_lost=lambda action, why: lost.append((action, str(why))))
    source.bind("toggle", "Ctrl+Alt+S", lambda: pressed.append(1))
    layout("-layout", "ru")
    until(lambda: lost, source)
    assert lost[0][0] == "toggle"
    assert "keyboard" in lost[0][1]
    with pytest.raises(HotkeyUnreadable, match="keyboard"):
        source.bind("panel", "Ctrl+Alt+Q", lambda: None)
    layout("-layout", "us")
    until(lambda: source._bound["toggle"].grabs, source)
    x_display.do("key", "ctrl+alt+s")
    until(lambda: pressed, source)
    assert len(lost) == 1
    source.stop()


def test_other_keys_wake_nobody(grabbed: X11Hotkeys, x_display: XServer) -> None:
    import select

    grabbed.bind("toggle", "Ctrl+Alt+S", lambda: None)
    x_display.do("key", "a", "key", "ctrl+s", "key", "shift+b")
    descriptor = grabbed.fileno()
    assert descriptor is not None
    assert select.select([descriptor], [], [], 0.3)[0] == []


def test_grabbing_is_chosen_on_x11(x_display: XServer) -> None:
    choice = choose_hotkeys()
    assert isinstance(choice.source, X11Hotkeys)
    choice.source.stop()


def test_without_a_display_the_reasons_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    choice = choose_hotkeys()
    assert choice.source is None
    assert [tried.name for tried in choice.tried] == ["x11", "pynput"]
    assert all(tried.reason for tried in choice.tried)


def test_on_wayland_pynput_is_refused(x_display: XServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(SourceUnavailable, match="Wayland"):
        PynputHotkeys()


def test_a_listener_that_just_ends_by_itself_is_no_trouble(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Ending:
        """What pynput's listener does when its thread was quicker."""

        def stop(self) -> None:
            raise ConnectionClosedError("client")

    with caplog.at_level(logging.INFO):
        end_listener(Ending())
    assert "closed by client" in caplog.text
