"""Secrets in order: forgetting waits for nobody, and nobody's newer secret is forgotten."""

from __future__ import annotations

import threading

import pytest

from app.ports.secrets import Secrets, SecretsUnavailable
from app.runtime.secret_order import OrderedSecrets
from tests.adapters.secrets_contract import SecretsContract
from tests.fakes.adapters.keyring_secrets import FakeSecrets
from tests.fakes.runtime.slow_secrets import SlowSecrets


class TestOrderedSecrets(SecretsContract):
    @pytest.fixture
    def secrets(self) -> Secrets:
        return OrderedSecrets(FakeSecrets())


def test_a_secret_that_is_set_after_a_forgetting_stays() -> None:
    slow = SlowSecrets()
    slow.answered.clear()
    slow.kept["acme"] = "old"
    secrets = OrderedSecrets(slow)
    secrets.forget("acme")
    setting = threading.Thread(target=secrets.set, args=("acme", "new"))
    setting.start()
    assert slow.asking.wait(10)
    secrets.set("other", "at once")
    assert not secrets.wait_forgotten(0.01)
    assert slow.kept == {"acme": "old", "other": "at once"}
    slow.answered.set()
    setting.join(10)
    assert secrets.wait_forgotten(10)
    assert secrets.get("acme") == "new"


@pytest.mark.expected_log("the secret of acme could not be forgotten: Locked")
def test_a_keyring_that_cannot_forget_holds_up_nobody() -> None:
    secrets = OrderedSecrets(FakeSecrets(SecretsUnavailable("Locked.")))
    secrets.forget("acme")
    assert secrets.wait_forgotten(10)
