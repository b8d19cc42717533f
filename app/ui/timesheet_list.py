"""The list of a day: rows painted whole, chosen by keys or pointer, with room for an editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.ui.theme import SMALL, TITLE, look_of, px, scaled_font, widest_digits
from app.ui.timesheet_header import TableHeader
from app.ui.timesheet_painting import RowPainter
from app.ui.timesheet_rows import Column, DayModel, Index, cell_words, heading, times_of
from app.ui.timesheet_views import DayRow
from app.words import _

MARGIN, GAP = 16, 16


class _Heights(QStyledItemDelegate):
    """Gives rows 32 px, and the edited one the height of its editor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edited = -1
        self.edited_height = 0

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of the row."""
        high = self.edited_height if index.row() == self.edited else px(32)
        return QSize(0, high)


class DayList(QTreeView):
    """The rows. It paints them itself; an editor that is put over one moves with it."""

    edit_asked = Signal()
    """The chosen row is to be edited; on a gap: filled."""
    delete_asked = Signal()
    menu_asked = Signal(object)
    """The menu of the chosen row is wanted at this place (a global `QPoint`)."""
    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = DayModel(self)
        self._heights = _Heights(self)
        self._editor: QWidget | None = None
        self._hovered = -1
        self.setHeader(TableHeader(frozenset({Column.LENGTH}), px(MARGIN), px(GAP), self))
        self.setModel(self.rows)
        self.setItemDelegate(self._heights)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Entries of the day"))
        self.verticalScrollBar().valueChanged.connect(self._place_editor)

    # ----------------------------------------------------------------- what is shown

    def show_rows(self, rows: tuple[DayRow, ...], *, extra: bool = False) -> None:
        """Show other rows; what was chosen stays chosen if it is still there."""
        before, at = self.chosen(), self.currentIndex().row()
        self.rows.set_rows(rows, extra=extra)
        self.setAccessibleDescription("" if rows else _("Nothing is recorded on this day."))
        self.fit_columns()
        if before is not None:
            same = [i for i, row in enumerate(rows) if _same(row, before)]
            at = same[0] if same else min(at, len(rows) - 1)
            if at >= 0:
                self.choose(at)

    def chosen(self) -> DayRow | None:
        """Return the chosen row."""
        return self.rows.row_at(self.currentIndex().row())

    def choose(self, at: int) -> None:
        """Choose the row with that number, from 0."""
        index = self.rows.index(at, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def choose_id(self, entry_id: str) -> bool:
        """Choose the entry with that id; return whether it is there."""
        for at, row in enumerate(self.rows.rows):
            if row.id == entry_id and row.is_time:
                self.choose(at)
                return True
        return False

    def choose_to_mend(self, by: int) -> None:
        """Choose the next (1) or previous (-1) row that needs the user, round the end."""
        wanted = [at for at, row in enumerate(self.rows.rows) if row.needs_user]
        if not wanted:
            return
        now = self.currentIndex().row()
        if by > 0:
            self.choose(next((at for at in wanted if at > now), wanted[0]))
        else:
            self.choose(next((at for at in reversed(wanted) if at < now), wanted[-1]))

    # ----------------------------------------------------------------- the editor

    def put_editor(self, editor: QWidget | None, at: int = -1) -> None:
        """Lay a widget over the row with that number, which takes its height; None takes it off."""
        self._editor = editor
        if editor is not None and editor.parentWidget() is not self.viewport():
            editor.setParent(self.viewport())
        self._heights.edited = at if editor is not None else -1
        self.fit_editor()
        if editor is not None:
            editor.show()
            self.scrollTo(self.rows.index(at, 0))
            self._place_editor()

    def fit_editor(self) -> None:
        """Give the edited row the height that its editor wants now."""
        editor = self._editor
        if editor is not None:
            wide = self.viewport().width()
            high = editor.heightForWidth(wide) if editor.hasHeightForWidth() else 0
            self._heights.edited_height = max(high, editor.sizeHint().height())
        self.doItemsLayout()
        self._place_editor()

    def _place_editor(self) -> None:
        if self._editor is None or self._heights.edited < 0:
            return
        place = self.visualRect(self.rows.index(self._heights.edited, 0))
        place.setX(0)
        place.setWidth(self.viewport().width())
        self._editor.setGeometry(place)

    # ----------------------------------------------------------------- the columns

    def fit_columns(self) -> None:
        """Give each column what its words need, and what is left to work item and comment.

        Where too little is left, the activity gives way first, then number and account's name.
        """
        even = QFontMetricsF(scaled_font(1.0, even_digits=True))
        bold = QFontMetricsF(scaled_font(1.0, bold=True, even_digits=True))
        head = QFontMetricsF(scaled_font(SMALL, bold=True))
        rows = self.rows.rows

        def widest(column: Column, metrics: QFontMetricsF, most: int, more: int = 0) -> int:
            words = [cell_words(row, column) for row in rows if row.is_time]
            wide = max((metrics.horizontalAdvance(it) for it in words), default=0.0) + more
            wide = max(wide if any(words) else 0.0, head.horizontalAdvance(heading(column)))
            return int(min(wide, most)) + 2 + px(GAP) if wide else 0

        times = max((widest_digits(even, times_of(row)) for row in rows), default=0.0)
        length = max((widest_digits(bold, row.length) for row in rows), default=0.0)
        wide = {
            Column.TIME: px(MARGIN) + int(max(times, widest_digits(even, "00:00 – 00:00"))) + px(8),
            Column.LENGTH: int(max(length, head.horizontalAdvance(heading(Column.LENGTH)))) + 2,
            Column.NUMBER: widest(Column.NUMBER, even, px(96)),
            Column.ACTIVITY: widest(Column.ACTIVITY, even, px(128)),
            Column.ACCOUNT: widest(Column.ACCOUNT, even, px(120), px(18)),
            Column.STATE: widest(Column.STATE, even, px(168), px(22)),
        }
        wide[Column.LENGTH] += px(GAP)
        if any(not row.is_time for row in rows):
            wide[Column.NUMBER] = max(wide[Column.NUMBER], px(16) + px(GAP))
        room = self.viewport().width() - px(MARGIN)
        for gives_way in (Column.ACTIVITY, Column.NUMBER):
            if room - sum(wide.values()) < px(280):
                wide[gives_way] = 0
        rest = max(px(160), room - sum(wide.values()))
        # The item is what one looks for; without comments it takes their room too.
        item = round(rest * (0.56 if any(row.comment_shown for row in rows) else 0.7))
        wide[Column.ITEM], wide[Column.COMMENT] = item, rest - item
        wide[Column.STATE] += px(MARGIN)
        for column, width in wide.items():
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self.fit_columns()
        if self._editor is not None:
            self.fit_editor()

    # ----------------------------------------------------------------- painting

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row over its whole width."""
        row = self.rows.row_at(index.row())
        rect = QRect(0, options.rect.y(), self.viewport().width(), options.rect.height())
        look = look_of(self.palette())
        if row is None or index.row() == self._heights.edited:
            painter.fillRect(rect, look.window)
            return
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft

        def cell(column: Column) -> QRectF:
            left = self.columnViewportPosition(column)
            wide = self.columnWidth(column)
            before = px(MARGIN) if column == Column.TIME else 0
            after = 0 if column in (Column.TIME, Column.STATE) else px(GAP)
            if mirrored:
                before, after = after, before
            return QRectF(left + before, rect.y(), max(0, wide - before - after), rect.height() - 1)

        selected = self.selectionModel().isRowSelected(index.row(), QModelIndex())
        RowPainter(painter, rect, cell, look, mirrored=mirrored).paint(
            row,
            selected=selected,
            focused=self.hasFocus(),
            hovered=index.row() == self._hovered,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows; without any, say what to do first."""
        super().paintEvent(event)
        if self.rows.rowCount():
            return
        painter = QPainter(self.viewport())
        look = look_of(self.palette())
        area = self.viewport().rect().adjusted(px(32), 0, -px(32), 0)
        middle = area.center().y() - px(16)
        painter.setFont(scaled_font(TITLE, bold=True))
        painter.setPen(look.text)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        high = painter.fontMetrics().height()
        top = QRect(area.x(), middle - 2 * high, area.width(), 2 * high)
        bottom = int(Qt.AlignmentFlag.AlignBottom)
        painter.drawText(top, flags | bottom, _("Nothing is recorded on this day."))
        painter.setFont(scaled_font(1.0))
        painter.setPen(look.muted)
        below = QRect(area.x(), middle + px(8), area.width(), area.height() // 2)
        painter.drawText(
            below, flags, _("Press Ins to write down what you did, or start a track in the panel.")
        )

    # ----------------------------------------------------------------- keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit by Enter or F2, delete by Del; letters are not searched for."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape) or (
            event.text() and event.text().isprintable()
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit what is clicked twice."""
        if self.indexAt(event.position().toPoint()).isValid():
            self.edit_asked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row below the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Mark none."""
        super().leaveEvent(event)
        self._hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the chosen row, by the pointer or by Shift+F10."""
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            rect = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(rect.bottomLeft())
        if self.currentIndex().isValid():
            self.menu_asked.emit(place)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell that another row is chosen."""
        super().currentChanged(current, previous)
        self.chosen_changed.emit()
        self.viewport().update()

    def _hover(self, at: int) -> None:
        if at != self._hovered:
            self._hovered = at
            self.viewport().update()


def _same(one: DayRow, other: DayRow) -> bool:
    if one.is_time and other.is_time:
        return one.id == other.id
    return (one.kind, one.started_at) == (other.kind, other.started_at)
