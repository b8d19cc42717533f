"""The foot of the panel: how much today, and whether everything stands on the servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.band import Band
from app.ui.button import Button, LinkButton
from app.ui.elided_label import ElidedLabel
from app.ui.keycaps import Keycaps
from app.ui.label import Label
from app.ui.theme import SMALL, look_of, px, scaled_font, widest_digits
from app.words import _
from app.words.lengths import length

if TYPE_CHECKING:
    from app.ui.theme import Tone
    from app.ui.views import SyncKind, SyncView

_MARKS: dict[SyncKind, tuple[str, Tone, Tone]] = {
    "ok": ("tick", "muted", "muted"),
    "waits": ("arrow-up", "text", "text"),
    "offline": ("arrow-up", "text", "text"),
    "sign-in": ("held", "text", "warning"),
    "held": ("held", "text", "warning"),
}
"""Mark, tone of the words, tone of the mark: only what needs the user has the warning colour."""


class DayTotal(QLabel):
    """The words “Today 4:35 of 8:00”, the total bold; as wide as `00:00` needs from the start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = ("", "", "")
        self.setFont(scaled_font(1.0, even_digits=True))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_day(self, worked: str, target: str) -> None:
        """Show today's total, and the target unless it is empty."""
        sentence = _("Today {worked} of {target}") if target else _("Today {worked}")
        before, _found, after = sentence.replace("{target}", target).partition("{worked}")
        parts = (before, worked, after)
        if parts != self._parts:
            self._parts = parts
            self.setAccessibleName("".join(parts))
            self.updateGeometry()
            self.update()

    def words(self) -> str:
        """Return the whole sentence."""
        return "".join(self._parts)

    def sizeHint(self) -> QSize:
        """Return room for the sentence with a total of four digits."""
        plain, bold = QFontMetricsF(self.font()), QFontMetricsF(self._bold())
        before, worked, after = self._parts
        number = max(widest_digits(bold, "00:00"), bold.horizontalAdvance(worked))
        width = plain.horizontalAdvance(before) + number + plain.horizontalAdvance(after)
        return QSize(int(width) + 2, int(bold.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return the same: a total is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the three parts."""
        look = look_of(self.palette())
        painter = QPainter(self)
        at = 0.0
        for words, font, ink in (
            (self._parts[0], self.font(), look.text),
            (self._parts[1], self._bold(), look.text),
            (self._parts[2], self.font(), look.muted),
        ):
            painter.setFont(font)
            painter.setPen(ink)
            width = QFontMetricsF(font).horizontalAdvance(words)
            painter.drawText(
                QRectF(at, 0, width + 1, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words
            )
            at += width

    def _bold(self) -> QFont:
        return scaled_font(1.0, bold=True, even_digits=True)


class DayBar(QWidget):
    """A bar of 3 px: which share of the day's target is done. The words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(px(3))

    def show_share(self, share: float) -> None:
        """Show a share from 0 to 1; more than 1 is full."""
        self._share = max(0.0, min(1.0, share))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track and the share in text colour: the accent would say "runs now"."""
        look = look_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        whole = self.rect().toRectF()
        painter.setBrush(look.hairline)
        painter.drawRoundedRect(whole, radius, radius)
        done = QRectF(0, 0, whole.width() * self._share, whole.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            done.moveRight(whole.right())
        painter.setBrush(look.text)
        if done.width() >= 1:
            painter.drawRoundedRect(done, radius, radius)


class Footer(Band):
    """Today, the bar, the sync line, and two quiet lines while something waits."""

    sync_pressed = Signal()
    """The sync line itself."""
    show_pressed = Signal()
    try_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="window", top=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 9, 16, 11)
        column.setSpacing(8)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(8)
        self.today = DayTotal()
        self.sync = LinkButton()
        self._row.addWidget(self.today)
        self._row.addStretch(1)
        self._row.addWidget(self.sync)
        column.addLayout(self._row)
        self.day_bar = DayBar()
        column.addWidget(self.day_bar)
        self.detail = Label(tone="muted", factor=SMALL)
        self.detail.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column.addWidget(self.detail)
        self._next = QWidget()
        next_row = QHBoxLayout(self._next)
        next_row.setContentsMargins(0, 0, 0, 0)
        next_row.setSpacing(8)
        self.next_try = ElidedLabel(tone="muted", factor=SMALL)
        self.show_button = Button(_("Show"), small=True)
        self.show_button.setAccessibleName(_("Show what waits"))
        self.try_button = Button(_("Try now"), small=True)
        next_row.addWidget(self.next_try, 1)
        next_row.addWidget(self.show_button)
        next_row.addWidget(self.try_button)
        column.addWidget(self._next)
        self.sync.clicked.connect(self.sync_pressed)
        self.show_button.clicked.connect(self.show_pressed)
        self.try_button.clicked.connect(self.try_pressed)
        self.detail.hide()
        self._next.hide()

    def show_day(self, seconds: float, target_seconds: int) -> None:
        """Show today's total and its share of the target."""
        self.today.show_day(length(seconds), length(target_seconds) if target_seconds else "")
        self.day_bar.setVisible(bool(target_seconds))
        self.day_bar.show_share(seconds / target_seconds if target_seconds else 0)

    def show_sync(self, sync: SyncView) -> None:
        """Say whether everything stands on the servers, and what waits if not."""
        mark, tone, mark_tone = _MARKS[sync.kind]
        self.sync.set_words(sync.line, mark=mark, tone=tone, mark_tone=mark_tone)
        self.detail.setText(sync.detail)
        self.detail.setVisible(bool(sync.detail))
        self.next_try.setText(sync.next_try)
        self._next.setVisible(bool(sync.next_try or sync.detail))
        self._lay_row()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the two halves of the first row anew."""
        super().resizeEvent(event)
        self._lay_row()

    def _lay_row(self) -> None:
        """Put today and the sync line beside each other, or below where large type needs it."""
        fits = self.today.sizeHint().width() + self.sync.sizeHint().width() + 8 <= self.width() - 32
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        )
        self._row.setSpacing(8 if fits else 2)


class SearchKeys(Band):
    """What the keys do while something is searched for; stands in the footer's place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="window", top=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 12)
        row.setSpacing(12)
        self.enter = Keycaps((_("Enter"),), _("start"))
        row.addWidget(self.enter)
        row.addWidget(Keycaps(("↑", "↓"), _("choose")))
        row.addWidget(Keycaps(("F1",), _("keys")))
        row.addStretch(1)

    def show_running(self, runs: bool) -> None:
        """Name what Enter does."""
        self.enter.set_words(_("switch") if runs else _("start"))
