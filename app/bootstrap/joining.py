"""Adds an account or signs in to one for the windows: checked and kept on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.core.messages import AccountAdded, SignedIn
from app.core.model import Account
from app.core.remote import TroubleKind
from app.ports.journal import JournalError
from app.ports.provider import ProviderError
from app.ports.secrets import SecretsUnavailable
from app.ports.settings import ACCOUNT_DEFAULT, SettingsUnwritable, SettingWrong
from app.providers.kinds import KINDS
from app.runtime.desk import Desk
from app.words import _
from app.words.refusals import refusal_sentence

if TYPE_CHECKING:
    from app.ui.office import NewAccount

Done = Callable[[str, str], None]
"""Hears, on the windows' thread, which field is refused and the sentence; two empty texts: kept."""


Wanted = Callable[[], bool]
"""Whether the user still waits for the check."""


class Joining:
    """The token is tried before it is kept, and kept before the account is (`DESIGN.md` §8)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._current = object()

    def add(self, asked: NewAccount, done: Done) -> None:
        """Add an account, if its server takes the secret."""
        capabilities = KINDS[asked.kind].capabilities
        account = Account(
            asked.name.strip(), asked.kind, asked.url.strip(), asked.options, capabilities
        )
        self._begin(lambda wanted: self._add(account, asked.secret.strip(), wanted), done)

    def sign_in(self, name: str, secret: str, done: Done) -> None:
        """Give an account a new secret, if its server takes it."""
        account = self._desk.state().accounts[name]
        self._begin(lambda wanted: self._sign_in(account, secret.strip(), wanted), done)

    def give_up(self) -> None:
        """Keep nothing of the check that is under way."""
        self._current = object()

    def _add(self, account: Account, secret: str, wanted: Wanted) -> tuple[str, str]:
        desk = self._desk
        if not account.name:
            return "name", _("The account needs a name.")
        if account.name in desk.state().accounts:
            words = _("There is an account named {name} already. Choose another name.")
            return "name", words.format(name=account.name)
        refused = self._try(account, secret, wanted)
        if refused != ("", ""):
            return refused
        decision = desk.post(AccountAdded(account))
        if decision.refusal is not None:
            desk.secrets.forget(account.name)
            zone = ZoneInfo(desk.clock.zone()[0])
            return "name", refusal_sentence(decision.refusal, zone)
        self._prefer(account)
        return "", ""

    def _sign_in(self, account: Account, secret: str, wanted: Wanted) -> tuple[str, str]:
        refused = self._try(account, secret, wanted)
        if refused == ("", ""):
            self._desk.post(SignedIn(account.name))
        return refused

    def _try(self, account: Account, secret: str, wanted: Wanted) -> tuple[str, str]:
        kind = KINDS[account.kind]
        if kind.needs_secret and not secret:
            return "token", _(
                "The {secret} is empty. Paste the one from the server’s settings."
            ).format(secret=kind.secret_name)
        try:
            provider = self._desk.make_provider(account, secret)
            try:
                provider.verify()
            finally:
                provider.close()
        except ProviderError as error:
            trouble = error.trouble
            if trouble.kind is TroubleKind.SIGN_IN_REQUIRED:
                words = _("{account} does not take this {secret}. Its words: {words}").format(
                    account=account.name, secret=kind.secret_name, words=trouble.words
                )
                return "token", words
            return "url" if trouble.kind is TroubleKind.NOT_SENT else "token", trouble.words
        if not wanted():
            return "", _("The check was given up; nothing was kept.")
        if kind.needs_secret:
            self._desk.secrets.set(account.name, secret)
        return "", ""

    def _prefer(self, account: Account) -> None:
        """The first account with a server is where a start without a name goes."""
        desk = self._desk
        others = [a for a in desk.state().accounts.values() if not a.capabilities.kept_here]
        if len(others) == 1 and not desk.settings.get(ACCOUNT_DEFAULT):
            desk.settings.set(ACCOUNT_DEFAULT, account.name)
            desk.apply_settings()

    def _begin(self, work: Callable[[Wanted], tuple[str, str]], done: Done) -> None:
        mine = self._current = object()

        def run() -> None:
            try:
                field, sentence = work(lambda: self._current is mine)
            except (SecretsUnavailable, JournalError) as error:
                field, sentence = "", str(error)
            except (SettingWrong, SettingsUnwritable):
                # The account is there; only where starts go by default could not be written.
                field, sentence = "", ""
            finally:
                self._desk.leave()
            self._desk.inbox.run(lambda: done(field, sentence), lambda _error: None)

        threading.Thread(target=run, name="joining", daemon=True).start()
