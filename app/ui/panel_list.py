"""The panel's list, chosen from by keys or pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.ui.panel_row_delegate import RowDelegate
from app.ui.panel_rows import Row, RowsModel
from app.words import _

if TYPE_CHECKING:
    from app.ui.views import RecentView, SearchHit


class RowList(QListView):
    """The list; it takes the focus by Tab, and letters typed on it belong to the search."""

    started = Signal(object)
    """A row was chosen: its `RecentView` or `SearchHit`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RowsModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RowDelegate(self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Work items"))
        self.clicked.connect(self._clicked)

    @property
    def rows(self) -> list[Row]:
        """The rows from top to bottom, headings included."""
        return self._model.rows

    def show_rows(self, rows: list[Row], query: str = "") -> None:
        """Show other rows; what was chosen stays chosen if it is still among them."""
        if rows == self._model.rows and query == self._model.query:
            return
        before = self.current()
        self._model.set_rows(rows, query)
        if before is not None:
            for at, row in enumerate(rows):
                if row.item is not None and _same(row.item, before):
                    self.setCurrentIndex(self._model.index(at))

    def current(self) -> RecentView | SearchHit | None:
        """Return what is chosen, or None; what runs already can be clicked, but not chosen."""
        index = self.currentIndex()
        if not index.isValid() or self.rows[index.row()].runs:
            return None
        return self.rows[index.row()].item

    def choose_first(self) -> None:
        """Choose the first row that can be started."""
        self.setCurrentIndex(QModelIndex())
        self.move_choice(1)

    def choose_none(self) -> None:
        """Choose nothing."""
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()

    def move_choice(self, by: int) -> None:
        """Choose the row `by` rows below, or above when negative; skip what can't be chosen."""
        reachable = [
            at for at, row in enumerate(self.rows) if row.item is not None and not row.runs
        ]
        if not reachable:
            return
        now = self.currentIndex().row()
        if now in reachable:
            at = reachable[max(0, min(len(reachable) - 1, reachable.index(now) + by))]
        else:
            at = reachable[0] if by > 0 else reachable[-1]
        self.setCurrentIndex(self._model.index(at))
        self.scrollTo(self._model.index(at))

    def start_current(self) -> bool:
        """Start what is chosen; return whether anything is."""
        item = self.current()
        if item is None:
            return False
        self.started.emit(item)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and start by keys; letters go on to the panel, which searches for them."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_choice(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.start_current()
        else:
            event.ignore()

    def _clicked(self, index: QModelIndex) -> None:
        row = self.rows[index.row()]
        if row.item is not None and not row.runs:
            self.started.emit(row.item)


def _same(one: RecentView | SearchHit, other: RecentView | SearchHit) -> bool:
    return (one.account, one.item_key, one.title) == (other.account, other.item_key, other.title)
