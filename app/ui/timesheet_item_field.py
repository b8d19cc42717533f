"""The field for a work item: what is typed is searched for, and chosen from a list below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.band import Band
from app.ui.line_edit import LineEdit
from app.ui.panel_list import RowList
from app.ui.panel_rows import hit_rows
from app.ui.theme import px
from app.ui.views import SearchHit
from app.words import _

SHOWN = 8
"""How many rows the list shows at once."""


class ItemField(LineEdit):
    """Search-as-you-type for a work item.

    `find_items` is asked with what is typed. `account`, when set, leaves out what belongs to
    others. Empty means without a work item.
    """

    chosen = Signal(object)
    """A `SearchHit` was chosen from the list."""

    def __init__(
        self, find_items: Callable[[str], Sequence[SearchHit]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._find_items = find_items
        self._key = ""
        self._words = ""
        self._hits: list[SearchHit] = []
        self.account = ""
        self.popup = _Popup()
        self.popup.list.started.connect(self._take)
        self.setAccessibleName(_("Work item"))
        self.textEdited.connect(self._search)

    def set_item(self, item_key: str, words: str) -> None:
        """Show this work item, or none with an empty key."""
        self._key, self._words = item_key, words if item_key else ""
        self.setText(self._words)
        self.setCursorPosition(0)
        self.close_list()

    def known(self) -> tuple[str, str]:
        """Return the work item that was set or chosen last, and its words; empty for none."""
        return self._key, self._words

    def read(self) -> str:
        """Return the key of the work item that stands in the field, empty for none.

        Words that name exactly one of what was found mean it. Raises `LookupError` with the
        sentence to show for words that nothing was chosen for.
        """
        typed = " ".join(self.text().split())
        if not typed:
            return ""
        if typed == " ".join(self._words.split()):
            return self._key
        folded = typed.casefold()
        named = {
            hit.item_key
            for hit in self._hits
            if hit.item_key
            and folded in {it.casefold() for it in (hit.label, hit.item_key, hit.title, words(hit))}
        }
        if len(named) == 1:
            return named.pop()
        raise LookupError(
            _(
                "Nothing is chosen for “{words}”. Choose a row of the list, or leave it empty."
            ).format(words=typed)
        )

    def list_is_open(self) -> bool:
        """Whether the list is shown."""
        return self.popup.isVisible()

    def close_list(self) -> None:
        """Take the list away."""
        self.popup.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list and choose from it; the rest is typed."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if self.list_is_open():
                self.popup.list.move_choice(-1 if key == Qt.Key.Key_Up else 1)
            elif key == Qt.Key.Key_Down:
                self._search(self.text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list_is_open():
            if not self.popup.list.start_current():
                self.close_list()
                event.ignore()
        elif key == Qt.Key.Key_Escape and self.list_is_open():
            self.close_list()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the user goes elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the list with the field."""
        self.close_list()
        super().hideEvent(event)

    def _search(self, typed: str) -> None:
        asked = " ".join(typed.split())
        if not asked:
            self._hits = []
            self.close_list()
            return
        # What runs now can't be started again, but time can be written down for it.
        self._hits = [
            replace(hit, runs=False)
            for hit in self._find_items(asked)
            if self.account in ("", hit.account)
        ]
        self.popup.show_hits(self, self._hits, asked)

    def _take(self, hit: SearchHit) -> None:
        self.set_item(hit.item_key, words(hit))
        self.chosen.emit(hit)


class _Popup(Band):
    """The list, over whatever is below the field; a child of the window, so it takes no focus."""

    def __init__(self) -> None:
        super().__init__(None, fill="base", edge=True)
        self.list = RowList()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(_("Work items found"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self.list)
        self.hide()

    def show_hits(self, field: QWidget, hits: list[SearchHit], query: str) -> None:
        """Show what was found below the field, or above it where there is more room."""
        rows = hit_rows(hits)
        if not rows:
            self.hide()
            return
        window = field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
            window.installEventFilter(self)
        self.list.show_rows(rows, query)
        self.list.choose_first()
        high = sum(self.list.sizeHintForRow(at) for at in range(min(len(rows), SHOWN))) + px(4)
        top_left = field.mapTo(window, QPoint(0, 0))
        wide = max(field.width(), px(320))
        left = max(0, min(top_left.x(), window.width() - wide - px(8)))
        below = window.height() - top_left.y() - field.height() - px(8)
        above = top_left.y() - px(8)
        if below >= min(high, above):
            place = QRect(left, top_left.y() + field.height() + 2, wide, min(high, below))
        else:
            place = QRect(left, top_left.y() - 2 - min(high, above), wide, min(high, above))
        self.setGeometry(place)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the window changes its size: the field has moved."""
        if event.type() == QEvent.Type.Resize:
            self.hide()
        return super().eventFilter(watched, event)


def words(hit: SearchHit) -> str:
    """Return what the field shows for a work item: its number and its title."""
    return f"{hit.label} {hit.title}".strip()
