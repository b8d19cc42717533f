"""Two versions of an entry side by side: a choice for each field that differs, and the result."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.ui.account_field import wrapping
from app.ui.band import Band
from app.ui.button import Button
from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.outbox_views import SideRow, SidesView
from app.ui.refusal import Refusal
from app.ui.theme import SMALL, TITLE, Tone, dress, look_of, px, set_tab_order
from app.words import _

WIDTH, HEIGHT = 840, 440


class SideCell(QWidget):
    """A value of one version; with a radio button where it can be chosen."""

    def __init__(
        self, words: str, *, tone: Tone = "text", bold: bool = False, first: bool = False
    ) -> None:
        super().__init__()
        self.button: QRadioButton | None = None
        self.words = Label(words, tone=tone, bold=bold)
        policy = self.words.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self.words.setSizePolicy(policy)
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(16) if first else px(8), px(6), px(8), px(7))
        self._row.setSpacing(px(8))
        self._row.addWidget(self.words, 1)

    def make_choice(self, name: str) -> QRadioButton:
        """Let it be chosen; `name` is what a screen reader says of it."""
        self.button = button = QRadioButton()
        button.setAccessibleName(name)
        button.toggled.connect(self.update)
        self._row.insertWidget(0, button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose it: all of the cell does."""
        if self.button is not None:
            self.button.setChecked(True)
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the soft fill and the bar when it is chosen, and the line below."""
        look = look_of(self.palette())
        painter = QPainter(self)
        rect = self.rect()
        chosen = self.button is not None and self.button.isChecked()
        painter.fillRect(rect, look.soft_selection if chosen else look.base)
        line = look.border if look.high_contrast else look.hairline
        painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), line)
        if chosen:
            bar = QRect(0, 0, px(3), rect.height() - 1)
            painter.fillRect(QStyle.visualRect(self.layoutDirection(), rect, bar), look.focus)


class SidesDialog(QDialog):
    """Choose a side for each field that differs; Esc decides later. It blocks no other window."""

    saved = Signal(str, object)
    """The id of the entry, and a frozenset of the fields of which theirs is taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent)
        self.setModal(False)
        self.setWindowTitle(_("Two versions"))
        self._view: SidesView | None = None
        self._groups: dict[str, QButtonGroup] = {}
        self.cells: dict[str, tuple[SideCell, SideCell]] = {}
        self.title = Label(factor=TITLE, bold=True)
        self.text = wrapping("")
        self.outcome = Label(even_digits=True)
        self.refusal = Refusal()
        self.all_ours = Button("")
        self.all_theirs = Button("")
        self.save = Button(_("Save the result"), bold=True)
        self.save.setDefault(True)
        self._build()
        self.all_ours.clicked.connect(lambda: self._choose_all(theirs=False))
        self.all_theirs.clicked.connect(lambda: self._choose_all(theirs=True))
        self.save.clicked.connect(self._save)

    @property
    def id(self) -> str:
        """The id of the entry that is shown."""
        return "" if self._view is None else self._view.id

    def show_sides(self, view: SidesView) -> None:
        """Show two versions; what was chosen of the same two stays."""
        if view == self._view:
            return
        before = self.theirs() if self._view is not None and self._view.id == view.id else None
        self._view = view
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.text)
        self.title.setText(view.title)
        self.text.setText(view.text)
        self.all_ours.set_words(view.all_ours)
        self.all_theirs.set_words(view.all_theirs)
        self.refusal.say("")
        self._fill(view)
        for field, group in self._groups.items():
            group.button(1 if before is not None and field in before else 0).setChecked(True)
        self._word_result()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the first field that differs."""
        super().showEvent(event)
        group = next(iter(self._groups.values()), None)
        button = None if group is None else group.checkedButton()
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def theirs(self) -> frozenset[str]:
        """The fields of which theirs is taken."""
        return frozenset(f for f, group in self._groups.items() if group.checkedId() == 1)

    def say(self, sentence: str) -> None:
        """Say why the result was refused; what was chosen stays."""
        self.refusal.say(sentence)

    # ----------------------------------------------------------------- inside

    def _save(self) -> None:
        if self._view is not None:
            self.refusal.say("")
            self.saved.emit(self._view.id, self.theirs())

    def _choose_all(self, *, theirs: bool) -> None:
        for group in self._groups.values():
            group.button(int(theirs)).setChecked(True)

    def _word_result(self) -> None:
        if self._view is not None:
            words = _("Result: {result}").format(result=self._view.result(self.theirs()))
            self.outcome.setText(words)
            self.outcome.setAccessibleName(words)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(px(16), px(16), px(16), px(12))
        head.setSpacing(px(6))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(MarkLabel("conflict", tone="warning"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.title, 1)
        head.addLayout(line)
        head.addWidget(self.text)
        column.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._scroll, 1)
        result = Band(fill="alternate", bar="muted", top=True, bottom=True)
        said = QVBoxLayout(result)
        said.setContentsMargins(px(16), px(10), px(16), px(10))
        said.addWidget(self.outcome)
        column.addWidget(result)
        foot = QVBoxLayout()
        foot.setContentsMargins(px(16), px(12), px(16), px(12))
        foot.setSpacing(px(8))
        foot.addWidget(self.refusal)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.all_ours)
        row.addWidget(self.all_theirs)
        row.addStretch(1)
        row.addWidget(Label(_("You can undo this."), tone="muted", factor=SMALL, wrap=False))
        row.addWidget(self.save)
        foot.addLayout(row)
        column.addLayout(foot)
        area = self.screen().availableGeometry()
        self.setMinimumSize(min(px(560), area.width()), min(px(320), area.height()))
        self.resize(min(px(WIDTH), area.width()), min(px(HEIGHT), area.height()))

    def _fill(self, view: SidesView) -> None:
        for group in self._groups.values():
            group.deleteLater()
        self._groups, self.cells = {}, {}
        inner = Band(fill="base")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        grid = QGridLayout()
        grid.setSpacing(0)
        for at, stretch in enumerate((2, 5, 5)):
            grid.setColumnStretch(at, stretch)
            grid.setColumnMinimumWidth(at, px(80))
        for at, words in enumerate((_("Field"), view.ours, view.theirs)):
            head = Band(fill="window", bottom=True)
            box = QHBoxLayout(head)
            box.setContentsMargins(px(16) if at == 0 else px(8), px(6), px(8), px(7))
            box.addWidget(Label(words, tone="muted", factor=SMALL, bold=True))
            grid.addWidget(head, 0, at)
        for at, row in enumerate(view.rows):
            self._row(grid, at + 1, row, view)
        column.addLayout(grid)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        buttons = [group.button(side) for group in self._groups.values() for side in (0, 1)]
        set_tab_order([*buttons, self.all_ours, self.all_theirs, self.save])

    def _row(self, grid: QGridLayout, at: int, row: SideRow, view: SidesView) -> None:
        quiet: Tone = "text" if row.differs else "muted"
        name = SideCell(row.name, tone=quiet, bold=row.differs, first=True)
        ours, theirs = SideCell(row.ours, tone=quiet), SideCell(row.theirs, tone=quiet)
        for column, cell in enumerate((name, ours, theirs)):
            cell.setMinimumHeight(px(32))
            grid.addWidget(cell, at, column)
        if not row.differs:
            return
        group = QButtonGroup(self)
        for number, (cell, side, words) in enumerate(
            ((ours, view.ours, row.ours), (theirs, view.theirs, row.theirs))
        ):
            group.addButton(cell.make_choice(f"{row.name}, {side}: {words}"), number)
        group.idToggled.connect(lambda _id, on: self._word_result() if on else None)
        self._groups[row.field] = group
        self.cells[row.field] = (ours, theirs)
