"""Secrets in memory, held to the same contract as the keyring's."""

from __future__ import annotations

from app.ports.secrets import SecretsUnavailable


class FakeSecrets:
    """`app.ports.secrets.Secrets`; set `unavailable` to have every call raise it."""

    def __init__(self, unavailable: SecretsUnavailable | None = None) -> None:
        self.kept: dict[str, str] = {}
        self.unavailable = unavailable

    def get(self, account: str) -> str | None:
        self._ask()
        return self.kept.get(account)

    def set(self, account: str, secret: str) -> None:
        if not secret:
            raise ValueError("an empty secret is none")
        self._ask()
        self.kept[account] = secret

    def delete(self, account: str) -> None:
        self._ask()
        self.kept.pop(account, None)

    def _ask(self) -> None:
        if self.unavailable is not None:
            raise self.unavailable
