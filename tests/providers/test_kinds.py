"""The registry of providers: light to import, and each line leads to a provider."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from app.core.model import Account
from app.core.remote import Facts, LookFor, RemoteView, TroubleKind, Write, WriteKind
from app.ports.provider import ProviderError
from app.providers.address import AddressRefused
from app.providers.kinds import KINDS, make


def connect(kind: str, url: str = "https://acme.example", secret: str = "t") -> object:
    return make(Account("a", kind, url), secret, lambda: "UTC", 1)


def test_the_registry_loads_no_http_client() -> None:
    code = (
        "import sys, app.providers.kinds, app.providers.address\n"
        "print(sorted({'httpx', 'ssl', 'zoneinfo', 'app.providers.http'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_makes_its_provider(name: str) -> None:
    kind = KINDS[name]
    provider = make(Account("a", name, "https://acme.example"), "t", lambda: "UTC", 1)
    assert kind.name == name
    assert provider.capabilities == kind.capabilities
    assert kind.title
    provider.close()
    provider.close()


def test_what_cannot_be_made_says_why() -> None:
    with pytest.raises(AddressRefused):
        connect("7pace", url="http://acme.example")
    with pytest.raises(ProviderError) as caught:
        connect("7pace", secret=" ")
    assert caught.value.trouble.kind is TroubleKind.SIGN_IN_REQUIRED
    with pytest.raises(KeyError):
        connect("carrier-pigeon")


def test_a_local_account_is_complete_without_a_server() -> None:
    provider = make(Account("here", "local"), "", lambda: "UTC", 1)
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert provider.capabilities.kept_here
    assert provider.pull(at, at) == RemoteView(), "a view that claims something takes rows away"
    assert provider.look(LookFor(remote_id="x", around_at=at, slot=True)) == RemoteView()
    for kind in WriteKind:
        assert provider.push(Write(kind, Facts(at), remote_id="x")).remote_id == "x"
    assert provider.search("x", 5) == ()
    assert provider.activity_types() == ()
    provider.answer_check()
    assert provider.verify().user_id == ""
    provider.close()
