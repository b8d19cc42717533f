"""The rows and columns of the day as a model, with what a screen reader says of each cell."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.ui.theme import plain_tooltip
from app.ui.timesheet_views import DayRow
from app.words import _

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class Column(IntEnum):
    """The columns from the leading edge on."""

    TIME = 0
    LENGTH = 1
    NUMBER = 2
    ITEM = 3
    COMMENT = 4
    ACTIVITY = 5
    ACCOUNT = 6
    STATE = 7


def heading(column: int) -> str:
    """Return the words above a column; the number's belong to the work item beside it."""
    return {
        Column.TIME: _("Time"),
        Column.LENGTH: _("Length"),
        Column.NUMBER: "",
        Column.ITEM: _("Work item"),
        Column.COMMENT: _("Comment"),
        Column.ACTIVITY: _("Activity"),
        Column.ACCOUNT: _("Account"),
        Column.STATE: _("State"),
    }[Column(column)]


def times_of(row: DayRow) -> str:
    """Return the row's times as they are written: `08:45 – 09:55`."""
    return f"{row.start} – {row.stop}"


def read_out(row: DayRow) -> str:
    """Return the whole row as it is read out."""
    times = _("{start} to {stop}").format(start=row.start, stop=row.stop)
    parts = (times, row.length, row.label, row.title, row.comment_shown, row.activity)
    return ", ".join(part for part in (*parts, row.account, row.state) if part)


class DayModel(QAbstractTableModel):
    """The rows of the day. While a new entry is being typed there is one more, without a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[DayRow, ...] = ()
        self.extra = False

    def set_rows(self, rows: tuple[DayRow, ...], *, extra: bool) -> None:
        """Show other rows; `extra` keeps a place for a new one at the end."""
        self.beginResetModel()
        self.rows, self.extra = rows, extra
        self.endResetModel()

    def row_at(self, at: int) -> DayRow | None:
        """Return the row with that number from 0, None for the place of a new one."""
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def rowCount(self, parent: Index = _NONE) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows) + self.extra

    def columnCount(self, parent: Index = _NONE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the words above a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole and section == Column.NUMBER:
            return _("Number")
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return heading(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell; the first cell of a row reads out all of it."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            if role == Qt.ItemDataRole.AccessibleTextRole and index.isValid():
                return _("New entry")
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_words(row, Column(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if index.column() == Column.TIME:
                return read_out(row)
            words = cell_words(row, Column(index.column()))
            return words or _("{column}: none").format(column=heading(index.column()))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return " ".join(part for part in (row.note, row.why_fixed) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            said = "\n".join(part for part in (read_out(row), row.note, row.why_fixed) if part)
            return plain_tooltip(said)
        return None

    def flags(self, _index: Index) -> Qt.ItemFlag:
        """Let every row be chosen: gaps and overlaps can be acted on too."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def cell_words(row: DayRow, column: Column) -> str:
    """Return the words of one cell."""
    return {
        Column.TIME: times_of(row),
        Column.LENGTH: row.length,
        Column.NUMBER: row.label,
        Column.ITEM: row.title,
        Column.COMMENT: row.comment_shown,
        Column.ACTIVITY: row.activity,
        Column.ACCOUNT: row.account,
        Column.STATE: row.state,
    }[column]
