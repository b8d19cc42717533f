"""A label of one line that gives way: it ends in an ellipsis where the room ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.label import Label
from app.ui.theme import BODY, Tone, plain_tooltip


class ElidedLabel(Label):
    """One line of plain text; when it is cut, the tooltip has all of it, a screen reader always."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        tone: Tone = "text",
        factor: float = BODY,
        bold: bool = False,
        even_digits: bool = False,
    ) -> None:
        super().__init__(
            "",
            parent,
            tone=tone,
            factor=factor,
            bold=bold,
            even_digits=even_digits,
            wrap=False,
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show these words; line breaks become spaces."""
        super().setText(" ".join(text.split()))
        self.setAccessibleName(text)

    def is_elided(self) -> bool:
        """Return whether the words do not fit."""
        return self.shown_text() != self.text()

    def shown_text(self) -> str:
        """Return the words as far as they fit."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def sizeHint(self) -> QSize:
        """Return the size of the whole line."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.horizontalAdvance(self.text())) + 2, int(metrics.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters: the rest may be cut."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.averageCharWidth() * 4), int(metrics.height()) + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew: what fits has changed."""
        super().resizeEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Show a tooltip only when something is cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.setToolTip(plain_tooltip(self.text()) if self.is_elided() else "")
        return super().event(event)
