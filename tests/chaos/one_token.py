"""A keyring that knows the sandbox's token, for programs that run without a session."""

from __future__ import annotations

from keyring.backend import KeyringBackend

from app.sandbox.sevenpace.stand_in import TOKEN


class OneToken(KeyringBackend):
    """Every account's secret is the token; what is set is not kept."""

    priority = 1.0

    def get_password(self, _service: str, _username: str) -> str | None:
        return TOKEN

    def set_password(self, _service: str, _username: str, _password: str) -> None:
        return

    def delete_password(self, _service: str, _username: str) -> None:
        return
