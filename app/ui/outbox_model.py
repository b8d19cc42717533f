"""The lines of the outbox as a model: worded when looked at, changed where something changed."""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.ui.outbox_views import LineKey, OutboxGroup, OutboxRow, OutboxView
from app.ui.theme import plain_tooltip
from app.ui.timesheet_rows import Index
from app.words import _

_NONE = QModelIndex()
MOST_RUNS = 64
"""From so many places on, all is shown anew: each of them costs the view some work."""
Line = OutboxGroup | OutboxRow


class Column(IntEnum):
    """The columns from the leading edge on."""

    STATE = 0
    WHAT = 1
    WHY = 2
    NEXT = 3
    TRIES = 4


class OutboxModel(QAbstractTableModel):
    """Each account's heading, then its operations.

    Thousands may wait and one of them goes after the other: so only the lines that are looked at
    are worded, and lines come and go one by one, which leaves the view where it is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: list[LineKey] = []
        self._places: dict[LineKey, int] | None = None
        self._view = OutboxView("", "")

    def show(self, view: OutboxView) -> None:
        """Show what waits now."""
        self._view = view
        keys = list(view.lines)
        if keys != self.keys:
            self._take(keys)
        if not self.keys:
            return
        changed = view.changed
        if changed is None:
            rows = [0, len(self.keys) - 1]
        else:
            rows = sorted(at for key in changed if (at := self.place_of(key)) >= 0)
        if rows:
            last = len(Column) - 1
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], last))

    def line(self, at: int) -> Line | None:
        """The words of a line, None where there is none."""
        if not 0 <= at < len(self.keys):
            return None
        key, view = self.keys[at], self._view
        if key.id:
            return None if view.row_of is None else view.row_of(key.id)
        return None if view.group_of is None else view.group_of(key.account)

    def place_of(self, key: LineKey) -> int:
        """Where a line stands, -1 for nowhere."""
        if self._places is None:
            self._places = {key: at for at, key in enumerate(self.keys)}
        return self._places.get(key, -1)

    def place_of_id(self, subject_id: str) -> int:
        """Where an operation stands, -1 for nowhere."""
        return next((at for at, key in enumerate(self.keys) if key.id == subject_id), -1)

    def is_heading(self, at: int) -> bool:
        """Whether it is an account's heading."""
        return not self.keys[at].id

    def rowCount(self, parent: Index = _NONE) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the words above a column."""
        if orientation != Qt.Orientation.Horizontal or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        return (_("State"), _("What"), _("Why"), _("Next"), _("Tries"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell; the first of a line reads out all of it."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        line = self.line(index.row()) if index.isValid() else None
        if line is None:
            return None
        if isinstance(line, OutboxGroup):
            words = (line.account, line.state, "", line.next, "")
        else:
            words = (line.state, line.what, line.why, line.next, str(line.tries))
        if role == Qt.ItemDataRole.DisplayRole:
            return words[index.column()]
        whole = ", ".join(part for part in words if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return whole if index.column() == Column.STATE else words[index.column()]
        return plain_tooltip(whole)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let only operations be chosen."""
        if self.is_heading(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # ----------------------------------------------------------------- inside

    def _take(self, keys: list[LineKey]) -> None:
        """Take lines away and put lines in, run by run, or all anew."""
        stays = set(keys) & set(self.keys)
        gone = _runs([at for at, key in enumerate(self.keys) if key not in stays])
        new = _runs([at for at, key in enumerate(keys) if key not in stays])
        before, after = ([key for key in all_of if key in stays] for all_of in (self.keys, keys))
        if before != after or len(gone) + len(new) > MOST_RUNS:
            self.beginResetModel()
            self.keys, self._places = keys, None
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.keys[first : last + 1]
            self._places = None
            self.endRemoveRows()
        for first, last in new:
            self.beginInsertRows(QModelIndex(), first, last)
            self.keys[first:first] = keys[first : last + 1]
            self._places = None
            self.endInsertRows()


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Places, in order, as pairs of the first and last of each unbroken run."""
    if not places:
        return []
    breaks = [at for at, (one, other) in enumerate(pairwise(places)) if other != one + 1]
    firsts = [0, *(at + 1 for at in breaks)]
    lasts = [*breaks, len(places) - 1]
    return [(places[first], places[last]) for first, last in zip(firsts, lasts, strict=True)]
