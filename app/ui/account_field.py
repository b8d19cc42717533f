"""A field of a form: its name above, a hint and what was refused below."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.ui.label import Label
from app.ui.refusal import Refusal
from app.ui.theme import BODY, SMALL, px


def wrapping(text: str, *, small: bool = False) -> Label:
    """Return a quiet label that wraps over all the width there is, and is as high as its words."""
    label = Label(text, tone="muted", factor=SMALL if small else BODY)
    # The policy is changed, not replaced: a new one would forget that height follows from width.
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
    policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
    label.setSizePolicy(policy)
    return label


class FormField(QWidget):
    """One field with its name; a refusal is said below it and to screen readers."""

    def __init__(self, name: str, widget: QWidget, hint: str = "") -> None:
        super().__init__()
        self.widget = widget
        self._hint_words = hint
        widget.setAccessibleName(name)
        widget.setAccessibleDescription(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        self._name = Label(name, tone="muted", bold=True, wrap=False)
        self.hint = wrapping(hint, small=True)
        self.hint.setVisible(bool(hint))
        self.refusal = Refusal()
        for part in (self._name, widget, self.hint, self.refusal):
            column.addWidget(part)

    def rename(self, name: str, hint: str = "") -> None:
        """Give the field another name and hint."""
        self._name.setText(name)
        self._hint_words = hint
        self.widget.setAccessibleName(name)
        self.widget.setAccessibleDescription(hint)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def refuse(self, sentence: str) -> None:
        """Say what was refused, or nothing with an empty sentence."""
        self.refusal.say(sentence)
        self.hint.setVisible(bool(self._hint_words) and not sentence)
        self.widget.setAccessibleDescription(sentence or self._hint_words)
