"""Opens the store and puts everything together but windows and sensors."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.adapters.folders import Folders, find_folders
from app.adapters.keyring_secrets import KeyringSecrets
from app.adapters.late_log import LateLog
from app.adapters.settings_file import SettingsFile
from app.adapters.sqlite_journal import open_journal
from app.adapters.system_clock import SystemClock
from app.adapters.undo_file import LAST_LINES, UndoFile
from app.core.beginning import initial
from app.core.messages import AccountAdded, ProcessStarted
from app.core.model import Account
from app.core.remote import Trouble, TroubleKind
from app.ports.journal import JournalError
from app.ports.provider import ProviderError
from app.ports.settings import HTTP_TIMEOUT_SECONDS, SYNC_POLL_SECONDS
from app.providers.kinds import KINDS, make
from app.providers.throttle import Gates
from app.runtime.desk import Desk, core_settings
from app.runtime.loop import Loop
from app.runtime.performer import Performer
from app.runtime.secret_order import OrderedSecrets
from app.runtime.wakes import LateScheduler
from app.words import _

if TYPE_CHECKING:
    from app.adapters.sqlite_journal import SqliteJournal
    from app.core.restoring import Repair
    from app.ports.provider import Provider
    from app.ports.scheduler import Scheduler
    from app.ports.secrets import Secrets
    from app.runtime.posting import Inbox

LOCK_WAIT_SECONDS = 10.0


def open_desk(
    home: Path | None = None, *, wait_seconds: float = LOCK_WAIT_SECONDS, tells: bool = True
) -> Desk:
    """Open the store for a command in this process, without Qt. Close what comes back.

    With `tells` False no server is asked or told anything and what is in flight stays as it is: for
    commands that only read. Raises JournalError (JournalLocked when another process keeps the store
    for longer than `wait_seconds`) and FoldersUnusable.
    """
    from app.runtime.thread_inbox import ThreadInbox

    desk = build_desk(
        folders_of(home),
        ThreadInbox(),
        wait_seconds=wait_seconds,
        app_runs=False,
        remembers=tells,
    )
    if tells:
        try:
            desk.post(ProcessStarted())
        except BaseException:
            desk.close()
            raise
    return desk


def folders_of(home: Path | None) -> Folders:
    """The folders of this user, all below `home` where that is given."""
    if home is None:
        return find_folders()
    return find_folders({**os.environ, "TIMEKEPT_HOME": str(home)})


def build_desk(
    folders: Folders,
    inbox: Inbox,
    *,
    wait_seconds: float,
    app_runs: bool,
    remembers: bool = False,
    secrets: Secrets | None = None,
) -> Desk:
    """Put everything together but windows and sensors, over a store that is opened here.

    `inbox` is started; ProcessStarted is left to post, as soon as there is time for servers. A
    store without any account gets the one that needs no server. With `remembers` what can be undone
    comes from the command before, and is kept for the next one. `secrets` takes the place of the
    keyring, for the demonstration. Raises as `open_desk` does.
    """
    folders.make()
    log = LateLog(folders.log_file)
    clock = SystemClock()
    settings = SettingsFile(folders.settings_file)
    ordered = OrderedSecrets(KeyringSecrets(folders.home) if secrets is None else secrets)

    gates = Gates()

    def make_provider(account: Account, secret: str) -> Provider:
        timeout_seconds = settings.get(HTTP_TIMEOUT_SECONDS)
        return make(account, secret, lambda: clock.zone()[0], timeout_seconds, gates)

    def open_provider(account: Account) -> Provider:
        return make_provider(account, _secret_of(account, ordered))

    try:
        journal = open_journal(folders.data, wait_seconds=wait_seconds)
    except BaseException:
        log.close()
        raise

    def let_go() -> None:
        journal.close()
        log.close()

    try:
        loaded = journal.load()
        state = initial(
            accounts=[_as_it_is_now(account) for account in loaded.accounts],
            subjects=loaded.subjects,
            absences=loaded.absences,
            checks=loaded.checks,
            last=loaded.last,
            sequence=loaded.sequence,
            settings=core_settings(settings),
        )
        steps = UndoFile(folders.data) if remembers else None
        if steps is not None:
            state = steps.restored(state, journal.ledger(LAST_LINES))
        performer = Performer(
            inbox.post,
            open_provider,
            LateScheduler(_make_scheduler),
            clock,
            lambda: settings.get(SYNC_POLL_SECONDS),
            ordered.forget,
        )
        loop = Loop(journal, clock, state, performer.perform)
        if not loop.state.accounts:
            loop.handle(AccountAdded(_account_without_server()))
    except BaseException:
        let_go()
        raise

    def end() -> None:
        try:
            if steps is not None:
                steps.keep(loop.state, journal.ledger(LAST_LINES))
        finally:
            let_go()

    desk = Desk(
        loop=loop,
        inbox=inbox,
        performer=performer,
        journal=journal,
        open_reader=journal.reader,
        make_provider=make_provider,
        settings=settings,
        secrets=ordered,
        clock=clock,
        folders=folders,
        app_runs=app_runs,
        let_go=end,
    )
    desk.repair = journal.repair
    desk.copy_if_due = lambda: _copy_cheaply(journal, clock)
    desk.keep_up = lambda tell: _keep_up(journal, clock, tell)
    if journal.repair is not None:
        _log_repair(journal.repair)
    inbox.start(loop.handle)
    return desk


def _keep_up(
    journal: SqliteJournal, clock: SystemClock, tell: Callable[[str], None]
) -> Callable[[], None]:
    # Late: nothing of it is needed before the tray icon is there.
    from app.bootstrap.upkeep import UpkeepThread

    unseen = not journal.looked_through
    return UpkeepThread(journal.upkeep(), clock.now, tell, look_through=unseen).close


def _copy_cheaply(journal: SqliteJournal, clock: SystemClock) -> None:
    try:
        journal.upkeep().copy_if_due(clock.now(), cheap=True)
    except JournalError as trouble:
        logging.getLogger(__name__).error("%s", trouble)


def _log_repair(repair: Repair) -> None:
    """Write everything that is known of a repair into the log."""
    from app.words.repairs import repair_details

    for sentence in repair_details(repair):
        logging.getLogger(__name__).warning("%s", sentence)


def _as_it_is_now(account: Account) -> Account:
    """The account with what its provider can do today: the program may be newer than the store."""
    kind = KINDS.get(account.kind)
    return account if kind is None else replace(account, capabilities=kind.capabilities)


def _account_without_server() -> Account:
    kind = KINDS["local"]
    return Account(name=kind.name, kind=kind.name, capabilities=kind.capabilities)


def _secret_of(account: Account, secrets: OrderedSecrets) -> str:
    """The secret, "" for a kind without one. Raises ProviderError and SecretsUnavailable."""
    kind = KINDS.get(account.kind)
    if kind is not None and not kind.needs_secret:
        return ""
    secret = secrets.get(account.name)
    if not secret:
        words = _("No secret is kept for the account “{account}”: sign in to it anew.")
        trouble = Trouble(TroubleKind.SIGN_IN_REQUIRED, words.format(account=account.name))
        raise ProviderError(trouble)
    return secret


def _make_scheduler() -> Scheduler:
    from app.adapters.apscheduler_wakes import ApschedulerWakes

    return ApschedulerWakes()
