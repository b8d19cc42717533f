"""What every keeper of secrets must do; each has a subclass of this."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pytest

from app.ports.secrets import Secrets


class SecretsContract(ABC):
    """Subclass it as `Test…` and give the fixture `secrets`, empty at first."""

    @pytest.fixture
    @abstractmethod
    def secrets(self) -> Secrets: ...

    def test_nothing_is_kept_at_first(self, secrets: Secrets) -> None:
        assert secrets.get("Nobody") is None

    def test_what_is_kept_comes_back(self, secrets: Secrets) -> None:
        secrets.set("Work", "token-1")
        secrets.set("Home", "token-2")
        assert secrets.get("Work") == "token-1"
        assert secrets.get("Home") == "token-2"
        assert secrets.get("work") is None

    def test_a_newer_secret_replaces_the_older(self, secrets: Secrets) -> None:
        secrets.set("Work", "token-1")
        secrets.set("Work", "token-2")
        assert secrets.get("Work") == "token-2"

    @pytest.mark.parametrize(
        "account,secret",
        [
            ("Büro ✓ 日本", "pässword ✓ 日本 🔑"),
            ('a"b\\c', "line\nline\ttab"),
            ("long", "x" * 2_000),
            (" ", " "),
        ],
        ids=["unicode", "quotes", "long", "blank"],
    )
    def test_any_text_is_kept(self, secrets: Secrets, account: str, secret: str) -> None:
        secrets.set(account, secret)
        assert secrets.get(account) == secret

    def test_an_empty_secret_is_refused(self, secrets: Secrets) -> None:
        secrets.set("Work", "token-1")
        with pytest.raises(ValueError, match="empty"):
            secrets.set("Work", "")
        assert secrets.get("Work") == "token-1"

    def test_what_is_forgotten_is_gone(self, secrets: Secrets) -> None:
        secrets.set("Work", "token-1")
        secrets.set("Home", "token-2")
        secrets.delete("Work")
        assert secrets.get("Work") is None
        assert secrets.get("Home") == "token-2"

    def test_forgetting_what_is_not_there_is_fine(self, secrets: Secrets) -> None:
        secrets.delete("Nobody")
        secrets.set("Work", "token-1")
        secrets.delete("Work")
        secrets.delete("Work")
        assert secrets.get("Work") is None
