"""The account dialog: adds an account after its sign-in was checked, or signs in anew."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.account_field import FormField
from app.ui.account_views import KindView, OptionView
from app.ui.band import Band
from app.ui.button import Button, LinkButton
from app.ui.choice import Choice
from app.ui.label import Label
from app.ui.line_edit import LineEdit
from app.ui.refusal import Refusal
from app.ui.theme import PAGE_TITLE, dress, px, set_tab_order
from app.words import _

WIDTH = 440
BUSY_AFTER_MS = 1000
"""Waiting gets a face after this long (LOOK §5)."""


class AccountDialog(QDialog):
    """Takes what signing in needs, and shows what came of the check.

    The secret is shown as dots, leaves only by the signal, and is forgotten when the dialog closes.
    `sign_in` makes one that asks for the secret of an existing account alone.
    """

    check_asked = Signal(str, str, str, str, dict)
    """Kind, name, address, secret, options: answered by `show_added` or `show_refused`."""
    sign_in_asked = Signal(str, str)
    """An existing account's name and its new secret: answered the same way."""
    check_cancelled = Signal()
    """The user does not wait for the check any more."""

    def __init__(
        self,
        kinds: Sequence[KindView],
        parent: QWidget | None = None,
        *,
        account_name: str = "",
    ) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent)
        self._kinds = tuple(kinds)
        self._account_name = account_name
        self._busy = False
        self._named_by_user = False
        self._options: dict[str, FormField] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self.show_busy)
        self._build()
        self._show_kind()

    @classmethod
    def sign_in(
        cls, account_name: str, secret_name: str, parent: QWidget | None = None
    ) -> AccountDialog:
        """Make the dialog that asks for a new secret of an existing account."""
        kind = KindView("", account_name, needs_url=False, secret_name=secret_name)
        return cls((kind,), parent, account_name=account_name)

    # ----------------------------------------------------------------- what it is shown

    def show_added(self) -> None:
        """The check went well and everything is kept: close."""
        self._rest()
        self.accept()

    def show_refused(self, field: str, sentence: str) -> None:
        """Say at its field what was refused (kind, name, url, token, an option's name, or ""), with
        all that was typed still there.
        """
        self._rest()
        named = {"kind": self.kind, "name": self.name, "url": self.url, "token": self.secret}
        target = named.get(field) or self._options.get(field)
        if target is None or (target.isHidden() and field not in self._options):
            self.refusal.say(sentence)
        else:
            if field in self._options:
                self._open_options()
            target.refuse(sentence)
            target.widget.setFocus()
            if isinstance(target.widget, QLineEdit):
                target.widget.selectAll()
        self._fit()

    # ----------------------------------------------------------------- what the user does

    def try_check(self) -> None:
        """Ask for the check, or say what is missing."""
        if self._busy:
            return
        self._say_nothing()
        kind = self._chosen()
        name, url = " ".join(self._text(self.name).split()), self._text(self.url).strip()
        secret = self._text(self.secret).strip()
        if not self._account_name and not name:
            self.show_refused("name", _("Type a name for this account."))
        elif kind.needs_url and not url:
            self.show_refused("url", _("Type the address that you open in the browser."))
        elif kind.needs_secret and not secret:
            words = _("Paste the {secret} here.").format(secret=kind.secret_name)
            self.show_refused("token", words)
        else:
            self._wait()
            if self._account_name:
                self.sign_in_asked.emit(self._account_name, secret)
                return
            options = {
                option: text
                for option, field in self._options.items()
                if (text := self._text(field).strip())
            }
            self.check_asked.emit(kind.name, name, url if kind.needs_url else "", secret, options)

    def is_waiting_shown(self) -> bool:
        """Whether the waiting has a face by now."""
        return self._waiting.isVisible()

    def reject(self) -> None:
        """Stop waiting for a check; else close."""
        if self._busy:
            self._rest()
            self.check_cancelled.emit()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close whatever is going on: a dialog that stayed would keep the app from quitting."""
        if self._busy:
            self._rest()
            self.check_cancelled.emit()
        super().closeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the secret."""
        secret = self.secret.widget
        assert isinstance(secret, QLineEdit)
        # Clearing alone could be undone by Ctrl+Z.
        secret.setText("")
        self._busy_timer.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the first field that is empty."""
        super().showEvent(event)
        self._fit()
        fields = (self.url, self.secret, self.name)
        first = next((it for it in fields if not it.isHidden() and not self._text(it)), self.name)
        first.widget.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit()

    # ----------------------------------------------------------------- inside

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._form = Band(fill="base")
        column.addWidget(self._form, 1)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(px(24), px(24), px(24), px(24))
        form.setSpacing(px(16))
        head = QVBoxLayout()
        head.setSpacing(px(6))
        self._title = Label(factor=PAGE_TITLE, bold=True)
        self._text_below = Label(tone="muted")
        for label in (self._title, self._text_below):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            head.addWidget(label)
        form.addLayout(head)
        kinds = Choice()
        for kind in self._kinds:
            kinds.addItem(kind.title, kind.name)
        kinds.currentIndexChanged.connect(self._show_kind)
        secret = LineEdit()
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        secret.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        name = LineEdit()
        name.textEdited.connect(self._name_edited)
        self.kind = FormField(_("Where the time goes"), kinds)
        self.name = FormField(_("Name in Timekept"), name)
        self.url = FormField(_("Address"), LineEdit())
        self.secret = FormField(_("Token"), secret)
        for field in (self.kind, self.name, self.url, self.secret):
            form.addWidget(field)
        self.more = LinkButton(_("More options"), underline=True)
        self.more.clicked.connect(self._open_options)
        self._option_column = QVBoxLayout()
        self._option_column.setSpacing(px(16))
        form.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        form.addLayout(self._option_column)
        self.refusal = Refusal()
        form.addWidget(self.refusal)
        self._waiting = QWidget()
        waiting = QVBoxLayout(self._waiting)
        waiting.setContentsMargins(0, 0, 0, 0)
        waiting.setSpacing(px(6))
        self._waiting_words = Label(_("Checking with the server…"), tone="muted", wrap=False)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedHeight(px(6))
        bar.setAccessibleName(_("Checking with the server…"))
        waiting.addWidget(self._waiting_words)
        waiting.addWidget(bar)
        self._waiting.hide()
        form.addWidget(self._waiting)
        form.addStretch(1)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(px(24), px(12), px(24), px(12))
        row.setSpacing(px(8))
        self.cancel = Button(_("Cancel"))
        self.check = Button("", bold=True)
        self.check.setDefault(True)
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self.check)
        self.cancel.clicked.connect(self.reject)
        self.check.clicked.connect(self.try_check)
        column.addWidget(foot)
        set_tab_order([kinds, name, self.url.widget, secret, self.more, self.check, self.cancel])

    def _chosen(self) -> KindView:
        kinds = self.kind.widget
        assert isinstance(kinds, QComboBox)
        return self._kinds[max(0, kinds.currentIndex())]

    def _text(self, field: FormField) -> str:
        return field.widget.text() if isinstance(field.widget, QLineEdit) else ""

    def _show_kind(self) -> None:
        """Ask for what this kind needs, and name the secret as its vendor does."""
        kind = self._chosen()
        again = bool(self._account_name)
        self._say_nothing()
        self.kind.setVisible(len(self._kinds) > 1)
        self.name.setVisible(not again)
        self.url.setVisible(kind.needs_url)
        self.secret.setVisible(kind.needs_secret)
        secret_name = kind.secret_name[:1].upper() + kind.secret_name[1:]
        self.secret.rename(secret_name)
        hint = _("For example {address}").format(address=kind.example_url)
        self.url.rename(_("Address"), hint if kind.example_url else "")
        if again:
            title = _("Sign in to {account}").format(account=self._account_name)
            self.check.set_words(_("Check and sign in"))
        else:
            title = _("Add an account")
            check = _("Check and add") if kind.needs_secret else _("Add")
            self.check.set_words(check)
        self.setWindowTitle(title)
        self._title.setText(title)
        kept = _("The {secret} is checked first. It stays in the system keyring.")
        here = _("The time stays on this computer. No sign-in is needed.")
        self._text_below.setText(
            kept.format(secret=kind.secret_name) if kind.needs_secret else here
        )
        if not self._named_by_user and isinstance(self.name.widget, QLineEdit):
            brand = kind.title.split(" ")[0] if kind.needs_secret else kind.title
            self.name.widget.setText("" if again else brand)
        self._show_options(kind)
        self._fit()

    def _show_options(self, kind: KindView) -> None:
        for field in self._options.values():
            self._option_column.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._options = {}
        for given in kind.options:
            option = (
                given
                if isinstance(given, OptionView)
                else OptionView(given, given.replace("_", " ").capitalize())
            )
            field = FormField(option.title, LineEdit(), option.hint)
            field.hide()
            self._options[option.name] = field
            self._option_column.addWidget(field)
        self.more.setVisible(bool(self._options))

    def _open_options(self) -> None:
        first = next(iter(self._options.values()), None)
        if first is None or not first.isHidden():
            return
        for field in self._options.values():
            field.show()
        self.more.hide()
        first.widget.setFocus()
        self._fit()

    def _name_edited(self) -> None:
        self._named_by_user = True

    def _say_nothing(self) -> None:
        self.refusal.say("")
        for field in (self.kind, self.name, self.url, self.secret, *self._options.values()):
            field.refuse("")

    def _fields(self) -> list[QWidget]:
        every = (self.kind, self.name, self.url, self.secret, *self._options.values())
        return [*(field.widget for field in every), self.more, self.check]

    def _wait(self) -> None:
        self._busy = True
        for widget in self._fields():
            widget.setEnabled(False)
        self.cancel.setFocus()
        self._busy_timer.start()

    def show_busy(self) -> None:
        """Give the waiting a face."""
        self._waiting.show()
        self._fit()

    def _rest(self) -> None:
        self._busy = False
        self._busy_timer.stop()
        self._waiting.hide()
        for widget in self._fields():
            widget.setEnabled(True)
        self._fit()

    def _fit(self) -> None:
        """Take the width of the grid and the height of the words; never smaller while shown."""
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        width = round(WIDTH * (1 + (px(100) / 100 - 1) * 0.6))
        width = max(width, layout.totalMinimumSize().width())
        height = layout.totalHeightForWidth(width)
        if self.isVisible():
            height = max(height, self.height())
        self.resize(width, height)
