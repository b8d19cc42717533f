"""The prompt: one question at a time, in a window of its own that takes no focus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.button import Button
from app.ui.elided_label import ElidedLabel
from app.ui.label import Label, Number
from app.ui.mark_label import MarkLabel
from app.ui.prompt_answers import AnswerList
from app.ui.prompt_strip import PromptStrip
from app.ui.prompt_views import PromptView
from app.ui.theme import SMALL, TITLE, dress, look_of, px
from app.words import _
from app.words.lengths import countdown

WIDTH = 480
KEYS_COUNT_AFTER_MS = 500
"""A window that comes up by itself may catch a key meant for another: so it waits (LOOK §5)."""

_Enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptWindow(QDialog):
    """Asks without taking the focus; stays on top until it is answered or put off.

    `now` returns the moment, an aware UTC datetime; only the countdown of a server's check needs
    it, and it counts only while the window is visible.
    """

    absence_answered = Signal(str, str)
    """An absence's id and keep, discard or discard-continue."""
    check_answered = Signal(str, bool)
    """A check's id and whether the user is still working."""
    later = Signal(str)
    """The question was put off: its id."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent)
        self._now = now
        self._view: PromptView | None = None
        self._active_for = QElapsedTimer()
        self._placed = False
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._build()
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self._count)

    # ----------------------------------------------------------------- what it is shown

    @property
    def shown_id(self) -> str | None:
        """The id of the question that is on the screen, or None."""
        return self._view.id if self._view is not None and self.isVisible() else None

    @property
    def ticking(self) -> bool:
        """Whether it will wake up to count down."""
        return self._tick.isActive()

    def show_prompt(self, view: PromptView) -> None:
        """Ask this; the focus stays where it is."""
        self._view = view
        self.setWindowTitle(view.window_title)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.text)
        self._mark.set_mark(view.mark, "text")
        self._title.setText(view.title)
        self._text.setText(view.text)
        self._strip.setVisible(view.strip is not None)
        if view.strip is not None:
            self._strip.show_strip(view.strip)
        self.time_left.setVisible(view.until_at is not None)
        self.answers.show_answers(view.answers)
        self._undo.setVisible(view.undoable)
        self._install_guard()
        self._fit()
        if not self.isVisible():
            self._active_for.invalidate()
            self._place()
            self.show()
        self._count()
        if self.answers.rows:
            self.answers.rows[0].button.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Go away without an answer: the question is settled."""
        self._view = None
        self.hide()

    # ----------------------------------------------------------------- what the user does

    def apply(self) -> None:
        """Answer with what is chosen. The window stays until the answer is on disk."""
        view, chosen = self._view, self.answers.answer()
        if view is None or chosen is None:
            return
        if view.kind == "check":
            self.check_answered.emit(view.id, chosen.answer == "yes")
        else:
            self.absence_answered.emit(view.id, chosen.answer)

    def put_off(self) -> None:
        """Decide later."""
        view = self._view
        if view is None:
            return
        self.dismiss()
        self.later.emit(view.id)

    def reject(self) -> None:
        """Put it off: what Qt makes of Esc."""
        self.put_off()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is no answer."""
        event.accept()
        self.put_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by a digit, apply by Enter, put off by Esc."""
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.answers.choose(key - Qt.Key.Key_1):
            return
        if key in _Enter:
            self.apply()
        elif key == Qt.Key.Key_Escape:
            self.put_off()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let no key through before the window has been active for half a second."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return not self.keys_count()
        return super().eventFilter(watched, event)

    def keys_count(self) -> bool:
        """Whether a key pressed now is meant for this window."""
        return (
            self.isActiveWindow()
            and self._active_for.isValid()
            and self._active_for.elapsed() >= KEYS_COUNT_AFTER_MS
        )

    def changeEvent(self, event: QEvent) -> None:
        """Begin to count the half second; take the size of another font."""
        if event.type() == QEvent.Type.ActivationChange:
            if self.isActiveWindow():
                self._active_for.start()
            else:
                self._active_for.invalidate()
        elif event.type() == QEvent.Type.ApplicationFontChange and self._view is not None:
            self._fit()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Count down from now on."""
        super().showEvent(event)
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        self._tick.stop()
        super().hideEvent(event)

    # ----------------------------------------------------------------- inside

    def _build(self) -> None:
        column = QVBoxLayout(self)
        # `_fit` knows better: a layout takes the least height at the least width.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(px(16), px(20), px(16), px(16))
        head.setSpacing(px(8))
        column.addLayout(head)
        top = QHBoxLayout()
        top.setSpacing(px(8))
        self._mark = MarkLabel("moon")
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(6))
        self._title = Label(factor=TITLE, bold=True)
        self._text = Label(tone="muted")
        for label in (self._title, self._text):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            words.addWidget(label)
        top.addLayout(words, 1)
        head.addLayout(top)
        head.addSpacing(px(4))
        self._strip = PromptStrip()
        head.addWidget(self._strip)
        self.time_left = TimeLeft()
        head.addWidget(self.time_left)
        self.answers = AnswerList()
        self.answers.chosen.connect(self._name_button)
        column.addWidget(self.answers)
        column.addStretch(1)
        foot = self._foot = QHBoxLayout()
        foot.setContentsMargins(px(16), px(12), px(16), px(12))
        foot.setSpacing(px(8))
        self.decide_later = Button(_("Decide later"))
        self.decide_later.clicked.connect(self.put_off)
        self._undo = ElidedLabel(_("You can undo this."), tone="muted", factor=SMALL)
        self._undo.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.apply_button = Button("", bold=True)
        self.apply_button.setDefault(True)
        self.apply_button.clicked.connect(self.apply)
        foot.addWidget(self.decide_later)
        foot.addWidget(self._undo, 1)
        foot.addStretch(0)
        foot.addWidget(self.apply_button)
        column.addLayout(foot)

    def _install_guard(self) -> None:
        for widget in (self, *self.findChildren(QWidget)):
            widget.removeEventFilter(self)
            widget.installEventFilter(self)

    def _name_button(self) -> None:
        chosen = self.answers.answer()
        if chosen is not None:
            self.apply_button.set_words(chosen.button)

    def _count(self) -> None:
        """Show what is left, and come back when that changes."""
        view = self._view
        if view is None or view.until_at is None or view.asked_at is None:
            self._tick.stop()
            return
        left = (view.until_at - self._now()).total_seconds()
        self.time_left.show_left(left, (view.until_at - view.asked_at).total_seconds())
        if left > 0 and self.isVisible():
            self._tick.start(int(left % 1 * 1000) + 20)
        else:
            self._tick.stop()

    def _fit(self) -> None:
        """Take the width of the grid, more where the buttons need it, and the height of the words.

        The height is that of the chosen width: a wrapping label does not tell it by itself.
        """
        layout = self.layout()
        assert layout is not None
        widest = max(
            (
                self.apply_button.fontMetrics().horizontalAdvance(row.view.button)
                for row in self.answers.rows
            ),
            default=0,
        )
        self.apply_button.setMinimumWidth(widest + px(28))
        layout.invalidate()
        layout.activate()
        # Half as much again at twice the type: lines get shorter, not the window as wide as two.
        width = round(WIDTH * (1 + (px(100) / 100 - 1) / 2))
        width = max(width, layout.minimumSize().width(), self._foot.sizeHint().width())
        screen = self.screen()
        if screen is not None:
            width = min(width, screen.availableGeometry().width())
        self.resize(width, layout.totalHeightForWidth(width))

    def _place(self) -> None:
        """Come up in the lower corner the first time, out of the way; then where it was left."""
        screen = QGuiApplication.primaryScreen()
        if self._placed or screen is None:
            return
        self._placed = True
        area = screen.availableGeometry()
        corner = area.bottomRight() - self.rect().bottomRight()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = area.left() + px(16) if mirrored else corner.x() - px(16)
        self.move(left, max(area.top(), corner.y() - px(48)))


class TimeLeft(QWidget):
    """How long a server waits for an answer: a bar that gets shorter, and the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 1.0
        row = QHBoxLayout(self)
        row.setContentsMargins(px(24), px(4), 0, px(4))
        row.addStretch(1)
        self.words = Number(_("{time} left").format(time="00:00"), bold=True)
        row.addWidget(self.words)

    def show_left(self, left_seconds: float, whole_seconds: float) -> None:
        """Show that much of the whole."""
        self._share = min(1.0, max(0.0, left_seconds / whole_seconds)) if whole_seconds > 0 else 0.0
        words = _("{time} left").format(time=countdown(left_seconds))
        self.words.setText(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar before the words."""
        look = look_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = max(0, self.width() - self.words.width() - px(24) - px(20))
        left = self.words.geometry().right() + px(20) if mirrored else px(24)
        height = px(6)
        bar = QRectF(left, round((self.height() - height) / 2), room, height)
        painter.setBrush(look.hairline)
        painter.drawRoundedRect(bar, 2, 2)
        filled = QRectF(bar)
        filled.setWidth(bar.width() * self._share)
        if mirrored:
            filled.moveRight(bar.right())
        painter.setBrush(look.text)
        painter.drawRoundedRect(filled, 2, 2)
