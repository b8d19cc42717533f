"""Opens outbox, settings and account dialog when they are asked for, and joins them to the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.decision import Decision
from app.core.messages import AccountRemoveAsked
from app.ports.journal import JournalError
from app.ports.settings import SettingsUnwritable, SettingWrong, set_read, setting_named
from app.ui.clock_times import clock_time
from app.ui.office import Done, NewAccount, Office, why_not
from app.ui.outbox_link import OutboxLink
from app.ui.timesheet_link import TimesheetLink
from app.ui.window_raising import raise_window

if TYPE_CHECKING:
    from app.ui.account_dialog import AccountDialog
    from app.ui.settings_window import SettingsWindow
    from app.ui.shell import Shell


class Windows(QObject):
    """Each window is made once, refreshed while it is visible, and knows nothing of the core."""

    def __init__(self, shell: Shell, office: Office) -> None:
        super().__init__()
        self._shell = shell
        self._office = office
        self._timesheet = TimesheetLink(shell, office)
        self._outbox = OutboxLink(shell, office, self.sign_in)
        self._settings: SettingsWindow | None = None
        self._dialog: AccountDialog | None = None
        shell.timesheet_asked.connect(self._timesheet.open)
        shell.outbox_asked.connect(self._outbox.open)
        shell.operation_asked.connect(self._outbox.open)
        shell.settings_asked.connect(self.open_settings)
        shell.sign_in_asked.connect(self.sign_in)

    def refresh(self) -> None:
        """Show the new state where a window shows any."""
        self._timesheet.refresh()
        self._outbox.refresh()
        if self._settings is not None and self._settings.isVisible():
            self._show_settings()

    # --- settings and accounts -------------------------------------------------------------------

    def open_settings(self) -> None:
        """Show the settings."""
        if self._settings is None:
            from app.ui.settings_window import SettingsWindow

            self._settings = SettingsWindow()
            self._settings.setting_changed.connect(self._set)
            self._settings.account_add_asked.connect(self.add_account)
            self._settings.account_remove_asked.connect(self._remove_account)
            self._settings.sign_in_asked.connect(self.sign_in)
        self._show_settings()
        raise_window(self._settings)

    def _show_settings(self) -> None:
        from app.ui.presenter_settings import settings_view

        assert self._settings is not None
        office = self._office
        self._settings.show_view(
            settings_view(
                office.state(),
                office.settings,
                office.kinds(),
                office.sources(),
                office.problems(),
                office.about(),
                clock_time,
            )
        )

    def _set(self, key: str, value: object) -> None:
        setting = setting_named(key)
        assert self._settings is not None
        assert setting is not None
        try:
            set_read(self._office.settings, setting, value)
        except (SettingWrong, SettingsUnwritable) as error:
            self._settings.show_refusal(key, str(error))
            return
        self._office.settings_changed()
        self._show_settings()

    def _remove_account(self, name: str) -> None:
        def answered(outcome: Decision | JournalError) -> None:
            sentence = why_not(outcome, self._office.clock)
            if sentence and self._settings is not None:
                self._settings.show_refusal(name, sentence)

        self._office.post(AccountRemoveAsked(name), answered)

    def add_account(self) -> None:
        """Show the dialog for a new account."""
        from app.ui.account_dialog import AccountDialog

        dialog = AccountDialog(self._office.kinds())

        def check(kind: str, name: str, url: str, secret: str, options: dict[str, str]) -> None:
            asked = NewAccount(kind, name, url, secret, options)
            self._office.add_account(asked, self._joined(dialog))

        dialog.check_asked.connect(check)
        self._show_dialog(dialog)

    def sign_in(self, name: str) -> None:
        """Show the dialog for a new secret of an account."""
        from app.ui.account_dialog import AccountDialog

        account = self._office.state().accounts.get(name)
        if account is None:
            return
        kind = next(kind for kind in self._office.kinds() if kind.name == account.kind)
        dialog = AccountDialog.sign_in(name, kind.secret_name)

        def check(account: str, secret: str) -> None:
            self._office.sign_in(account, secret, self._joined(dialog))

        dialog.sign_in_asked.connect(check)
        self._show_dialog(dialog)

    def _show_dialog(self, dialog: AccountDialog) -> None:
        if self._dialog is not None:
            self._dialog.close()
        self._dialog = dialog
        dialog.check_cancelled.connect(self._office.stop_joining)
        raise_window(dialog)

    def _joined(self, dialog: AccountDialog) -> Done:
        def done(field: str, sentence: str) -> None:
            if self._dialog is not dialog:
                return
            if sentence:
                dialog.show_refused(field, sentence)
            else:
                dialog.show_added()
                self.refresh()

        return done
