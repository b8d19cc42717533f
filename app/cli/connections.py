"""How the accounts stand, as the lanes know it or the ledger last heard, and how to sign in."""

from __future__ import annotations

import shlex

from app.core.state import AppState, Connection
from app.ports.journal import Journal

_LINES = 500

# What a line of the ledger says of the account's server at that moment.
_HEARD = {
    "offline": Connection.OFFLINE,
    "sign-in-required": Connection.SIGN_IN_REQUIRED,
    **dict.fromkeys(
        (
            *("online", "account-added", "signed-in", "accepted", "adopted", "changed-elsewhere"),
            *("conflict", "deleted", "refused", "gone-elsewhere", "gone-with-edits"),
            *("check-asked", "check-answered", "check-refused", "came-up-late"),
        ),
        Connection.ONLINE,
    ),
}


def connections(state: AppState, journal: Journal) -> dict[str, Connection]:
    """The connection of every account; `unknown` where nothing was ever heard.

    A command that only reads asks no server, so what the ledger heard last has to do.
    """
    found = {
        name: Connection.ONLINE if account.capabilities.kept_here else state.lanes[name].connection
        for name, account in state.accounts.items()
    }
    unknown = {name for name, connection in found.items() if connection is Connection.UNKNOWN}
    if unknown:
        for line in journal.ledger(_LINES):
            if line.account in unknown and line.what in _HEARD:
                found[line.account] = _HEARD[line.what]
                unknown.discard(line.account)
    return found


def sign_in_command(account: str) -> str:
    """What to run to sign in anew, as a shell takes it; at a terminal it asks for the token."""
    return f"timekept account verify {shlex.quote(account)}"
