"""The panel's widgets and their order: which of them are seen in which state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.band import Band
from app.ui.button import Button
from app.ui.notice import Notice
from app.ui.panel_comment_row import CommentRow
from app.ui.panel_fields import TrackFields
from app.ui.panel_footer import Footer, SearchKeys
from app.ui.panel_header import Header
from app.ui.panel_list import RowList
from app.ui.panel_pages import KeyList, Nothing, Pages, Welcome
from app.ui.panel_search import SearchField
from app.ui.panel_start import StartEditor
from app.ui.refusal import Refusal
from app.ui.theme import set_tab_order
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from app.ui.views import PanelView


class PanelBody(QWidget):
    """Head, search, list and foot from top to bottom; what they mean is the panel's business."""

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._column = column
        self.notice = Notice()
        self.head_band = self._build_head(now, zone)
        self.search_band = self._build_search()
        self.pages = Pages()
        self.list = RowList()
        self.welcome = Welcome()
        self.nothing = Nothing()
        self.keys = KeyList()
        for page in (self.list, self.welcome, self.nothing, self.keys):
            self.pages.addWidget(page)
        self.comment_row = CommentRow()
        self.footer = Footer()
        self.search_keys = SearchKeys()
        for band in (self.notice, self.head_band, self.search_band):
            column.addWidget(band)
        column.addWidget(self.pages, 1)
        for widget in (self.comment_row, self.footer, self.search_keys):
            column.addWidget(widget)
        set_tab_order([self.search, self.fields.comment, self.fields.activity, self.editor.field])
        set_tab_order(
            [
                self.editor.save,
                self.stop,
                self.edit,
                self.header.since,
                self.start,
                self.list,
                self.comment_row,
                self.footer.sync,
                self.footer.show_button,
                self.footer.try_button,
                self.notice.action,
                self.notice.later,
            ]
        )

    def lay_notice(self, *, above: bool) -> None:
        """Put the notice on top, or below the search: one that comes while the panel is being read
        pushes the list, never the clock.
        """
        self._column.removeWidget(self.notice)
        self._column.insertWidget(0 if above else 2, self.notice)

    def edit_start(self, on: bool) -> None:
        """Show the start editor in the place of the fields, or take it away."""
        self._editing = on
        if not on:
            self.editor.hide()

    def arrange(self, view: PanelView, words: str, *, found: bool) -> None:
        """Show what belongs to the state: `words` are searched for, and something was `found`."""
        runs, searching = view.running is not None, bool(words)
        editing = runs and self._editing and not searching
        self.header.show_running(view.running, compact=searching)
        self.pages.give_way(editing)
        self.fields.setVisible(runs and not searching and not editing)
        self.editor.setVisible(editing)
        self.stop.setVisible(runs and not searching)
        self.edit.setVisible(runs and not searching)
        self.head_band.set_look(fill="base", bar="accent" if runs else None)
        edge = 10 if searching else 14
        self._head.setContentsMargins(16, edge - 2, 16, edge if runs else (10 if searching else 2))
        # Nothing runs: head and search are one surface, with the verb below the words.
        banded = runs or searching
        self.search_band.set_look(fill="window" if banded else "base", top=banded, bottom=True)
        edge = 8 if banded else 10
        self._search.setContentsMargins(16, edge, 16, edge if banded else 16)
        self.start.setVisible(not banded)
        self.start.set_words(
            _("Continue {title}").format(title=view.continues) if view.continues else _("Start")
        )
        self.search.setPlaceholderText(
            _("Switch to: type to search") if runs else _("What are you working on?")
        )
        self.comment_row.setVisible(searching)
        self.footer.setVisible(not searching)
        self.search_keys.setVisible(searching)
        self.search_keys.show_running(runs)
        if searching:
            self.comment_row.show_words(words, chosen=not found)
            self.nothing.sentence.setText(
                _(
                    "Nothing is called “{words}”. Press Enter to start with it as the comment."
                ).format(words=words)
            )
            self.pages.setCurrentWidget(self.list if found else self.nothing)
        elif view.recents or view.taught:
            self.pages.setCurrentWidget(self.list)
        else:
            self.pages.setCurrentWidget(self.welcome)

    def least_width(self) -> int:
        """Return the least width in px that cuts none of our own words, in any state."""
        bands = (self.head_band, self.search_band, self.search_keys, self.footer)
        widths = [band.minimumSizeHint().width() for band in bands]
        inner = max(self.header.least_width(), self.editor.minimumSizeHint().width())
        return max(*widths, inner + 32)

    def least_height(self, width: int) -> int:
        """Return the least height in px that shows everything at this width."""
        self._column.activate()
        return self._column.minimumHeightForWidth(width)

    def _build_head(self, now: Callable[[], datetime], zone: tzinfo | None) -> Band:
        band = Band()
        self._head = QVBoxLayout(band)
        self._head.setSpacing(8)
        self.header = Header(zone)
        self.fields = TrackFields()
        self.editor = StartEditor(now, zone)
        self.track_refusal = Refusal()
        self.stop = Button(_("Stop"), mark="stop", accent=True)
        self.edit = Button(_("Edit…"))
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        verbs.addWidget(self.stop, 1)
        verbs.addWidget(self.edit)
        for widget in (self.header, self.fields, self.editor):
            self._head.addWidget(widget)
        self._head.addLayout(verbs)
        self._head.addWidget(self.track_refusal)
        return band

    def _build_search(self) -> Band:
        band = Band()
        self._search = QVBoxLayout(band)
        self._search.setSpacing(8)
        self.search = SearchField()
        self.search_refusal = Refusal()
        self.start = Button(_("Start"), mark="start")
        for widget in (self.search, self.search_refusal, self.start):
            self._search.addWidget(widget)
        return band
