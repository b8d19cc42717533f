"""Puts the app with its windows together: the icon first, everything else once it is visible."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap.garbage import collect_from_now_on, collect_once, no_collection_yet
from app.bootstrap.headless import Execute
from app.bootstrap.plain_imports import imports_left_alone
from app.bootstrap.signals import quitting_on_signals
from app.bootstrap.store import LOCK_WAIT_SECONDS, build_desk, folders_of
from app.core.messages import Message, ProcessStarted, SettingsChanged
from app.core.model import Account
from app.ports.settings import (
    ACCOUNT_DEFAULT,
    HOTKEYS_PANEL,
    HOTKEYS_TOGGLE,
    PRESENCE_IDLE_AFTER_SECONDS,
    UI_TRAY_INK,
)
from app.words import _

if TYPE_CHECKING:
    from app.adapters.hotkey_sources import HotkeyChoice
    from app.adapters.idle_sources import IdleChoice
    from app.bootstrap.catalogue import Catalogue
    from app.ports.secrets import Secrets
    from app.runtime.desk import Desk
    from app.ui.hotkey_watch import HotkeyWatch
    from app.ui.presence_watch import PresenceWatch
    from app.ui.questions import Questions
    from app.ui.shell import Shell
    from app.ui.source_watch import SourceWatch
    from app.ui.windows import Windows

log = logging.getLogger(__name__)


class NoDisplay(Exception):
    """There is no screen to show windows on; the text is for people."""


def run_app(
    execute: Execute,
    home: Path | None = None,
    *,
    show_panel: bool = False,
    secrets: Secrets | None = None,
    accounts: Collection[Account] = (),
    default_account: str = "",
    wait_seconds: float = LOCK_WAIT_SECONDS,
) -> int:
    """Run the tray app until it is quit; the exit status.

    `accounts` are added if they are not there, `default_account` is set as such, and `secrets`
    takes the keyring's place, for the demonstration. Raises NoDisplay, and as `open_desk` does.
    """
    no_collection_yet()
    try:
        return _run_app(
            execute,
            home,
            show_panel=show_panel,
            secrets=secrets,
            accounts=accounts,
            default_account=default_account,
            wait_seconds=wait_seconds,
        )
    finally:
        collect_from_now_on()


def _run_app(
    execute: Execute,
    home: Path | None,
    *,
    show_panel: bool,
    secrets: Secrets | None,
    accounts: Collection[Account],
    default_account: str,
    wait_seconds: float,
) -> int:
    with imports_left_alone():
        from PySide6.QtWidgets import QApplication

    _refuse_no_display()
    from app.runtime.desk import core_settings
    from app.runtime.inbox import QtInbox
    from app.ui.clock_times import clock_time
    from app.ui.presenter import Presenter
    from app.ui.shell import Shell

    app = QApplication(["timekept"])
    app.setApplicationName("timekept")
    app.setApplicationDisplayName("Timekept")
    app.setDesktopFileName("timekept")
    app.setQuitOnLastWindowClosed(False)
    inbox = QtInbox()
    desk = build_desk(
        folders_of(home), inbox, wait_seconds=wait_seconds, app_runs=True, secrets=secrets
    )
    if default_account:
        desk.settings.set(ACCOUNT_DEFAULT, default_account)
        inbox.post(SettingsChanged(core_settings(desk.settings)))
    presenter = Presenter(desk.journal, desk.settings, desk.clock, clock_time)
    tone = desk.settings.get(UI_TRAY_INK)
    shell = Shell(inbox.post, desk.state, presenter, desk.journal, desk.clock.now, tone)  # type: ignore[arg-type]  # the setting's choices are the tones
    desktop = Desktop(desk, shell, execute)
    try:
        desktop.begin_later(show_panel=show_panel, accounts=accounts)
        with quitting_on_signals():
            return app.exec()
    finally:
        desktop.close()
        desk.close()


def _refuse_no_display() -> None:
    """Qt would abort the process: say it in words instead."""
    import os
    import sys

    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise NoDisplay(
            _(
                "There is no display to show the tray icon on. Start Timekept inside a desktop, or"
                " without windows, by “timekept run --headless”."
            )
        )


class Desktop:
    """The running app: sensors, questions and windows around one shell and one desk."""

    def __init__(self, desk: Desk, shell: Shell, execute: Execute) -> None:
        self._desk = desk
        self._shell = shell
        self._execute = execute
        self._presence: PresenceWatch | None = None
        self._hotkeys: HotkeyWatch | None = None
        self._questions: Questions | None = None
        self._windows: Windows | None = None
        self._catalogue: Catalogue | None = None
        self._tray_watch: SourceWatch | None = None
        self._closers: list[Callable[[], None]] = []
        self._host_was_missing = False

    def begin_later(self, *, show_panel: bool, accounts: Collection[Account]) -> None:
        """Begin everything but the icon once that had time to be seen."""
        from PySide6.QtCore import QTimer

        from app.ui.tray import AFTER_ICON_MS

        QTimer.singleShot(AFTER_ICON_MS, lambda: self._begin(show_panel, accounts))

    def close(self) -> None:
        """Let go of sockets, sensors and windows."""
        for close in reversed(self._closers):
            close()
        self._closers.clear()

    def _begin(self, show_panel: bool, accounts: Collection[Account]) -> None:
        from app.core.messages import AccountAdded

        collect_once()
        desk = self._desk
        self._open_control()
        desk.loop.subscribe(self._shell.published)
        for account in accounts:
            if account.name not in desk.state().accounts:
                desk.inbox.post(AccountAdded(account))
        desk.inbox.post(ProcessStarted())
        self._watch_tray_host(show_panel)
        self._make_windows()
        self._make_questions()
        self._make_sensors()
        self._keep_up()
        self._shell.show_state()
        self._name_windows()
        collect_from_now_on()

    def _name_windows(self) -> None:
        """Give every window the dial as its icon; painted once the tray has its own."""
        from PySide6.QtWidgets import QApplication

        from app.ui.theme import app_look
        from app.ui.tray_icon import tray_icon

        QApplication.setWindowIcon(tray_icon("running", "", app_look().accent))

    def _keep_up(self) -> None:
        """Look after the store from now on, and say what was found and done at its opening."""
        from PySide6.QtCore import QObject, Signal

        shell, repair = self._shell, self._desk.repair

        class Finder(QObject):
            """Carries what is found from the thread that looks to the windows' thread."""

            found = Signal(str)

        finder = Finder(shell)
        finder.found.connect(lambda sentence: shell.tell(_("The store is damaged."), sentence))
        self._closers.append(self._desk.keep_up(finder.found.emit))
        if repair is not None:
            from app.words.repairs import repair_details, repair_sentence

            more = "\n".join(repair_details(repair))
            shell.tell(_("The store was repaired."), repair_sentence(repair), more)

    def _open_control(self) -> None:
        from PySide6.QtCore import QObject, Signal

        from app.runtime.control import ControlServer, ControlUnavailable

        class Caller(QObject):
            """Carries a call from a command's thread to the windows' thread."""

            came = Signal()

        caller = Caller(self._shell)
        caller.came.connect(self._shell.open_panel_here)
        self._desk.show_panel = caller.came.emit
        self._desk.live = lambda: {**self._sources(), **self._problems()}
        server = ControlServer(self._desk, self._execute)
        try:
            server.open(self._desk.folders.socket_file)
        except ControlUnavailable as unavailable:
            log.warning("%s", unavailable)
            self._shell.say(str(unavailable))
        self._closers.append(server.close)

    # --- the tray's host -------------------------------------------------------------------------

    def _watch_tray_host(self, show_panel: bool) -> None:
        """Without a host the panel is a plain window; a host that comes later gets the icon."""
        from PySide6.QtCore import QTimer

        from app.ports.sensors import SourceUnavailable
        from app.ui.source_watch import SourceWatch
        from app.ui.tray import Tray

        if not Tray.host_present():
            self._shell.open_panel_here()
        elif show_panel:
            # A host takes the icon in a moment after it is shown: then its place is known.
            QTimer.singleShot(300, self._shell.open_panel_here)
        if not Tray.host_present():
            self._shell.say(
                _(
                    "This desktop has no tray: Timekept is this window. Once closed, it comes back"
                    " by {keys} or the command timekept."
                ).format(keys=self._desk.settings.get(HOTKEYS_PANEL))
            )
        try:
            from app.adapters.tray_host_watch import DBusTrayHostWatch

            watch = DBusTrayHostWatch()
            watch.start(self._tray_host_changed)
        except (ImportError, SourceUnavailable) as unavailable:
            log.info("no watch for a tray host: %s", unavailable)
            return
        self._tray_watch = SourceWatch(watch, lambda reason: log.info("tray host: %s", reason))
        self._closers.append(self._tray_watch.stop)

    def _tray_host_changed(self, present: bool) -> None:
        if present and self._host_was_missing:
            self._shell.tray.recreate()
        self._host_was_missing = not present

    # --- windows and questions -------------------------------------------------------------------

    def _make_windows(self) -> None:
        from app.bootstrap.catalogue import Catalogue
        from app.bootstrap.office import DeskOffice
        from app.ui.windows import Windows

        shell = self._shell
        self._catalogue = Catalogue(self._desk)
        office = DeskOffice(self._desk, self.apply_settings, self._sources, self._problems)
        self._windows = Windows(shell, office)
        shell.refreshed.connect(self._windows.refresh)
        shell.refreshed.connect(self._catalogue.refresh)
        shell.searched.connect(lambda text: self._search(text))

    def _search(self, text: str) -> None:
        assert self._catalogue is not None
        self._catalogue.search(text, lambda: self._shell.found_more(text))

    def _make_questions(self) -> None:
        from app.ui.clock_times import clock_time
        from app.ui.questions import Questions

        shell = self._shell
        desk = self._desk
        self._questions = Questions(self._post, desk.state, desk.clock.now, clock_time)
        shell.refreshed.connect(self._questions.refresh)
        shell.questions_asked.connect(self._questions.ask_again)

    # --- sensors ---------------------------------------------------------------------------------

    def _make_sensors(self) -> None:
        from app.ui.hotkey_watch import HotkeyWatch
        from app.ui.presence_watch import PresenceWatch

        self._presence = PresenceWatch(_choose_idle, self._post, self._desk.clock.now)
        self._hotkeys = HotkeyWatch(_choose_hotkeys)
        self._hotkeys.pressed.connect(self._pressed)
        self._closers += [self._presence.stop, self._hotkeys.stop]
        self.apply_settings()
        for problem in self._problems().values():
            self._shell.say(problem)

    def _sources(self) -> dict[str, str]:
        return {
            "presence": "" if self._presence is None else self._presence.name,
            "hotkeys": "" if self._hotkeys is None else self._hotkeys.name,
        }

    def _problems(self) -> dict[str, str]:
        problems = {} if self._hotkeys is None else self._hotkeys.problems
        return {f"hotkeys.{action}": sentence for action, sentence in problems.items()}

    def apply_settings(self) -> None:
        """Make sensors and icon follow the settings."""
        settings = self._desk.settings
        if self._presence is not None:
            self._presence.start(settings.get(PRESENCE_IDLE_AFTER_SECONDS))
        if self._hotkeys is not None:
            self._hotkeys.bind(
                {"toggle": settings.get(HOTKEYS_TOGGLE), "panel": settings.get(HOTKEYS_PANEL)}
            )
        self._shell.tray.set_tone(settings.get(UI_TRAY_INK))  # type: ignore[arg-type]  # as above

    def _pressed(self, action: str) -> None:
        if action == "toggle":
            self._shell.toggle()
        else:
            self._shell.open_panel_here()

    def _post(self, message: Message) -> None:
        self._desk.inbox.post(message)


def _choose_idle(
    idle_after_seconds: int,
    on_idle: Callable[[int], None],
    on_return: Callable[[int], None],
    without: Collection[str],
) -> IdleChoice:
    from app.adapters.idle_sources import choose_idle_source

    return choose_idle_source(idle_after_seconds, on_idle, on_return, without=without)


def _choose_hotkeys() -> HotkeyChoice:
    from app.adapters.hotkey_sources import choose_hotkeys

    return choose_hotkeys()
