"""Secrets whose keyring asks its user something before it deletes."""

from __future__ import annotations

import threading

from tests.fakes.adapters.keyring_secrets import FakeSecrets


class SlowSecrets(FakeSecrets):
    """`FakeSecrets`; while `answered` is not set a deletion waits, and `asking` says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = threading.Event()
        self.answered = threading.Event()
        self.answered.set()

    def delete(self, account: str) -> None:
        self.asking.set()
        assert self.answered.wait(10), "nobody answered the keyring"
        super().delete(account)
