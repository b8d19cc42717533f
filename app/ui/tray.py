"""The tray: the icon with its tooltip and clicks, and what it hands on of its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.ui.tray_icon import ink, tray_icon

AFTER_ICON_MS = 50
"""How long to let the host take the icon and show it before anything that keeps the loop busy."""

if TYPE_CHECKING:
    from app.ui.tray_icon import PanelTone
    from app.ui.tray_menu import TrayMenu
    from app.ui.views import TrayMark, TrayShape, TrayView


class Tray(QObject):
    """The icon in the tray, made from `TrayView`s; it knows nothing but what it is shown.

    The icon is visible at the end of the constructor; the menu, which takes longer, is filled once
    the host shows the icon. The same menu is kept for life and its words are changed in place,
    since hosts that fetched it once keep it.
    """

    panel_asked = Signal(QRect)
    """Left click, or a heading of the menu: where the icon is, empty if the host does not tell."""
    toggle_asked = Signal()
    stop_asked = Signal()
    continue_asked = Signal()
    start_asked = Signal(str, str, str)
    """A recent work item: item key, account, comment."""
    search_asked = Signal()
    edit_comment_asked = Signal()
    change_start_asked = Signal()
    open_timesheet = Signal()
    open_outbox = Signal()
    open_operation = Signal(str)
    open_settings = Signal()
    check_asked = Signal()
    sign_in_asked = Signal(str)
    """The account's name."""
    quit_asked = Signal()

    def __init__(
        self, view: TrayView, tone: PanelTone = "follow", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._tone: PanelTone = tone
        self._drawn: tuple[TrayShape, TrayMark, int] | None = None
        self._menu: TrayMenu | None = None
        self._icon = QSystemTrayIcon(self)
        self._put_up()
        # Kept as an object, so that it ends with us.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._build_menu)
        self._later.start(AFTER_ICON_MS)

    @staticmethod
    def host_present() -> bool:
        """Return whether this desktop has a tray right now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def menu(self) -> TrayMenu | None:
        """The menu; None until it has been built."""
        return self._menu

    @property
    def icon(self) -> QSystemTrayIcon:
        """The icon itself; another one after `recreate`."""
        return self._icon

    def show_view(self, view: TrayView) -> None:
        """Show another state: only what differs is touched."""
        self._view = view
        self._draw()
        if self._menu is not None:
            self._menu.show_view(view)

    def set_tooltip(self, words: str) -> None:
        """Say something else in the tooltip."""
        plain = _unmarked(words)
        if self._icon.toolTip() != plain:
            self._icon.setToolTip(plain)

    def set_tone(self, tone: PanelTone) -> None:
        """Draw the icon for a light or a dark desktop panel, or as the palette says."""
        self._tone = tone
        self._draw()

    def recreate(self) -> None:
        """Make the icon anew: one that was made before any tray host came is never shown by it."""
        old = self._icon
        self._icon = QSystemTrayIcon(self)
        self._drawn = None
        self._put_up()
        if self._menu is not None:
            self._icon.setContextMenu(self._menu)
        old.hide()
        old.deleteLater()

    def _put_up(self) -> None:
        self._draw()
        self._icon.activated.connect(self._clicked)
        self._icon.show()

    def _draw(self) -> None:
        view = self._view
        colour = ink(self._tone, QApplication.palette())
        drawn = (view.shape, view.mark, colour.rgb())
        if drawn != self._drawn:
            self._drawn = drawn
            self._icon.setIcon(tray_icon(view.shape, view.mark, colour))
        self.set_tooltip(view.tooltip)

    def _build_menu(self) -> None:
        from app.ui.tray_menu import TrayMenu

        self._menu = TrayMenu(self)
        self._menu.palette_changed.connect(self._draw)
        self._menu.show_view(self._view)
        self._icon.setContextMenu(self._menu)

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.panel_asked.emit(self._icon.geometry())
        elif reason == QSystemTrayIcon.ActivationReason.MiddleClick:
            self.toggle_asked.emit()


def _unmarked(words: str) -> str:
    """Return words that neither Qt nor a tray host takes for markup: titles are a server's.

    Escaping will not do, as most hosts show plain text: a sign that is not seen parts what would
    begin a tag (U+2060, word joiner).
    """
    return words.replace("<", "<\u2060").replace("&", "&\u2060")
