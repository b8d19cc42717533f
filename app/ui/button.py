"""Push buttons with a mark, in the accent or small, and flat ones that read like a link."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from app.ui.marks import mark_pixmap, paint_mark
from app.ui.style_painting import ACCENT_PROPERTY, SMALL_PROPERTY
from app.ui.theme import BODY, SMALL, Tone, look_of, px, scaled_font, without_mnemonic


class Button(QPushButton):
    """A push button; `&` in its words is shown as it stands.

    `accent` fills it with the accent, for the verb that belongs to the running track. `small` is 24
    high instead of 32. `mark` is drawn before the words in their colour. It never becomes the
    default button by itself: one per window is made so on purpose.
    """

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        mark: str = "",
        accent: bool = False,
        small: bool = False,
        bold: bool = False,
    ) -> None:
        super().__init__(parent)
        self._mark = mark
        self._accent = accent
        self._small = small
        self._bold = bold or accent
        self.setProperty(ACCENT_PROPERTY, accent)
        self.setProperty(SMALL_PROPERTY, small)
        self.setAutoDefault(False)
        self.set_words(text)
        self._dress()

    def set_words(self, text: str) -> None:
        """Show these words, plainly."""
        shown = without_mnemonic(text)
        if shown != self.text():
            self.setText(shown)
            self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        """Tint the mark and size the words anew when palette or font change."""
        if event.type() in (
            QEvent.Type.ApplicationFontChange,
            QEvent.Type.PaletteChange,
            QEvent.Type.EnabledChange,
        ):
            self._dress()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it by Enter too, which Qt leaves to default buttons alone."""
        if not _press_by_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Let the style draw it, with our colours if it carries the accent."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if self._accent and self.isEnabled():
            look = look_of(self.palette())
            palette = QPalette(option.palette)
            palette.setColor(QPalette.ColorRole.ButtonText, look.on_accent)
            # Fusion brightens this fill, so it gets a darker one; our style takes the accent.
            palette.setColor(
                QPalette.ColorRole.Button, look.accent if look.dark else QColor("#075844")
            )
            option.palette = palette
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _dress(self) -> None:
        self.setFont(scaled_font(SMALL if self._small else BODY, bold=self._bold))
        if self._mark:
            look = look_of(self.palette())
            ink = look.on_accent if self._accent else look.text
            if not self.isEnabled():
                ink = look.border
            side = px(14)
            self.setIconSize(QSize(side, side))
            self.setIcon(QIcon(mark_pixmap(self._mark, side, ink, self.devicePixelRatioF())))


class LinkButton(QPushButton):
    """Words that can be pressed: flat, with a mark before them or a line below them."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mark: str = "",
        tone: Tone = "muted",
        underline: bool = False,
        factor: float = BODY,
    ) -> None:
        super().__init__(parent)
        self._mark = mark
        self._mark_tone: Tone = tone
        self._tone: Tone = tone
        self._underline = underline
        self._factor = factor
        self.setAutoDefault(False)
        self.setFlat(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFont(scaled_font(factor, even_digits=True))
        self.set_words(text, mark=mark, tone=tone)

    def set_words(
        self, text: str, *, mark: str = "", tone: Tone = "muted", mark_tone: Tone | None = None
    ) -> None:
        """Show these words with this mark; the mark may have a tone of its own."""
        self._mark, self._tone, self._mark_tone = mark, tone, mark_tone or tone
        self.setText(without_mnemonic(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the size in step with the system font."""
        if event.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(scaled_font(self._factor, even_digits=True))
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it by Enter too, which Qt leaves to default buttons alone."""
        if not _press_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of mark and words, with room for the focus."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._plain()) + px(4)
        if self._mark:
            width += px(16) + px(6)
        return QSize(width, max(metrics.height() + px(4), px(20)))

    def minimumSizeHint(self) -> QSize:
        """Return room for a short sentence; a longer one is cut."""
        return QSize(min(self.sizeHint().width(), px(150)), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint mark, words, line and focus."""
        look = look_of(self.palette())
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(px(2), 0, -px(2), 0)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._mark:
            side = px(14)
            box = QRectF(area.left(), (self.height() - side) / 2, side, side)
            room = side + px(6)
            if mirrored:
                box.moveRight(area.right())
                area.setRight(area.right() - room)
            else:
                area.setLeft(area.left() + room)
            paint_mark(painter, box, self._mark, look.tone(self._mark_tone))
        ink = look.tone("text" if self.underMouse() and self._tone == "muted" else self._tone)
        painter.setPen(ink)
        words = self.fontMetrics().elidedText(
            self._plain(), Qt.TextElideMode.ElideRight, int(area.width()) + 1
        )
        side_flag = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(side_flag | Qt.AlignmentFlag.AlignVCenter), words)
        if self._underline or self.underMouse():
            width = self.fontMetrics().horizontalAdvance(words)
            left = area.right() - width if mirrored else area.left()
            base = round((self.height() + self.fontMetrics().height()) / 2) - 0.5
            painter.setPen(QPen(ink, 1))
            painter.drawLine(int(left), int(base), int(left + width), int(base))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.focus, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def _plain(self) -> str:
        return self.text().replace("&&", "&")


def _press_by_enter(button: QPushButton, event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not plain:
        button.click()
        return True
    return False
