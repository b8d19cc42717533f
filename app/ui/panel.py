"""The mini panel: what runs, a search that starts, recent items, today and the servers' state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.panel_body import PanelBody
from app.ui.panel_count import day_seconds, until_next_minute_ms
from app.ui.panel_finder import Finder
from app.ui.panel_keys import add_keys
from app.ui.panel_notice import PanelNotice
from app.ui.panel_place import place_beside
from app.ui.theme import app_look, dress, px
from app.ui.tray_icon import tray_icon
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo

    from app.ui.views import PanelView, RecentView, SearchHit

RefusedField = Literal["start", "comment", "activity", "search", "track"]
"""Where a refusal is said: in the start editor, below the fields, the search or the button."""

WIDTH, HEIGHT = 360, 472


class Panel(QWidget):
    """The small window near the tray; it shows `PanelView`s and tells what the user did.

    `now` returns the moment, an aware UTC datetime, and `zone` is the one of the clock times (the
    system's when None). The panel counts the running length itself, with one timer to the next
    change of a minute and only while it is visible. `in_tray` False makes it a plain window, for
    desktops without a tray: then Esc minimises it instead of hiding it for good.
    """

    start_asked = Signal(str, str, str)
    """Start or switch to a work item: item key, account, comment."""
    start_with_comment_asked = Signal(str)
    """Start with these words as the comment; empty: with nothing at all."""
    continue_asked = Signal()
    stop_asked = Signal()
    toggle_asked = Signal()
    """Middle click, as on the tray icon."""
    comment_changed = Signal(str)
    activity_changed = Signal(str)
    """The id of the activity type."""
    start_moved = Signal(datetime)
    """The new start of the running track, an aware UTC datetime."""
    start_previewed = Signal(datetime)
    """A start that the user considers; `show_start_note` may say what it touches."""
    search_asked = Signal(str)
    """What was typed; answered by `show_hits`, always."""
    edit_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()
    sync_asked = Signal()
    check_asked = Signal()
    sign_in_asked = Signal(str)
    """The account's name."""
    open_timesheet = Signal()
    open_outbox = Signal()
    open_settings = Signal()
    quit_asked = Signal()
    closed = Signal()

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
        *,
        in_tray: bool = True,
    ) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(None, Qt.WindowType.Tool if in_tray else Qt.WindowType.Window)
        self._now = now
        self._in_tray = in_tray
        self._view: PanelView | None = None
        self._awaited_start: datetime | None = None
        self._placed = False
        self._beside: QRect | None = None
        self.setWindowTitle(_("Timekept"))
        self.setWindowIcon(tray_icon("running", "", app_look().accent))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.body = PanelBody(now, zone)
        column.addWidget(self.body)
        self.finder = Finder(self.body)
        self.notice = PanelNotice(self.body)
        self._connect()
        add_keys(self)
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self._count)
        self._fit()

    def show_view(self, view: PanelView) -> None:
        """Show another state. Words that are being typed are left alone."""
        self._view = view
        running = view.running
        if self._awaited_start is not None:
            self._awaited_start = None
            self._leave_editor()
        if running is None:
            self._leave_editor()
        else:
            self.body.fields.show_running(running)
            self.body.editor.show_hints(running)
        self.body.footer.show_sync(view.sync)
        self.finder.show_view(view)
        self.notice.show_view(view.notice)
        self._arrange()
        self._count()

    def show_hits(self, hits: Iterable[SearchHit], words: str | None = None) -> None:
        """Show what a search found; `words`, when given, must still be what is typed."""
        self.finder.show_hits(hits, words)

    def show_refusal(self, field: RefusedField, sentence: str) -> None:
        """Say at its field that something was refused; what was typed there is kept."""
        if field == "start":
            self._awaited_start = None
            running = self._view.running if self._view else None
            if self.body.editor.isHidden() and running is not None:
                self._open_editor()
            self.body.editor.refusal.say(sentence)
        elif field in ("comment", "activity") and self.body.fields.isVisibleTo(self):
            self.body.fields.refusal.say(sentence)
        elif field == "search":
            self.body.search_refusal.say(sentence)
        else:
            self.body.track_refusal.say(sentence)

    def show_start_note(self, sentence: str) -> None:
        """Say what the start in the editor touches or overlaps."""
        self.body.editor.show_note(sentence)

    def open_near(self, icon: QRect | None = None) -> None:
        """Open beside the tray icon, or where it last was; the search has the focus."""
        if not self.isVisible():
            self.body.lay_notice(above=True)
            self._fit()
            self._beside = icon
            self._place(icon if icon is not None else QRect())
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.body.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def toggle_near(self, icon: QRect | None = None) -> None:
        """Open it, or close it if the user is in it already."""
        if self.isVisible() and self.isActiveWindow():
            self.close()
        else:
            self.open_near(icon)

    def edit_comment(self) -> None:
        """Go to the comment of the running track."""
        if self._view is None or self._view.running is None:
            return
        self.finder.clear()
        self._leave_editor()
        self.body.fields.comment.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.body.fields.comment.selectAll()

    def change_start(self) -> None:
        """Open the start editor, if a track runs."""
        if self._view is not None and self._view.running is not None:
            self.finder.clear()
            self._open_editor()

    def show_keys(self) -> None:
        """Show the list of keys in the list's place, or take it away again."""
        shown = self.body.pages.currentWidget() is self.body.keys
        self.finder.clear()
        if shown:
            self._arrange()
        else:
            self.body.pages.setCurrentWidget(self.body.keys)
            self.body.keys.setFocus()

    def event(self, event: QEvent) -> bool:
        """Grow when something inside has become larger."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        elif event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()
        elif event.type() == QEvent.Type.WindowActivate and self._beside is not None:
            # Only now is it known how much room the frame takes.
            icon, self._beside = self._beside, None
            self._place(icon)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, and search for what is typed anywhere."""
        typed = event.text()
        control = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
            | Qt.KeyboardModifier.AltModifier
            | Qt.KeyboardModifier.MetaModifier
        )
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif typed and typed.isprintable() and not control:
            self.body.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.body.search.insert(typed)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.body.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.body.list.move_choice(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Toggle by a middle click, as the tray icon does."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self.toggle_asked.emit()
        super().mouseReleaseEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Count from now on."""
        super().showEvent(event)
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more. A comment that was typed is handed on as its field loses the focus."""
        self._tick.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Forget the search; the clock runs on."""
        self.finder.clear()
        self._leave_editor()
        super().closeEvent(event)
        self.closed.emit()

    def _connect(self) -> None:
        self.body.header.start_pressed.connect(self.change_start)
        self.body.fields.comment_changed.connect(self.comment_changed)
        self.body.fields.activity_changed.connect(self.activity_changed)
        self.body.fields.left.connect(self.body.search.setFocus)
        self.body.editor.saved.connect(self._start_saved)
        self.body.editor.left.connect(self._leave_editor)
        self.body.editor.previewed.connect(self.start_previewed)
        self.body.stop.clicked.connect(self.stop)
        self.body.edit.clicked.connect(self.edit_asked)
        self.finder.search_asked.connect(self.search_asked)
        self.finder.item_chosen.connect(self._start)
        self.finder.words_chosen.connect(self._start_with)
        self.finder.continue_chosen.connect(self._continue)
        self.finder.changed.connect(self._search_changed)
        self.body.footer.sync_pressed.connect(self._sync_line_pressed)
        self.body.footer.show_pressed.connect(self.open_outbox)
        self.body.footer.try_pressed.connect(self.sync_asked)
        self.notice.check_asked.connect(self.check_asked)
        self.notice.sign_in_asked.connect(self.sign_in_asked)

    def _start(self, item: RecentView | SearchHit) -> None:
        self.body.fields.commit_comment()
        self._say_nothing()
        self.start_asked.emit(item.item_key, item.account, item.comment)
        self.finder.clear()

    def _start_with(self, words: str) -> None:
        self.body.fields.commit_comment()
        self._say_nothing()
        self.start_with_comment_asked.emit(words)
        self.finder.clear()

    def _continue(self) -> None:
        self._say_nothing()
        self.continue_asked.emit()

    def start_recent(self, at: int) -> None:
        """Ask to start the recent work item with that index, from 0."""
        if self._view is not None and at < len(self._view.recents):
            self._start(self._view.recents[at])

    def stop(self) -> None:
        """Ask to stop what runs, with the comment as it was typed."""
        if self._view is None or self._view.running is None:
            return
        self.body.fields.commit_comment()
        self._say_nothing()
        self.stop_asked.emit()

    def _start_saved(self, start_at: datetime) -> None:
        # Closed by the next view, which shows it; a refusal keeps it open.
        self._awaited_start = start_at
        self.start_moved.emit(start_at)

    def _sync_line_pressed(self) -> None:
        sync = self._view.sync if self._view else None
        if sync is not None and sync.kind == "sign-in" and sync.account:
            self.sign_in_asked.emit(sync.account)
        else:
            self.open_outbox.emit()

    def _escape(self) -> None:
        """Leave what is open, then clear the search, then close."""
        body = self.body
        if body.pages.currentWidget() is body.keys:
            self._arrange()
            body.search.setFocus()
        elif not body.editor.isHidden():
            self._leave_editor()
        elif body.search.text():
            self.finder.clear()
            body.search.setFocus()
        elif self._in_tray:
            self.close()
        else:
            self.showMinimized()

    def _search_changed(self) -> None:
        if self.finder.words:
            self._leave_editor()
        self._arrange()

    def _arrange(self) -> None:
        if self._view is not None:
            self.body.arrange(self._view, self.finder.words, found=self.finder.found)

    def _open_editor(self) -> None:
        running = self._view.running if self._view else None
        if running is not None and self.body.editor.isHidden():
            self.body.edit_start(True)
            self._arrange()
            self.body.editor.edit(running)

    def _leave_editor(self) -> None:
        self._awaited_start = None
        if not self.body.editor.isHidden():
            self.body.edit_start(False)
            self._arrange()
            self.body.search.setFocus()

    def _say_nothing(self) -> None:
        for refusal in (
            self.body.search_refusal,
            self.body.track_refusal,
            self.body.fields.refusal,
        ):
            refusal.say("")

    def _count(self) -> None:
        """Show the numbers of this minute, and come back when one of them changes."""
        view = self._view
        if view is None:
            return
        now = self._now()
        seconds = day_seconds(view, now)
        self.body.header.show_elapsed(now)
        self.body.footer.show_day(seconds, view.target_seconds)
        if not self.body.editor.isHidden():
            self.body.editor.refresh()
        if view.running is not None and self.isVisible():
            elapsed = (now - view.running.started_at).total_seconds()
            self._tick.start(until_next_minute_ms(elapsed, seconds))
        else:
            self._tick.stop()

    def _fit(self) -> None:
        """Take the least size: 360 by 472, and about half as much again at 200 % text."""
        scale = px(100) / 100 - 1
        width = max(round(WIDTH + 200 * scale), self.body.least_width())
        self.setMinimumSize(width, round(HEIGHT * (1 + 0.6 * scale)))
        self.resize(self.minimumSize())
        self._grow()

    def _grow(self) -> None:
        """Become higher where something needs the room; never lower, so that nothing jumps back."""
        least = self.body.least_height(self.width())
        if least > self.height():
            self.resize(self.width(), least)

    def _place(self, icon: QRect) -> None:
        screen = QGuiApplication.screenAt(icon.center()) if icon.isValid() else self.screen()
        if not icon.isValid() and self._placed:
            return
        self._placed = True
        area = (screen or self.screen()).availableGeometry()
        self.move(place_beside(icon, self.frameGeometry().size(), area))
