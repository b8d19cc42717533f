"""The fields of the row editor: a clock time that keeps its seconds, a choice that gives way."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox, QSizePolicy

from app.ui.choice import Choice
from app.ui.clock_times import clock_time
from app.ui.line_edit import LineEdit
from app.ui.theme import BODY, px, scaled_font, widest_digits


class TimeField(LineEdit):
    """A clock time; words that were not touched mean the very moment, to the second."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._set: tuple[str, datetime] | None = None
        self.setFont(scaled_font(BODY, even_digits=True))
        self.setAccessibleName(name)
        self.setFixedWidth(int(widest_digits(QFontMetricsF(self.font()), "00:00 PM")) + px(28))

    def set_moment(self, at: datetime | None, zone: ZoneInfo) -> None:
        """Show this moment, in hours and minutes; None for nothing."""
        shown = "" if at is None else clock_time(at, zone)
        self._set = None if at is None else (shown, at)
        self.setText(shown)
        self.setCursorPosition(0)

    def moment(self) -> datetime | None:
        """Return the moment that was set, if the words are still its."""
        return self._set[1] if self._set is not None and self.text() == self._set[0] else None


class PlainChoice(Choice):
    """A choice field that gives way, with foreign words shown plainly."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setIconSize(QSize(px(16), px(16)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
