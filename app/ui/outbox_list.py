"""The list of the outbox: a heading for each account, its operations below, painted by row."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.ui.marks import paint_account, paint_mark
from app.ui.outbox_views import OutboxGroup, OutboxRow, OutboxView
from app.ui.theme import Look, look_of, plain_tooltip, px, scaled_font
from app.ui.timesheet_header import TableHeader
from app.ui.timesheet_rows import Index
from app.words import _

MARGIN, GAP = 16, 16
_NONE = QModelIndex()
Line = OutboxGroup | OutboxRow


class Column(IntEnum):
    """The columns from the leading edge on."""

    STATE = 0
    WHAT = 1
    WHY = 2
    NEXT = 3


class OutboxModel(QAbstractTableModel):
    """The lines: each account's heading, then its operations."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def show(self, view: OutboxView) -> None:
        """Show what waits."""
        self.beginResetModel()
        self.lines = []
        for group in view.groups:
            self.lines.append(group)
            self.lines.extend(group.rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

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
        return (_("State"), _("What"), _("Why"), _("Next"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell; the first of a line reads out all of it."""
        line = self.lines[index.row()] if index.isValid() else None
        if line is None:
            return None
        if isinstance(line, OutboxGroup):
            words = (line.account, line.state, "", "")
        else:
            words = (line.state, line.what, line.why, line.next)
        if role == Qt.ItemDataRole.DisplayRole:
            return words[index.column()]
        whole = ", ".join(part for part in words if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return whole if index.column() == Column.STATE else words[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(whole)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let only operations be chosen."""
        if isinstance(self.lines[index.row()], OutboxGroup):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Heights(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, px(32))


class OutboxList(QTreeView):
    """The operations; headings are passed over."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = OutboxModel(self)
        self.setHeader(TableHeader(frozenset(), px(MARGIN), px(GAP), self))
        self.setModel(self.lines)
        self.setItemDelegate(_Heights(self))
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(_("What waits"))

    def show_view(self, view: OutboxView) -> None:
        """Show what waits; what was chosen stays chosen, else the first is."""
        before = self.chosen()
        self.lines.show(view)
        self.fit_columns()
        ids = [line.id if isinstance(line, OutboxRow) else "" for line in self.lines.lines]
        wanted = (
            before.id if before is not None and before.id in ids else next(filter(None, ids), "")
        )
        if wanted:
            self.setCurrentIndex(self.lines.index(ids.index(wanted), 0))
        self.chosen_changed.emit()

    def chosen(self) -> OutboxRow | None:
        """Return the chosen operation."""
        at = self.currentIndex().row()
        line = self.lines.lines[at] if 0 <= at < len(self.lines.lines) else None
        return line if isinstance(line, OutboxRow) else None

    def fit_columns(self) -> None:
        """Give state and next what they need; what and why share the rest."""
        metrics = QFontMetricsF(scaled_font(1.0, bold=True, even_digits=True))
        rows = [line for line in self.lines.lines if isinstance(line, OutboxRow)]
        states = max((metrics.horizontalAdvance(row.state) for row in rows), default=px(80))
        nexts = max((metrics.horizontalAdvance(row.next) for row in rows), default=px(80))
        state = px(MARGIN) + px(22) + int(states) + px(GAP)
        last = int(min(nexts, px(160))) + px(MARGIN) + px(8)
        rest = max(px(200), self.viewport().width() - state - last)
        for column, width in (
            (Column.STATE, state),
            (Column.WHAT, round(rest * 0.46)),
            (Column.WHY, rest - round(rest * 0.46)),
            (Column.NEXT, last),
        ):
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by keys, over the headings; letters are not searched for."""
        reachable = [at for at, line in enumerate(self.lines.lines) if isinstance(line, OutboxRow)]
        now = self.currentIndex().row()
        steps = {
            Qt.Key.Key_Down: next((at for at in reachable if at > now), now),
            Qt.Key.Key_Up: next((at for at in reversed(reachable) if at < now), now),
            Qt.Key.Key_Home: reachable[0] if reachable else now,
            Qt.Key.Key_End: reachable[-1] if reachable else now,
        }
        to = steps.get(Qt.Key(event.key()))
        if to is not None:
            self.setCurrentIndex(self.lines.index(to, 0))
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell that another operation is chosen."""
        super().currentChanged(current, previous)
        self.chosen_changed.emit()
        self.viewport().update()

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        """Paint a line over its whole width."""
        line = self.lines.lines[index.row()]
        look = look_of(self.palette())
        rect = QRect(0, options.rect.y(), self.viewport().width(), options.rect.height())
        selected = self.selectionModel().isRowSelected(index.row(), QModelIndex())
        group = isinstance(line, OutboxGroup)
        fill = look.soft_selection if selected else look.alternate if group else look.base
        painter.save()
        painter.fillRect(rect, fill)
        hairline = look.border if look.high_contrast else look.hairline
        painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), hairline)
        if selected and self.hasFocus():
            bar = QRect(0, rect.y(), px(3), rect.height())
            painter.fillRect(QStyle.visualRect(self.layoutDirection(), rect, bar), look.focus)
        if isinstance(line, OutboxGroup):
            self._group(painter, rect, line, look)
        else:
            self._row(painter, rect, line, look)
        painter.restore()

    def _group(self, painter: QPainter, rect: QRect, line: OutboxGroup, look: Look) -> None:
        area = QRectF(rect).adjusted(px(MARGIN), 0, -px(MARGIN), -1)
        box = QRectF(area.left() - px(4), area.center().y() - px(8), px(16), px(16))
        colour = look.account(line.account_index)
        paint_account(painter, self._flip(box, rect), line.account_index, colour)
        area.setLeft(area.left() + px(18))
        used = self._write(painter, rect, area, line.account, (True, look.text))
        area.setLeft(area.left() + used + px(10))
        self._write(painter, rect, area, line.state, (False, look.muted))

    def _row(self, painter: QPainter, rect: QRect, line: OutboxRow, look: Look) -> None:
        widths = [self.columnWidth(column) for column in Column]
        lefts = [sum(widths[:at]) for at in range(len(widths))]

        def cell(column: Column) -> QRectF:
            after = px(MARGIN) if column == Column.NEXT else px(GAP)
            wide = max(0, widths[column] - after)
            return QRectF(lefts[column], rect.y(), wide, rect.height() - 1)

        state = cell(Column.STATE).adjusted(px(MARGIN), 0, 0, 0)
        box = QRectF(state.left(), state.center().y() - px(8), px(16), px(16))
        paint_mark(painter, self._flip(box, rect), line.state_mark, look.tone(line.state_tone))
        state.setLeft(state.left() + px(22))
        self._write(painter, rect, state, line.state, (False, look.text))
        self._write(painter, rect, cell(Column.WHAT), line.what, (False, look.text))
        self._write(painter, rect, cell(Column.WHY), line.why, (False, look.muted))
        needs = line.state_tone == "warning"
        self._write(painter, rect, cell(Column.NEXT), line.next, (needs, look.text))

    def _write(
        self, painter: QPainter, rect: QRect, area: QRectF, words: str, how: tuple[bool, QColor]
    ) -> float:
        """Write one line, cut where its room ends; return the width taken."""
        bold, ink = how
        font: QFont = scaled_font(1.0, bold=bold, even_digits=True)
        metrics = QFontMetricsF(font)
        line = words.replace("\n", " ")
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, area.width() + 0.5)
        painter.setFont(font)
        painter.setPen(ink)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self._flip(area, rect), int(flags), shown)
        return metrics.horizontalAdvance(shown)

    def _flip(self, area: QRectF, whole: QRect) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return area
        return QRectF(whole.width() - area.right(), area.y(), area.width(), area.height())
