"""The page of the accounts: each with its state, sign in anew, remove, and add another."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.ui.band import Band
from app.ui.button import Button
from app.ui.elided_label import ElidedLabel
from app.ui.mark_label import AccountLabel, MarkLabel
from app.ui.refusal import Refusal
from app.ui.settings_pages import Page
from app.ui.settings_views import AccountRow, SettingsView
from app.ui.theme import SMALL, px
from app.words import _


class AccountsPage(Page):
    """The accounts below each other."""

    add_asked = Signal()
    remove_asked = Signal(str)
    """The account's name."""
    sign_in_asked = Signal(str)
    """The account's name."""

    def __init__(self) -> None:
        super().__init__(
            _("Accounts"), _("Where the time goes. Tokens stay in the system keyring.")
        )
        self.rows: dict[str, AccountLine] = {}
        self._shown: tuple[AccountRow, ...] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.column.addLayout(self._list)
        self.add = Button(_("Add an account…"), mark="plus")
        self.add.clicked.connect(self.add_asked)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addStretch(1)

    def show_view(self, view: SettingsView) -> None:
        """Show the accounts; the focus stays where it is if nothing changed."""
        if view.accounts == self._shown:
            return
        self._shown = view.accounts
        for line in self.rows.values():
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows = {}
        for account in view.accounts:
            line = AccountLine(account, first=not self.rows)
            line.sign_in.clicked.connect(partial(self._sign_in, account.name))
            line.remove.clicked.connect(partial(self._remove, account.name))
            self.rows[account.name] = line
            self._list.addWidget(line)

    def refuse(self, key: str, sentence: str) -> bool:
        """Say at an account (by its name) what was refused; return whether it is one."""
        line = self.rows.get(key)
        if line is not None:
            line.refusal.say(sentence)
        return line is not None

    def _sign_in(self, name: str, _checked: bool = False) -> None:
        self.rows[name].refusal.say("")
        self.sign_in_asked.emit(name)

    def _remove(self, name: str, _checked: bool = False) -> None:
        self.rows[name].refusal.say("")
        self.remove_asked.emit(name)


class AccountLine(Band):
    """One account: mark and name over its kind and state, and what can be done."""

    def __init__(self, view: AccountRow, *, first: bool) -> None:
        super().__init__(fill="base", top=first, bottom=True)
        self.view = view
        self.setAccessibleName(f"{view.name}, {view.kind}, {view.state}")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(10), px(12), px(10))
        column.setSpacing(px(4))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        column.addLayout(row)
        row.addWidget(AccountLabel(view.index))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(ElidedLabel(view.name, bold=True))
        below = QHBoxLayout()
        below.setSpacing(px(6))
        below.addWidget(MarkLabel(view.state_mark, tone=view.state_tone))
        state = _("{kind} · {state}").format(kind=view.kind, state=view.state)
        below.addWidget(ElidedLabel(state, tone="muted", factor=SMALL), 1)
        words.addLayout(below)
        row.addLayout(words, 1)
        self.sign_in = Button(_("Sign in anew…"), small=True)
        self.sign_in.setAccessibleName(_("Sign in to {account} anew").format(account=view.name))
        self.sign_in.setVisible(view.can_sign_in)
        self.remove = Button(_("Remove"), small=True)
        self.remove.setAccessibleName(_("Remove {account}").format(account=view.name))
        self.remove.setEnabled(not view.why_kept)
        self.remove.setToolTip(view.why_kept)
        for button in (self.sign_in, self.remove):
            row.addWidget(button)
        self.refusal = Refusal()
        column.addWidget(self.refusal)
