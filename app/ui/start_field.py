"""A text field for a start, with a lenient reader: `905`, `9:05`, `-15m`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.ui.clock_times import clock_time
from app.ui.line_edit import LineEdit
from app.ui.start_text import read_start
from app.ui.theme import px, scaled_font, widest_digits
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo


class StartField(LineEdit):
    """The field; wide enough for every clock time of the locale, it keeps seconds it was given.

    `now` returns the moment, an aware UTC datetime; `zone` is the one that clock times are meant
    in, the system's when None.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._set: tuple[str, datetime] | None = None
        self.setFont(scaled_font(1.0, even_digits=True))
        self.setAccessibleName(_("Start"))
        wide = widest_digits(QFontMetricsF(self.font()), clock_time(now(), zone) + "00")
        self.setFixedWidth(int(wide) + px(36))

    def set_start(self, at: datetime) -> None:
        """Show this start, in hours and minutes."""
        words = clock_time(at, self._zone)
        self._set = (words, at)
        self.setText(words)

    def read(self) -> datetime:
        """Return the start that stands in the field, an aware UTC datetime.

        Words that were not touched mean the start that was set, to the second. Raises
        `StartTextError` with the sentence to show.
        """
        if self._set is not None and self.text() == self._set[0]:
            return self._set[1]
        return read_start(self.text(), self._now(), self._zone)
