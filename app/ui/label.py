"""Labels for foreign words: always plain text, in one of our tones and type sizes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.theme import BODY, Tone, look_of, scaled_font, widest_digits


class Label(QLabel):
    """Plain text that wraps, in a tone that follows the palette and a size that follows the font.

    `factor` is one of the type sizes of the theme. The words are never taken for markup.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        tone: Tone = "text",
        factor: float = BODY,
        bold: bool = False,
        even_digits: bool = False,
        wrap: bool = True,
    ) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self._factor = factor
        self._bold = bold
        self._even_digits = even_digits
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        self._set_font()

    def set_tone(self, tone: Tone) -> None:
        """Say something else by the colour."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    def set_factor(self, factor: float, *, bold: bool) -> None:
        """Take another type size."""
        if (factor, bold) != (self._factor, self._bold):
            self._factor, self._bold = factor, bold
            self._set_font()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the size in step with the system font."""
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._set_font()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the words in the tone."""
        painter = QPainter(self)
        painter.setPen(look_of(self.palette()).tone(self._tone))
        flags = self.alignment()
        if self.wordWrap():
            flags |= Qt.TextFlag.TextWordWrap
        painter.drawText(self.contentsRect(), int(flags), self.shown_text())

    def shown_text(self) -> str:
        """Return the words as they are painted."""
        return self.text()

    def _set_font(self) -> None:
        self.setFont(scaled_font(self._factor, bold=self._bold, even_digits=self._even_digits))


class Number(Label):
    """A number that grows without moving anything: right-aligned, as wide as `pattern` at once."""

    def __init__(
        self,
        pattern: str,
        parent: QWidget | None = None,
        *,
        tone: Tone = "text",
        factor: float = BODY,
        bold: bool = False,
    ) -> None:
        super().__init__(
            "", parent, tone=tone, factor=factor, bold=bold, even_digits=True, wrap=False
        )
        self._pattern = pattern
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_pattern(self, pattern: str) -> None:
        """Take room for another pattern."""
        if pattern != self._pattern:
            self._pattern = pattern
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of the widest number of this pattern, or of the number if it is wider."""
        metrics = QFontMetricsF(self.font())
        width = max(widest_digits(metrics, self._pattern), metrics.horizontalAdvance(self.text()))
        return QSize(int(width) + 2, int(metrics.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return the same: a number is never cut."""
        return self.sizeHint()
