"""From a click to durable on disk, beside a bare SQLite commit of one row in the same mode."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from Xlib import XK, X, display
from Xlib.ext import xtest

from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import open_journal
from app.adapters.system_clock import SystemClock
from app.core.beginning import initial
from app.core.messages import AccountAdded, Message, ProcessStarted, StartAsked, ToggleAsked
from app.core.model import Account
from app.core.remote import WorkItem
from app.providers.kinds import KINDS
from app.runtime.loop import Loop
from tests.benchmarks.app_process import end, home, with_home
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.footprint import say, shown_app

COMMIT_BOUND = 3.0

# What `hotkeys.toggle` is where nothing else is set.
_TOGGLE_KEYS = ("Control_L", "Alt_L", "s")
_KEY_WITHIN_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.0001
_HELD_SECONDS = 0.1


class _ClockAhead(SystemClock):
    """The system's clock, set ahead a minute for each message: nobody clicks twice in a second."""

    ahead_for = timedelta()

    def now(self) -> datetime:
        """The moment, so far ahead."""
        return super().now() + self.ahead_for


def measure(rounds: int) -> list[Figure]:
    """Handle messages on a real store on disk, in turns with bare commits beside it."""
    toggle: list[float] = []
    switch: list[float] = []
    bare: list[float] = []
    clock = _ClockAhead()
    kind = KINDS["local"]
    account = Account(kind.name, kind.name, capabilities=kind.capabilities)
    with (
        home() as folder,
        closing(open_journal(folder)) as journal,
        closing(bare_store(folder / "bare.sqlite3")) as connection,
    ):
        loop = Loop(journal, clock, initial(accounts=()), lambda effect: None)

        def handle(message: Message) -> float:
            clock.ahead_for += timedelta(minutes=1)
            return _microseconds(lambda: loop.handle(message))

        def commit(number: int) -> float:
            return _microseconds(lambda: commit_bare(connection, number))

        handle(AccountAdded(account))
        handle(ProcessStarted())
        handle(StartAsked(account.name, item=WorkItem("0", "Work item"), comment="first"))
        for number in range(rounds):
            item = WorkItem(f"{number % 50}", f"Work item {number % 50}")
            toggle.append(handle(ToggleAsked()))
            bare.append(commit(2 * number))
            switch.append(handle(StartAsked(account.name, item=item, comment=f"number {number}")))
            bare.append(commit(2 * number + 1))
            if number % 2:
                # So that a toggle continues as often as it stops.
                handle(ToggleAsked())
    return [
        compared("toggle to durable", toggle, bare, "µs", COMMIT_BOUND),
        compared("start or switch to durable", switch, bare, "µs", COMMIT_BOUND),
    ]


def measure_key_press(environment: Mapping[str, str], rounds: int) -> list[Figure]:
    """Press the real hotkey of the running app, and see when its row is on disk."""
    pressed: list[float] = []
    with home() as folder:
        at_home = with_home(environment, folder)
        app = shown_app(at_home)
        try:
            say(at_home, "start", "--comment", "by key")
            screen = display.Display(environment["DISPLAY"])
            codes = [screen.keysym_to_keycode(XK.string_to_keysym(key)) for key in _TOGGLE_KEYS]
            with closing(screen), closing(sqlite3.connect(folder / DATABASE_NAME)) as reader:
                for _number in range(rounds):
                    # Two tracks of the same second would be one.
                    time.sleep(1.1)
                    pressed.append(_key_press(screen, codes, reader))
        finally:
            end(app)
    note = f"{len(pressed)} presses; information"
    pressed.sort()
    return [Figure("key press to row on disk", pressed[len(pressed) // 2], "µs", note=note)]


def _key_press(screen: display.Display, codes: list[int], reader: sqlite3.Connection) -> float:
    before = _version(reader)
    for code in codes[:-1]:
        xtest.fake_input(screen, X.KeyPress, code)
    screen.sync()
    # As a hand does. The server announces another keyboard with its first key, and whoever grabs
    # keys grabs anew then.
    time.sleep(_HELD_SECONDS)
    give_up = time.perf_counter() + _KEY_WITHIN_SECONDS
    began = time.perf_counter()
    xtest.fake_input(screen, X.KeyPress, codes[-1])
    screen.flush()
    try:
        while _version(reader) == before:
            if time.perf_counter() > give_up:
                raise RuntimeError("the hotkey did nothing")
            time.sleep(_LOOK_EVERY_SECONDS)
        return 1e6 * (time.perf_counter() - began)
    finally:
        for code in reversed(codes):
            xtest.fake_input(screen, X.KeyRelease, code)
        screen.sync()


def _version(reader: sqlite3.Connection) -> int:
    """A number that another process's commit changes."""
    number: int = reader.execute("PRAGMA data_version").fetchone()[0]
    return number


def bare_store(path: Path) -> sqlite3.Connection:
    """A store as durable as ours, with nothing in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, words TEXT)")
    return connection


def commit_bare(connection: sqlite3.Connection, number: int) -> None:
    """One row, durable when this returns."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO thing VALUES (?, ?)", (number, "what was done"))
    connection.execute("COMMIT")


def _microseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1e6 * (time.perf_counter() - began)
