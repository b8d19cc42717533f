"""The pane beside the list: what is known of the chosen operation, and what it asks of the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.account_field import wrapping
from app.ui.band import Band
from app.ui.button import Button, LinkButton
from app.ui.label import Label
from app.ui.mark_label import MarkLabel
from app.ui.outbox_history import HistoryList
from app.ui.outbox_mend import MendForm
from app.ui.outbox_views import HistoryLine, OperationEdit, OperationView
from app.ui.prompt_answers import AnswerList
from app.ui.refusal import Refusal
from app.ui.theme import SMALL, TITLE, px, set_tab_order
from app.ui.views import SearchHit
from app.words import _


class OutboxPane(Band):
    """One operation at a time. It asks by signals, and shows what comes back as another view."""

    mended = Signal(object)
    """An `OperationEdit`."""
    answered = Signal(str, str)
    """The id of an operation, and the code of the answer."""
    sides_asked = Signal()
    """The two versions are to be seen side by side."""
    retry_asked = Signal()
    discard_asked = Signal()
    export_asked = Signal()
    history_asked = Signal()
    left = Signal()
    """Esc: back to the list."""

    def __init__(
        self, now: Callable[[], datetime], find_items: Callable[[str], Sequence[SearchHit]]
    ) -> None:
        super().__init__(fill="hairline")
        self._view: OperationView | None = None
        self._history_shown = False
        self.mark = MarkLabel("held", tone="warning")
        self.title = Label(factor=TITLE, bold=True)
        self.text = wrapping("")
        self.quote = Label()
        self.form = MendForm(now, find_items)
        self.answers = AnswerList()
        self.history = HistoryList()
        self.refusal = Refusal()
        self.send = Button("", bold=True)
        self.as_it_is = Button(_("Send as it is"))
        self.happened = LinkButton(_("What happened so far"), tone="text", underline=True)
        self.export = LinkButton(_("Export"), tone="text", underline=True)
        self.discard = LinkButton(_("Discard"), tone="text", underline=True)
        self.undoable = wrapping(_("You can undo this."), small=True)
        self._build()
        self._connect()

    @property
    def operation(self) -> OperationView | None:
        """What is shown."""
        return self._view

    def show_operation(self, view: OperationView | None) -> None:
        """Show an operation; of the one that is shown, only what changed."""
        if view is not None and view == self._view:
            return
        before, self._view = self._view, view
        another = before is None or view is None or before.page.id != view.page.id
        if another:
            self.refusal.say("")
            self._history_shown = False
        self._inner.setVisible(view is not None)
        self._foot.setVisible(view is not None)
        if view is None:
            return
        page = view.page
        self.mark.set_mark(page.mark, page.tone)
        self.title.setText(page.title)
        self.text.setText("\n".join(page.sentences))
        self.text.setVisible(bool(page.sentences))
        self.quote.setText(_("“{words}”").format(words=page.words))
        self._words.setVisible(bool(page.words))
        self._words.setAccessibleName(page.words)
        if view.mend is not None:
            self.form.show_mend(page.id, view.mend)
        else:
            self.form.forget(page.id)
        question = view.question
        if question is not None and (another or before is None or before.question != question):
            self.answers.show_answers(question.answers, question.chosen)
        self._arrange()

    def stand(self, *, beside: bool) -> None:
        """Stand beside the list or below it: one px of the pane itself shows as the line to it."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(int(beside), int(not beside), 0, 0)

    def show_history(self, lines: Sequence[HistoryLine]) -> None:
        """Show what happened so far in place of the question, newest last."""
        self.history.show_lines(lines)
        self._history_shown = True
        self._arrange()
        self.history.setFocus()

    @property
    def history_shown(self) -> bool:
        """Whether what happened is shown."""
        return self._history_shown

    def leave_history(self) -> None:
        """Show the question again."""
        self._history_shown = False
        self._arrange()

    def say(self, sentence: str) -> None:
        """Say why what was asked was refused; nothing that was typed is lost."""
        self.refusal.say(sentence)

    def enter(self) -> None:
        """Give the focus to what the operation asks."""
        view = self._view
        if view is None or self._history_shown:
            return
        if view.mend is not None:
            self.form.enter()
        elif view.question is not None and self.answers.rows:
            at = max(0, self.answers.chosen_at())
            self.answers.rows[at].button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif view.sides is not None:
            self.sides_asked.emit()

    def try_send(self) -> None:
        """Do what the default button says."""
        view = self._view
        if view is None:
            return
        self.refusal.say("")
        if view.mend is not None:
            edit = self.form.read()
            if edit == OperationEdit(id=view.page.id):
                self.refusal.say(
                    _("Nothing is changed yet. Mend what the server names, or send it as it is.")
                )
            elif edit is not None:
                self.mended.emit(edit)
        elif view.sides is not None:
            self.sides_asked.emit()
        elif view.question is not None:
            at = self.answers.chosen_at()
            if at < 0:
                self.refusal.say(_("Choose one first."))
            else:
                self.answered.emit(view.page.id, view.question.answers[at].answer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose an answer by its digit, send by Enter, and go back to the list by Esc."""
        key, view = event.key(), self._view
        asks = view is not None and view.question is not None and not self._history_shown
        if asks and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.answers.choose(key - Qt.Key.Key_1)
        elif asks and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.try_send()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ----------------------------------------------------------------- inside

    def _arrange(self) -> None:
        view, history = self._view, self._history_shown
        if view is None:
            return
        asks = not history
        self.form.setVisible(asks and view.mend is not None)
        self.answers.setVisible(asks and view.question is not None)
        self.as_it_is.setVisible(asks and view.mend is not None)
        self.history.setVisible(history)
        # The list takes the room that is left; without it, nothing does.
        self._inside.setStretch(self._inside.count() - 1, 0 if history else 1)
        self.text.setVisible(asks and bool(view.page.sentences))
        self._words.setVisible(asks and bool(view.page.words))
        self.happened.set_words(_("Back") if history else _("What happened so far"), tone="text")
        self._name_button()
        self.send.setVisible(asks and bool(self.send.text()))
        self.undoable.setVisible(self.send.isVisibleTo(self) and view.mend is None)

    def _name_button(self) -> None:
        view = self._view
        if view is None:
            return
        words = ""
        if view.mend is not None:
            words = _("Mend and send")
        elif view.sides is not None:
            words = _("Choose a side…")
        elif view.question is not None:
            at = self.answers.chosen_at()
            words = view.question.answers[at].button if at >= 0 else _("Choose one")
        self.send.set_words(words)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(0)
        self._inner = _Inside()
        inside = QVBoxLayout(self._inner)
        inside.setContentsMargins(0, px(16), 0, px(16))
        inside.setSpacing(px(12))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        inside.addLayout(_aside(head))
        inside.addLayout(_aside(self.text))
        self._words = Band(fill="warning-soft", bar="warning")
        said = QVBoxLayout(self._words)
        said.setContentsMargins(px(16), px(8), px(16), px(8))
        said.setSpacing(px(2))
        said.addWidget(Label(_("The server’s words"), tone="muted", factor=SMALL, wrap=False))
        said.addWidget(self.quote)
        inside.addWidget(self._words)
        inside.addLayout(_aside(self.form))
        inside.addWidget(self.answers)
        inside.addWidget(self.history, 1)
        inside.addLayout(_aside(self.refusal))
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self.send)
        buttons.addWidget(self.as_it_is)
        buttons.addWidget(self.undoable, 1)
        buttons.addStretch(0)
        inside.addLayout(_aside(buttons))
        inside.addStretch(1)
        self._inside = inside
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inner)
        column.addWidget(self._scroll, 1)
        self._foot = Band(fill="window", top=True)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(px(14), px(8), px(14), px(8))
        foot.setSpacing(px(16))
        foot.addWidget(self.happened)
        foot.addStretch(1)
        foot.addWidget(self.export)
        foot.addWidget(self.discard)
        column.addWidget(self._foot)
        self.title.setSizePolicy(self.text.sizePolicy())
        self.quote.setSizePolicy(self.text.sizePolicy())
        fields = list(self.form.fields.values())
        set_tab_order([*fields, self.send, self.as_it_is, self.happened, self.export, self.discard])

    def _connect(self) -> None:
        self.form.sent.connect(self.try_send)
        self.form.left.connect(self.left)
        self.answers.chosen.connect(self._name_button)
        self.send.clicked.connect(self.try_send)
        self.as_it_is.clicked.connect(self.retry_asked)
        self.happened.clicked.connect(self.history_asked)
        self.export.clicked.connect(self.export_asked)
        self.discard.clicked.connect(self.discard_asked)
        self.discard.setToolTip(_("Give it up; Ctrl+Z brings it back (Del)"))
        self.happened.setToolTip(_("What happened, and why (Alt+Enter)"))
        self.export.setToolTip(_("Save this one, and what happened to it, as a file"))
        self.as_it_is.setToolTip(_("Send it again without a change (Ctrl+T)"))


class _Inside(Band):
    """What is scrolled: as high as its words need at the width that there is, and no higher."""

    def __init__(self) -> None:
        super().__init__(fill="window")

    def minimumSizeHint(self) -> QSize:
        """Return the least width; of the height, what follows from the width decides."""
        return QSize(super().minimumSizeHint().width(), 0)


def _aside(part: QWidget | QLayout) -> QLayout:
    """The part with the window's margin on both sides."""
    row = QHBoxLayout()
    row.setContentsMargins(px(16), 0, px(16), 0)
    if isinstance(part, QWidget):
        row.addWidget(part, 1)
    else:
        row.addLayout(part, 1)
    return row
