"""The app's windows as one: shows each new state, and posts what the user does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType
from PySide6.QtCore import QElapsedTimer, QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.core.decision import Decision
from app.core.messages import (
    AdjustAsked,
    Change,
    Message,
    RedoAsked,
    StartAsked,
    StopAsked,
    SyncAsked,
    ToggleAsked,
    UndoAsked,
)
from app.core.remote import WorkItem
from app.core.state import AppState
from app.ports.journal import Journal, JournalError
from app.ui.presenter import Presenter
from app.ui.tray import Tray
from app.ui.views import NoticeView
from app.words import _

if TYPE_CHECKING:
    from app.ui.panel import Panel, RefusedField
    from app.ui.tray_icon import PanelTone
    from app.ui.views import SearchHit

SHOWN_EVERY_MS = 100
"""While a long queue is told, states follow each other faster than anyone can see."""

Post = Callable[[Message, Callable[[Decision | JournalError], None] | None], None]


class Shell(QObject):
    """Tray and panel over the loop. Everything but the icon is made when it is first needed.

    `post` hands a message to the loop and its outcome back on this thread; `state` gives what is on
    disk. Windows that are opened by others (timesheet, settings, prompts) hang on the signals.
    """

    timesheet_asked = Signal()
    outbox_asked = Signal()
    operation_asked = Signal(str)
    """The outbox, at the operation with that id."""
    settings_asked = Signal()
    sign_in_asked = Signal(str)
    questions_asked = Signal()
    searched = Signal(str)
    """Words that were searched for: whoever can ask the servers may."""
    refreshed = Signal()
    """The state changed and was shown."""

    def __init__(
        self,
        post: Post,
        state: Callable[[], AppState],
        presenter: Presenter,
        journal: Journal,
        now: Callable[[], datetime],
        tone: PanelTone = "follow",
    ) -> None:
        super().__init__()
        self._post = post
        self._state = state
        self._presenter = presenter
        self._journal = journal
        self._now = now
        self._panel: Panel | None = None
        self._searched = ""
        self._more = ""
        self.tray = Tray(presenter.first_tray(state()), tone, self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self.show_state)
        self._shown = QElapsedTimer()
        self._minute = QTimer(self)
        self._minute.setSingleShot(True)
        self._minute.timeout.connect(self._minute_passed)
        self._connect_tray()

    # --- showing ---------------------------------------------------------------------------------

    def published(self, _state: AppState) -> None:
        """A new state is on disk: show it once the loop comes to rest, but not one after the other
        while many come in.
        """
        if not self._refresh.isActive():
            since = self._shown.elapsed() if self._shown.isValid() else SHOWN_EVERY_MS
            self._refresh.start(max(0, SHOWN_EVERY_MS - since))

    def show_state(self) -> None:
        """Show what is on disk now."""
        state = self._state()
        self._shown.start()
        self.tray.show_view(self._presenter.tray(state))
        if self._panel is not None and self._panel.isVisible():
            self._panel.show_view(self._presenter.panel(state))
        self._await_minute()
        self.refreshed.emit()

    def _await_minute(self) -> None:
        """While a track runs tooltip and menu are right to the minute, else to the day."""
        track = self._state().track
        if track is None:
            seconds = (self._presenter.day_ends_at() - self._now()).total_seconds()
        else:
            seconds = 60 - (self._now() - track.meant.started_at).total_seconds() % 60
        self._minute.start(int(max(0.0, seconds) * 1000) + 50)

    def _minute_passed(self) -> None:
        # The menu too: not every host tells when it opens, and then it shows what it was given.
        self.tray.show_view(self._presenter.tray(self._state()))
        self._await_minute()

    # --- the panel -------------------------------------------------------------------------------

    @property
    def panel(self) -> Panel:
        """The panel, made when it is first needed."""
        if self._panel is None:
            self._panel = self._make_panel()
        return self._panel

    def _make_panel(self) -> Panel:
        from app.ui.panel import Panel

        panel = Panel(self._now, self._presenter.zone(), in_tray=Tray.host_present())
        panel.start_asked.connect(self._start_item)
        panel.start_with_comment_asked.connect(self._start_words)
        panel.continue_asked.connect(lambda: self._do(ToggleAsked(), "search"))
        panel.stop_asked.connect(lambda: self._do(StopAsked(), "track"))
        panel.toggle_asked.connect(lambda: self._do(ToggleAsked(), "track"))
        panel.comment_changed.connect(lambda text: self._adjust("comment", comment=text))
        panel.activity_changed.connect(lambda kind: self._adjust("activity", activity=kind))
        panel.start_moved.connect(lambda at: self._adjust("start", started_at=at))
        panel.start_previewed.connect(
            lambda at: panel.show_start_note(self._presenter.start_note(self._state(), at))
        )
        panel.search_asked.connect(self._search)
        panel.edit_asked.connect(self.timesheet_asked)
        panel.undo_asked.connect(lambda: self._do(UndoAsked(), "track"))
        panel.redo_asked.connect(lambda: self._do(RedoAsked(), "track"))
        panel.sync_asked.connect(lambda: self._do(SyncAsked(), "track"))
        panel.check_asked.connect(self.questions_asked)
        panel.sign_in_asked.connect(self.sign_in_asked)
        panel.notice.more_asked.connect(self._show_more)
        panel.notice.news_read.connect(self._news_read)
        panel.open_timesheet.connect(self.timesheet_asked)
        panel.open_outbox.connect(self.outbox_asked)
        panel.notice.operation_asked.connect(self.operation_asked)
        panel.open_settings.connect(self.settings_asked)
        panel.quit_asked.connect(QApplication.quit)
        return panel

    def open_panel(self, icon: QRect | None = None) -> None:
        """Open the panel, near the icon where that is known."""
        panel = self.panel
        panel.show_view(self._presenter.panel(self._state()))
        panel.open_near(icon)

    def _toggle_panel(self, icon: QRect) -> None:
        panel = self.panel
        if not panel.isVisible():
            panel.show_view(self._presenter.panel(self._state()))
        panel.toggle_near(icon)

    def say(self, sentence: str) -> None:
        """Say something where the user is: in the panel when it is open, else beside the tray."""
        if self._panel is not None and self._panel.isVisible():
            self._panel.show_refusal("track", sentence)
        else:
            self.tray.icon.showMessage("Timekept", sentence)

    def tell(self, title: str, text: str, more: str = "") -> None:
        """Say something that has to be read: beside the tray, and in the panel until it was."""
        self._more = more
        self._presenter.news = NoticeView("news", title, text, _("More…") if more else "")
        self.tray.icon.showMessage(title, text)
        self.published(self._state())

    def _show_more(self) -> None:
        news = self._presenter.news
        if news is not None:
            self._presenter.news = NoticeView("news", news.title, self._more)
            self.show_state()

    def _news_read(self) -> None:
        self._presenter.news = None
        self.show_state()

    # --- the tray --------------------------------------------------------------------------------

    def _connect_tray(self) -> None:
        tray = self.tray
        tray.panel_asked.connect(self._toggle_panel)
        tray.toggle_asked.connect(lambda: self._do(ToggleAsked()))
        tray.stop_asked.connect(lambda: self._do(StopAsked()))
        tray.continue_asked.connect(lambda: self._do(ToggleAsked()))
        tray.start_asked.connect(self._start_item)
        tray.search_asked.connect(self.open_panel_here)
        tray.edit_comment_asked.connect(self._edit_comment)
        tray.change_start_asked.connect(self._change_start)
        tray.open_timesheet.connect(self.timesheet_asked)
        tray.open_outbox.connect(self.outbox_asked)
        tray.open_operation.connect(self.operation_asked)
        tray.open_settings.connect(self.settings_asked)
        tray.check_asked.connect(self.questions_asked)
        tray.sign_in_asked.connect(self.sign_in_asked)
        tray.quit_asked.connect(QApplication.quit)

    def open_panel_here(self) -> None:
        """Open the panel where the tray icon is, if that is known."""
        self.open_panel(_known_place(self.tray.icon.geometry()))

    def _edit_comment(self) -> None:
        self.open_panel_here()
        self.panel.edit_comment()

    def _change_start(self) -> None:
        self.open_panel_here()
        self.panel.change_start()

    # --- what the user does ----------------------------------------------------------------------

    def toggle(self) -> None:
        """Stop what runs, or continue: the global hotkey."""
        self._do(ToggleAsked())

    def _start_item(self, item_key: str, account: str, comment: str) -> None:
        item = self.item_of(account, item_key) if item_key else None
        activity = self._activity_of(account, item_key, comment)
        asked = StartAsked(account, item=item, comment=comment, activity=activity)
        self._do(asked, "search")

    def _start_words(self, text: str) -> None:
        self._do(StartAsked(self.default_account(), comment=text), "search")

    def default_account(self) -> str:
        """Where a start goes that names no account."""
        state = self._state()
        chosen = state.settings.default_account
        if chosen in state.accounts:
            return chosen
        remote = [a.name for a in state.accounts.values() if not a.capabilities.kept_here]
        if len(remote) == 1:
            return remote[0]
        return next(iter(state.accounts), "")

    def item_of(self, account: str, item_key: str) -> WorkItem:
        """The work item with its title, where the catalogue or our history knows it."""
        for item in self._journal.work_items(account, item_key, 20):
            if item.id == item_key:
                return item
        for recent in self._journal.search(item_key, 20, account):
            if recent.item is not None and recent.item.id == item_key:
                return recent.item
        return WorkItem(item_key)

    def _activity_of(self, account: str, item_key: str, comment: str) -> str:
        """The kind of work that this was last time: most people go on with the same."""
        for recent in self._journal.search(item_key or comment, 20, account):
            if recent.account != account or recent.comment != comment:
                continue
            if (recent.item.id if recent.item is not None else "") == item_key:
                return recent.activity
        return ""

    def _adjust(
        self,
        field: RefusedField,
        *,
        comment: str | UnsetType = UNSET,
        activity: str | UnsetType = UNSET,
        started_at: datetime | UnsetType = UNSET,
    ) -> None:
        change = Change(comment=comment, activity=activity, started_at=started_at)
        self._do(AdjustAsked(change), field)

    def _search(self, text: str) -> None:
        self._searched = text
        self.panel.show_hits(self._presenter.hits(self._state(), text), text)
        self.searched.emit(text)

    def find_items(self, text: str) -> list[SearchHit]:
        """What history and catalogue have for these words; the servers are asked too."""
        self.searched.emit(text)
        return self._presenter.hits(self._state(), text)

    def found_more(self, text: str) -> None:
        """A server's answer to a search was kept: show it if it is still what is searched for."""
        if self._panel is not None and text == self._searched:
            self._panel.show_hits(self._presenter.hits(self._state(), text), text)

    def _do(self, message: Message, field: RefusedField = "track") -> None:
        self._post(message, lambda outcome: self._answered(outcome, field))

    def _answered(self, outcome: Decision | JournalError, field: RefusedField) -> None:
        from app.words.refusals import refusal_sentence

        if isinstance(outcome, JournalError):
            self.say(str(outcome) or _("Nothing was changed."))
        elif outcome.refusal is not None:
            zone = self._presenter.zone()
            sentence = refusal_sentence(outcome.refusal, zone)
            if self._panel is not None and self._panel.isVisible():
                self._panel.show_refusal(field, sentence)
            else:
                self.tray.icon.showMessage("Timekept", sentence)


def _known_place(icon: QRect) -> QRect | None:
    """Where the icon is. One that no host has taken yet says that it is in the very corner."""
    return icon if icon.isValid() and not icon.topLeft().isNull() else None
