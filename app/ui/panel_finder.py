"""The panel's search: what is typed, what was found, and what Enter then means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.ui.panel_rows import hit_rows, recent_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.ui.panel_body import PanelBody
    from app.ui.views import PanelView, SearchHit


class Finder(QObject):
    """Joins the search field, the list and the line for the words themselves.

    What is shown may belong to fewer letters than stand in the field: Enter then waits for the
    answer to these, so that quick typing never starts what was found for something else.
    """

    search_asked = Signal(str)
    item_chosen = Signal(object)
    """A `RecentView` or a `SearchHit`."""
    words_chosen = Signal(str)
    """Start with these words as the comment."""
    continue_chosen = Signal()
    changed = Signal()
    """Other words, or another answer: what is seen has to be arranged anew."""

    def __init__(self, body: PanelBody) -> None:
        super().__init__(body)
        self._body = body
        self._view: PanelView | None = None
        self._answered_words = ""
        self._enter_waits = False
        body.search.textChanged.connect(self._typed)
        body.search.moved.connect(body.list.move_choice)
        body.search.chosen.connect(self.choose)
        body.search.words_chosen.connect(self.choose_words)
        body.start.clicked.connect(self.choose)
        body.list.started.connect(self.item_chosen)
        body.comment_row.clicked.connect(self.choose_words)

    @property
    def words(self) -> str:
        """What is searched for; empty when nothing is."""
        return self._body.search.words()

    @property
    def found(self) -> bool:
        """Whether there is anything to choose; until the answer is there, what was shown stays."""
        return self._answered_words != self.words or any(row.item for row in self._body.list.rows)

    def show_view(self, view: PanelView) -> None:
        """Show the recent items of the view, unless something is searched for."""
        self._view = view
        if not self.words:
            self._body.list.show_rows(recent_rows(view.recents))

    def show_hits(self, hits: Iterable[SearchHit], words: str | None) -> None:
        """Show what was found for `words`, if that is what stands in the field (None: it is)."""
        typed = self.words
        if not typed or (words is not None and " ".join(words.split()) != typed):
            return
        same = typed == self._answered_words
        self._answered_words = typed
        self._body.list.show_rows(hit_rows(hits), typed)
        if not same or self._body.list.current() is None:
            self._body.list.choose_first()
        self.changed.emit()
        if self._enter_waits:
            self._enter_waits = False
            self.choose()

    def choose(self) -> None:
        """Do what Enter means: start what is chosen, else continue, else start with the words."""
        words = self.words
        if words and words != self._answered_words:
            self._enter_waits = True
        elif self._body.list.start_current():
            pass
        elif words or self._view is None or not self._view.continues:
            self.choose_words()
        elif self._view.running is None:
            self.continue_chosen.emit()

    def choose_words(self) -> None:
        """Start with the words as the comment; with none only while nothing runs."""
        if self.words or (self._view is not None and self._view.running is None):
            self.words_chosen.emit(self.words)

    def clear(self) -> None:
        """Forget the words."""
        # Not clear(), which would leave the words to undo.
        self._body.search.setText("")

    def _typed(self) -> None:
        self._enter_waits = False
        self._body.search_refusal.say("")
        if self.words:
            self.changed.emit()
            self.search_asked.emit(self.words)
        else:
            self._answered_words = ""
            self._body.list.choose_none()
            self._body.list.show_rows(recent_rows(self._view.recents if self._view else ()))
            self.changed.emit()
