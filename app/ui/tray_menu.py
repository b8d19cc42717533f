"""The tray's menu: what waits for the user, the one verb, what may be next, and the windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from app.ui.marks import account_pixmap, mark_pixmap
from app.ui.theme import app_look, dress, px, without_mnemonic
from app.ui.views import LONGEST_MENU_LINE
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.tray import Tray
    from app.ui.views import MenuLine, RecentView, TrayView

ASKS, RECENTS, ALL_RECENTS = 6, 3, 15


def menu_text(words: str) -> str:
    """Return words for a line of the menu: one line, at most 40 characters, no mnemonic."""
    line = " ".join(words.split())
    if len(line) > LONGEST_MENU_LINE:
        line = line[: LONGEST_MENU_LINE - 1].rstrip() + "…"
    return without_mnemonic(line)


class TrayMenu(QMenu):
    """One menu with a fixed set of lines, of which those without words are hidden.

    Nothing is added or removed after it is built, so that an open menu never jumps and a host that
    has fetched the layout only hears of changed words.
    """

    palette_changed = Signal()

    def __init__(self, tray: Tray) -> None:
        super().__init__()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        self._tray = tray
        self._view: TrayView | None = None
        self._next_view: TrayView | None = None
        self._after_closing = QTimer(self)
        self._after_closing.setSingleShot(True)
        self._after_closing.timeout.connect(self._catch_up)
        # It closes before the chosen line is triggered, which must still mean what it said.
        self.aboutToHide.connect(self._after_closing.start)
        self.headline = self._line(lambda: tray.panel_asked.emit(tray.icon.geometry()))
        self.today = self._line(lambda: tray.panel_asked.emit(tray.icon.geometry()))
        self.addSeparator()
        self.asks = [self._line(self._asks_verb(i)) for i in range(ASKS)]
        self._after_asks = self.addSeparator()
        self.primary = self._line(self._primary_verb)
        self.search = self._line(tray.search_asked.emit)
        self.comment = self._line(tray.edit_comment_asked.emit, _("Comment…"))
        self.change_start = self._line(tray.change_start_asked.emit, _("Change the start…"))
        self._before_recents = self.addSeparator()
        self.recents = [self._line(self._recent_verb(i)) for i in range(RECENTS)]
        self.all_recents = QMenu(menu_text(_("All recent items")), self)
        self._all_recents_line = self.addMenu(self.all_recents)
        self.more_recents = [
            self._line(self._recent_verb(i), menu=self.all_recents) for i in range(ALL_RECENTS)
        ]
        self.addSeparator()
        self.open_panel = self._line(self.headline.trigger, _("Open Timekept"))
        self.timesheet = self._line(tray.open_timesheet.emit, _("Timesheet"))
        self.sync = self._line(tray.open_outbox.emit)
        self.settings = self._line(tray.open_settings.emit, _("Settings…"))
        self.quit = self._line(tray.quit_asked.emit, _("Quit"))
        # macOS would move these two into a menu of the application, which we do not have.
        for action in (self.settings, self.quit):
            action.setMenuRole(QAction.MenuRole.NoRole)

    def show_view(self, view: TrayView) -> None:
        """Change words, marks and visibility to those of the view; later, while it is open.

        What is being read stays as it is: a line must not change under the pointer.
        """
        if self.isVisible():
            self._next_view = view
            return
        self._next_view = None
        self._view = view
        self._say(self.headline, view.headline)
        self._say(self.today, view.today)
        for index, action in enumerate(self.asks):
            self._say_line(action, view.asks[index] if index < len(view.asks) else None)
        self._after_asks.setVisible(bool(view.asks))
        self._say_line(self.primary, view.primary)
        self._say(self.search, _("Search…") if view.can_edit_track else _("Start…"))
        self.comment.setVisible(view.can_edit_track)
        self.change_start.setVisible(view.can_edit_track)
        self._before_recents.setVisible(bool(view.recents))
        for actions in (self.recents, self.more_recents):
            for index, action in enumerate(actions):
                self._say_recent(action, view.recents[index] if index < len(view.recents) else None)
        self._all_recents_line.setVisible(len(view.recents) > RECENTS)
        self._hint(self.open_panel, view.panel_hint)
        self._say(self.sync, view.sync_line)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Tint the marks anew when the palette changes, and tell the tray."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._view is not None:
            self._tint()
            self.palette_changed.emit()

    def _catch_up(self) -> None:
        if self._next_view is not None:
            self.show_view(self._next_view)

    def _line(
        self, pressed: Callable[[], object], words: str = "", menu: QMenu | None = None
    ) -> QAction:
        action = QAction(menu_text(words), self)
        action.triggered.connect(lambda _checked=False: pressed())
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        (menu or self).addAction(action)
        return action

    def _say(self, action: QAction, words: str) -> None:
        text = menu_text(words)
        if action.text() != text:
            action.setText(text)
        action.setVisible(bool(text))

    def _say_line(self, action: QAction, line: MenuLine | None) -> None:
        self._say(action, line.text if line else "")
        self._hint(action, line.hint if line else "")

    def _say_recent(self, action: QAction, recent: RecentView | None) -> None:
        if recent is None:
            self._say(action, "")
        else:
            self._say(action, f"{recent.label}  {recent.title}" if recent.label else recent.title)

    def _hint(self, action: QAction, keys: str) -> None:
        sequence = QKeySequence(keys)
        if action.shortcut() != sequence:
            action.setShortcut(sequence)

    def _tint(self) -> None:
        """Draw the marks in the colours of the palette."""
        view = self._view
        if view is None:
            return
        look, side, ratio = app_look(), px(16), self.devicePixelRatioF()

        def marked(action: QAction, name: str) -> None:
            tone = look.warning if name in ("held", "conflict") else look.text
            action.setIcon(QIcon(mark_pixmap(name, side, tone, ratio)) if name else QIcon())

        marked(self.headline, "dial" if view.shape in ("running",) else "dial-stopped")
        for action, line in zip(self.asks, view.asks, strict=False):
            marked(action, line.mark)
        if view.primary is not None:
            marked(
                self.primary, view.primary.mark or view.primary.verb.replace("continue", "start")
            )
        marked(self.sync, view.sync_mark)
        for actions in (self.recents, self.more_recents):
            for action, recent in zip(actions, view.recents, strict=False):
                index = recent.account_index
                action.setIcon(QIcon(account_pixmap(index, side, look.account(index), ratio)))

    def _asks_verb(self, index: int) -> Callable[[], None]:
        def pressed() -> None:
            if self._view is not None and index < len(self._view.asks):
                self._perform(self._view.asks[index])

        return pressed

    def _recent_verb(self, index: int) -> Callable[[], None]:
        def pressed() -> None:
            if self._view is not None and index < len(self._view.recents):
                recent = self._view.recents[index]
                self._tray.start_asked.emit(recent.item_key, recent.account, recent.comment)

        return pressed

    def _primary_verb(self) -> None:
        if self._view is not None and self._view.primary is not None:
            self._perform(self._view.primary)

    def _perform(self, line: MenuLine) -> None:
        tray = self._tray
        if line.verb == "sign-in":
            tray.sign_in_asked.emit(line.account)
        elif line.verb == "check":
            tray.check_asked.emit()
        elif line.verb == "outbox" and line.subject:
            tray.open_operation.emit(line.subject)
        elif line.verb == "outbox":
            tray.open_outbox.emit()
        elif line.verb == "stop":
            tray.stop_asked.emit()
        else:
            tray.continue_asked.emit()
