"""The heading of an account in the outbox: how it stands, and the one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.button import Button
from app.ui.elided_label import ElidedLabel
from app.ui.label import Label
from app.ui.mark_label import AccountLabel
from app.ui.outbox_views import OutboxGroup
from app.ui.theme import px
from app.words import _


class OutboxHeading(QWidget):
    """Mark, name and state of an account; at the end when it goes on, or a button."""

    sync_asked = Signal()
    sign_in_asked = Signal(str)
    """The account's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group: OutboxGroup | None = None
        self._mark = AccountLabel(-1)
        self._name = Label(bold=True, wrap=False)
        self._state = ElidedLabel(tone="muted")
        self._next = Label(tone="muted", wrap=False, even_digits=True)
        self.button = Button("", small=True)
        self.button.clicked.connect(self._pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), 0, px(16), 1)
        row.setSpacing(px(8))
        row.addWidget(self._mark)
        row.addWidget(self._name)
        row.addWidget(self._state, 1)
        row.addWidget(self._next)
        row.addWidget(self.button)

    def show_group(self, group: OutboxGroup) -> None:
        """Show how the account stands."""
        if group == self._group:
            return
        self._group = group
        self._mark.set_account(group.account_index)
        self._name.setText(group.account)
        self._state.setText(group.state)
        self._next.setText(group.next)
        self._next.setVisible(bool(group.next))
        words = {"sync": _("Try all now"), "sign-in": _("Sign in…"), "": ""}[group.action]
        self.button.set_words(words)
        self.button.setVisible(bool(words))
        self.button.setAccessibleDescription(group.account)
        if group.action == "sync":
            self.button.setToolTip(_("Tell everything that can go, and ask the servers (F5)"))

    def _pressed(self) -> None:
        if self._group is None:
            return
        if self._group.action == "sign-in":
            self.sign_in_asked.emit(self._group.account)
        else:
            self.sync_asked.emit()
