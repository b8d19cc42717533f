"""The head of the panel: what runs, since when, and how long; it keeps its place in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.button import LinkButton
from app.ui.clock_times import clock_time
from app.ui.elided_label import ElidedLabel
from app.ui.label import Number
from app.ui.mark_label import AccountLabel
from app.ui.theme import BODY, CLOCK, TITLE, px, scaled_font, widest_digits
from app.words import _
from app.words.lengths import length

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.ui.views import RunningView


class Header(QWidget):
    """Title and place on the left, the clock and its start on the right; one line when compact."""

    start_pressed = Signal()
    """The words that tell the start were pressed: it is to be changed."""

    def __init__(self, zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._running: RunningView | None = None
        self._compact = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        left = QVBoxLayout()
        left.setSpacing(4)
        row.addLayout(left, 1)
        self.title = ElidedLabel(factor=TITLE, bold=True)
        self._left = left
        left.addWidget(self.title)
        # A widget, since an empty layout would leave the title no width.
        self._place = QWidget()
        place = QHBoxLayout(self._place)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(4)
        self._account = AccountLabel(-1)
        self.where = ElidedLabel(tone="muted", even_digits=True)
        place.addWidget(self._account)
        place.addWidget(self.where, 1)
        left.addWidget(self._place)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        row.addLayout(right)
        self.clock = Number("00:00", factor=CLOCK, bold=True)
        self.since = LinkButton(underline=True)
        right.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        right.addWidget(self.since, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        right.addStretch(1)
        self.since.clicked.connect(self.start_pressed)

    def show_running(self, running: RunningView | None, *, compact: bool) -> None:
        """Show the track that runs, or that none does; `compact` while a search takes the room."""
        self._running, self._compact = running, compact
        self.title.set_factor(BODY if compact else TITLE, bold=True)
        self.clock.set_factor(BODY if compact else CLOCK, bold=True)
        self.clock.set_pattern("0:00" if running is None else "00:00")
        # The title's middle stands beside the upper half of the clock.
        self._left.setContentsMargins(0, 0 if compact else px(8), 0, 0)
        self._account.setVisible(running is not None)
        self._place.setVisible(not compact)
        self.since.setVisible(running is not None and not compact)
        if running is None:
            self.title.setText(_("Nothing is running"))
            self.where.setText(_("Enter starts the clock."))
            self.clock.set_tone("muted")
            return
        self.title.setText(running.title)
        self.where.setText(running.where)
        self._account.set_account(running.account_index)
        self.clock.set_tone("accent")
        started = clock_time(running.started_at, self._zone)
        self.since.set_words(_("since {time}").format(time=started))
        self.since.setAccessibleName(_("Since {time}: change the start").format(time=started))

    def least_width(self) -> int:
        """Return the width in px that our own words need beside the clock."""
        title = QFontMetricsF(scaled_font(TITLE, bold=True))
        clock = QFontMetricsF(scaled_font(CLOCK, bold=True, even_digits=True))
        plain = QFontMetricsF(scaled_font(BODY))
        words = max(
            title.horizontalAdvance(_("Nothing is running")),
            plain.horizontalAdvance(_("Enter starts the clock.")),
        )
        return int(words + widest_digits(clock, "0:00")) + 16

    def show_elapsed(self, now: datetime) -> None:
        """Show how long it has run."""
        running = self._running
        elapsed = (now - running.started_at).total_seconds() if running is not None else 0
        words = length(max(0, elapsed))
        if words != self.clock.text():
            self.clock.setText(words)
            self.clock.setAccessibleName(_("Running for {length}").format(length=words))
