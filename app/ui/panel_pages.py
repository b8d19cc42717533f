"""What stands in the list's place: first words of advice, nothing found, the list of keys."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.band import Band
from app.ui.elided_label import ElidedLabel
from app.ui.keycaps import Keycaps
from app.ui.label import Label
from app.ui.theme import px
from app.words import _


class Pages(QStackedWidget):
    """The pages; the window is as high as its other parts want, and a page scrolls in the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gives_way = False

    def give_way(self, on: bool) -> None:
        """Need hardly any room, while something above is being edited."""
        if on != self._gives_way:
            self._gives_way = on
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Return False: a hidden page with long words must not make the window higher."""
        return False

    def sizeHint(self) -> QSize:
        """Return four rows."""
        return QSize(px(160), px(32) * 4)

    def minimumSizeHint(self) -> QSize:
        """Return three rows, or hardly any while something else needs the room."""
        return QSize(px(160), px(8) if self._gives_way else px(32) * 3)


class _Page(QScrollArea):
    """A page that scrolls when it is higher than its room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class Welcome(_Page):
    """What to do first, shown until there is an entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = Band(fill="base")
        self.setWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(10)
        _add(column, Label(_("Start with a few words"), bold=True))
        _add(
            column,
            Label(
                _(
                    "Type “login” and press Enter. A number such as #1349 finds the work item; "
                    "any other words become the comment."
                ),
                tone="muted",
            ),
        )
        _add(
            column,
            Label(
                _("You can choose the item, the activity and the start time later."), tone="muted"
            ),
        )
        column.addSpacing(4)
        for keys, words in (
            ((_("Enter"),), _("start")),
            ((_("Ctrl"), "E"), _("change the start")),
            ((_("Esc"),), _("close, the clock runs on")),
        ):
            column.addWidget(Keycaps(keys, words))
        column.addStretch(1)


class Nothing(Band):
    """That nothing was found, and the way on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="base")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        self.sentence = Label(tone="muted")
        _add(column, self.sentence)
        column.addStretch(1)


class KeyList(_Page):
    """Every key of the panel and what it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Keys"))
        ctrl, shift = _("Ctrl"), _("Shift")
        page = Band(fill="base")
        grid = QGridLayout(page)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows = (
            ((_("Enter"),), _("start, switch or continue")),
            ((ctrl, _("Enter")), _("words as the comment")),
            ((ctrl, "1"), _("recent item, 1 to 9")),
            ((ctrl, "D"), _("stop")),
            ((ctrl, "E"), _("change the start")),
            ((ctrl, "M"), _("comment")),
            (("F2",), _("edit all fields")),
            ((ctrl, "Z"), _("undo")),
            ((ctrl, shift, "Z"), _("redo")),
            (("F5",), _("sync")),
            ((ctrl, shift, "O"), _("what waits")),
            ((ctrl, shift, "T"), _("timesheet")),
            ((ctrl, ","), _("settings")),
            ((_("Esc"),), _("leave, then close")),
            ((ctrl, "Q"), _("quit")),
        )
        for at, (keys, words) in enumerate(rows):
            caps = Keycaps(keys)
            caps.setAccessibleName(f"{'+'.join(keys)}: {words}")
            grid.addWidget(
                caps, at, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            )
            grid.addWidget(ElidedLabel(words, tone="muted"), at, 1)
        grid.setRowStretch(len(rows), 1)
        self.setWidget(page)


def _add(column: QVBoxLayout, label: Label) -> None:
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    column.addWidget(label)
