"""The rows of the panel's list: recent work items or search hits, under their headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.ui.theme import plain_tooltip
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.ui.views import RecentView, SearchHit

Index = QModelIndex | QPersistentModelIndex


class Row(Struct, frozen=True):
    """One line of the list; a heading has no `item`."""

    title: str
    note: str = ""
    label: str = ""
    item: RecentView | SearchHit | None = None
    runs: bool = False

    @property
    def read_out(self) -> str:
        """The line as it is read out."""
        account = self.item.account if self.item else ""
        named = f"{self.label} {self.title}" if self.label else self.title
        return ", ".join(part for part in (named, self.note, account) if part)


def recent_rows(recents: Iterable[RecentView]) -> list[Row]:
    """Return the rows of the recent work items, below one heading."""
    rows = [
        Row(title=recent.title, note=recent.note, label=recent.label, item=recent)
        for recent in recents
    ]
    return [Row(title=_("Recent")), *rows] if rows else []


def hit_rows(hits: Iterable[SearchHit]) -> list[Row]:
    """Return the rows of what was found, each section below its heading."""
    rows: list[Row] = []
    section: str | None = None
    for hit in hits:
        if hit.section != section:
            section = hit.section
            rows.append(Row(title=section, note=hit.section_note))
        # A section that found nothing is there for its note alone.
        if hit.title or hit.item_key:
            note = hit.note or (_("runs") if hit.runs else "")
            rows.append(Row(title=hit.title, note=note, label=hit.label, item=hit, runs=hit.runs))
    return rows


class RowsModel(QAbstractListModel):
    """The rows, and the words that were searched for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.query = ""

    def set_rows(self, rows: list[Row], query: str) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows, self.query = rows, query
        self.endResetModel()

    @property
    def rows(self) -> list[Row]:
        """The rows from top to bottom."""
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (as Qt declares it)
        """Return how many rows there are, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the title, and for a screen reader the whole row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.read_out
        if role == Qt.ItemDataRole.ToolTipRole and row.item is not None:
            return plain_tooltip(row.read_out)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let headings, and what runs already, be neither chosen nor reached."""
        row = self._rows[index.row()]
        if row.item is None or row.runs:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def row_of(index: Index) -> Row:
    """Return the row that the index stands for."""
    model = index.model()
    assert isinstance(model, RowsModel)
    return model.rows[index.row()]
