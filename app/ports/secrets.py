"""Where tokens, keys and passwords are kept: by account name, never in a file of ours."""

from __future__ import annotations

from typing import Protocol


class SecretsUnavailable(Exception):
    """The keyring cannot serve. Both texts are for people and hold no secret.

    `reason` says what is wrong, `hint` what to install or do about it ("" where there is nothing
    to do).
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        """Keep both texts."""
        super().__init__(f"{reason} {hint}".strip())
        self.reason = reason
        self.hint = hint


class Secrets(Protocol):
    """One secret per account name.

    Every call may block without limit while the desktop asks for the keyring's password, so no
    call is made on the GUI thread and none before the tray is up. All raise SecretsUnavailable.
    """

    def get(self, account: str) -> str | None:
        """The secret of an account, or None when none is kept."""
        ...

    def set(self, account: str, secret: str) -> None:
        """Keep a secret, replacing an older one. An empty secret is a ValueError."""
        ...

    def delete(self, account: str) -> None:
        """Forget the secret of an account; forgetting what is not there is fine."""
        ...
