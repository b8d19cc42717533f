"""The answers of a prompt: rows with a radio button, what follows from it, and its key."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QStyle, QWidget

from app.ui.band import Band
from app.ui.keycaps import Keycaps
from app.ui.label import Label
from app.ui.prompt_views import AnswerView
from app.ui.theme import BODY, SMALL, look_of, px, scaled_font, without_mnemonic


class _Stacked(QSizePolicy):
    """As wide as there is room, as high as the words need at that width."""

    def __init__(self) -> None:
        super().__init__(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHeightForWidth(True)


class AnswerRow(QWidget):
    """One answer. The whole row chooses it; chosen, it has the soft fill and the bar.

    It lays itself out: boxes keep the height of wrapped words from before they had a width.
    """

    def __init__(self, view: AnswerView, key: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.setSizePolicy(_Stacked())
        self.button = QRadioButton(without_mnemonic(view.title), self)
        self.button.setAccessibleName(view.title)
        self.button.setAccessibleDescription(view.text)
        self.button.toggled.connect(self._toggled)
        # No buddy of the button: a label with one takes `&` for a mnemonic.
        self.text = Label(view.text, self, tone="muted", factor=SMALL)
        self._key = Keycaps((str(key),), parent=self)

    def heightForWidth(self, width: int) -> int:
        """Return room for the title and, below it, the words as they wrap."""
        words = self.text.heightForWidth(width - self._before() - self._after())
        return px(8) + self._title_height() + px(2) + words + px(9)

    def sizeHint(self) -> QSize:
        """Return the usual width."""
        return QSize(px(320), self.heightForWidth(px(320)))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few words."""
        return QSize(px(200), px(32))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place button, words and key."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        top, high = px(8), self._title_height()
        room = self.width() - self._before() - self._after()
        radio = self.button.sizeHint().width() + px(24)
        key = self._key.sizeHint()
        places = (
            (self.button, QRect(px(16), top, min(radio, room + self._before() - px(16)), high)),
            (self.text, QRect(self._before(), top + high + px(2), room, 0)),
            (self._key, QRect(self.width() - px(16) - key.width(), top, key.width(), key.height())),
        )
        for widget, place in places:
            if widget is self.text:
                place.setHeight(self.text.heightForWidth(room))
            widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def _before(self) -> int:
        """Where the words begin: below the title, after the indicator."""
        indicator = self.style().pixelMetric(QStyle.PixelMetric.PM_ExclusiveIndicatorWidth)
        gap = self.style().pixelMetric(QStyle.PixelMetric.PM_RadioButtonLabelSpacing)
        return px(16) + indicator + gap

    def _after(self) -> int:
        return px(16) + self._key.sizeHint().width() + px(8)

    def _title_height(self) -> int:
        return max(self.button.sizeHint().height(), self._key.sizeHint().height())

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose it."""
        self.button.setChecked(True)
        self.button.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the soft fill and the bar when it is chosen."""
        if not self.button.isChecked():
            return
        look = look_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.soft_selection)
        bar = self.rect()
        bar.setWidth(px(3))
        painter.fillRect(QStyle.visualRect(self.layoutDirection(), self.rect(), bar), look.focus)

    def _toggled(self, checked: bool) -> None:
        self.button.setFont(scaled_font(BODY, bold=checked))
        self._place()
        self.update()


class AnswerList(Band):
    """The answers of one question, from 1 on; at first the safe one is chosen, if there is one."""

    chosen = Signal()
    """Another answer is chosen; see `answer`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="base", top=True, bottom=True)
        self.setSizePolicy(_Stacked())
        self._group: QButtonGroup | None = None
        self.rows: list[AnswerRow] = []

    def show_answers(self, answers: tuple[AnswerView, ...], chosen: int | None = 0) -> None:
        """Show the answers of another question; `chosen` is the index of the safe one."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        if self._group is not None:
            self._group.deleteLater()
        self._group = QButtonGroup(self)
        self.rows = [AnswerRow(view, at + 1, self) for at, view in enumerate(answers)]
        for row in self.rows:
            self._group.addButton(row.button)
            row.show()
            row.button.toggled.connect(self._toggled)
        if self.rows and chosen is not None:
            self.rows[chosen].button.setChecked(True)
        self.updateGeometry()
        self._place()

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows and of the lines around them."""
        return sum(row.heightForWidth(width) for row in self.rows) + 2

    def sizeHint(self) -> QSize:
        """Return the usual width."""
        return QSize(px(320), self.heightForWidth(px(320)))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few words in each row."""
        return QSize(px(200), px(32) * len(self.rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the rows below each other."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        top = 1
        for row in self.rows:
            height = row.heightForWidth(self.width())
            row.setGeometry(0, top, self.width(), height)
            top += height

    def answer(self) -> AnswerView | None:
        """Return the chosen answer."""
        return next((row.view for row in self.rows if row.button.isChecked()), None)

    def chosen_at(self) -> int:
        """Return the index of the chosen answer, -1 for none."""
        return next((at for at, row in enumerate(self.rows) if row.button.isChecked()), -1)

    def choose(self, at: int) -> bool:
        """Choose the answer with that index, from 0; return whether there is one."""
        if not 0 <= at < len(self.rows):
            return False
        self.rows[at].button.setChecked(True)
        self.rows[at].button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _toggled(self, checked: bool) -> None:
        if checked:
            self.chosen.emit()
