"""`doctor`: a row for each thing that Timekept stands on, and whether it works here."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli import probes
from app.cli.answers import Answer, Status, document, lines, shown, table
from app.cli.call import Call
from app.cli.connections import sign_in_command
from app.cli.probes import Row
from app.core.model import Account
from app.core.remote import TroubleKind
from app.core.state import Connection
from app.ports.journal import JournalError
from app.ports.provider import ProviderError
from app.ports.secrets import SecretsUnavailable
from app.ports.settings import HOTKEYS_TOGGLE, PRESENCE_IDLE_AFTER_SECONDS, Settings
from app.providers.kinds import KINDS
from app.words import _


def doctor(call: Call) -> Answer:
    """Look at everything, the servers included."""
    desk = call.desk
    runs = _("The app runs.") if desk.app_runs else _("The app does not run.")
    rows = [
        Row("app", True if desk.app_runs else None, runs),
        _store(call),
        *_repair(call.desk.folders.data),
        *_settings(desk.settings, str(desk.folders.settings_file)),
        probes.keyring(),
        *(_account(call, account) for account in call.state.accounts.values()),
        *_desktop(desk.settings, None if desk.live is None else desk.live()),
        Row("log", None, str(desk.folders.log_file)),
    ]
    return Answer(_printed(rows, wants_json=call.wants_json))


def offline(words: argparse.Namespace) -> tuple[int, str, str]:
    """Look from outside: neither the app nor a server is asked, and the store is not opened."""
    from app.adapters.folders import FoldersUnusable, find_folders
    from app.adapters.settings_file import SettingsFile

    try:
        folders = find_folders()
    except FoldersUnusable as unusable:
        return Status.FAILED, "", lines(str(unusable))
    settings = SettingsFile(folders.settings_file)
    there = folders.database_file.exists()
    rows = [
        Row("store", True if there else None, str(folders.database_file)),
        *_repair(folders.data),
        *_settings(settings, str(folders.settings_file)),
        probes.keyring(),
        *_desktop(settings, None),
        Row("log", None, str(folders.log_file)),
    ]
    return Status.DONE, _printed(rows, wants_json=getattr(words, "json", False)), ""


def _store(call: Call) -> Row:
    try:
        call.desk.journal.ledger(1)
    except JournalError as error:
        return Row("store", False, str(error))
    return Row("store", True, str(call.desk.folders.database_file))


def _repair(folder: Path) -> Sequence[Row]:
    """The last repair of the store, if there ever was one."""
    from app.adapters.sqlite_repair import last_repair
    from app.words.repairs import repair_details

    repair = last_repair(folder)
    if repair is None:
        return []
    sentences = repair_details(repair)
    return [Row("repair", not (repair.lost or repair.pages_lost), " ".join(sentences))]


def _settings(settings: Settings, file: str) -> Sequence[Row]:
    settings.reload()
    problems = settings.problems()
    if not problems:
        return [Row("settings", True, file)]
    return [Row("settings", False, problem.sentence) for problem in problems]


def _desktop(settings: Settings, live: Mapping[str, str] | None) -> Sequence[Row]:
    """What is live in the running app's windows, where there are any; else what would work here."""
    keys = settings.get(HOTKEYS_TOGGLE)
    if live is not None and live.get("presence") and live.get("hotkeys"):
        problem = live.get(HOTKEYS_TOGGLE.key, "")
        held = _("{keys} by {source}, held by the running app").format(
            keys=keys, source=live["hotkeys"]
        )
        watched = _("{source}, watched by the running app").format(source=live["presence"])
        shown_rows = [
            Row("idle", True, watched),
            Row("hotkey", not problem, problem or held),
        ]
    else:
        shown_rows = [
            probes.idle(settings.get(PRESENCE_IDLE_AFTER_SECONDS)),
            probes.hotkey(keys),
        ]
    return [
        *shown_rows,
        probes.tray(),
        probes.notifications(),
    ]


def _account(call: Call, account: Account) -> Row:
    """Sign in with the kept secret; it takes at most as long as one call may."""
    name = _("account {account}").format(account=account.name)
    kind = KINDS[account.kind]
    if account.capabilities.kept_here:
        return Row(name, True, _("on this computer"))
    command = sign_in_command(account.name)
    try:
        secret = call.desk.secrets.get(account.name) if kind.needs_secret else ""
        if secret is None:
            text = _("No secret is kept: sign in with `{command}`.")
            return Row(name, False, text.format(command=command))
        provider = call.desk.make_provider(account, secret)
        try:
            identity = provider.verify()
        finally:
            provider.close()
    except SecretsUnavailable as unavailable:
        return Row(name, False, str(unavailable))
    except ProviderError as error:
        text = error.trouble.words
        if error.trouble.kind is TroubleKind.SIGN_IN_REQUIRED:
            text = _("{account} wants a sign-in: `{command}`. Its words: {words}").format(
                account=account.name, command=command, words=text
            )
        return Row(name, False, text)
    lane = call.state.lanes.get(account.name)
    if lane is not None and lane.connection is Connection.SIGN_IN_REQUIRED:
        # It was refused once, and what waits does not go before somebody says so.
        text = _("{account} takes the kept {secret} again: go on with `{command}`.").format(
            account=account.name, secret=kind.secret_name, command=command
        )
        return Row(name, False, text)
    return Row(name, True, _("online as {name}, {url}").format(name=identity.name, url=account.url))


def _printed(rows: Sequence[Row], *, wants_json: bool) -> str:
    if wants_json:
        return document([{"name": row.name, "works": row.works, "text": row.text} for row in rows])
    marks = {True: _("ok"), False: _("no"), None: "-"}
    return table([(marks[row.works], shown(row.name), shown(row.text)) for row in rows])
