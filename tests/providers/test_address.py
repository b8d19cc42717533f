"""Addresses: HTTPS anywhere, plain HTTP on this computer alone, nothing that is read two ways."""

from __future__ import annotations

import pytest

from app.core.remote import TroubleKind
from app.providers.address import AddressRefused, read_address


@pytest.mark.parametrize(
    "text, url",
    [
        ("https://acme.timehub.7pace.com", "https://acme.timehub.7pace.com"),
        (" https://acme.timehub.7pace.com/ ", "https://acme.timehub.7pace.com"),
        ("https://acme.timehub.7pace.com/api/rest", "https://acme.timehub.7pace.com"),
        ("https://acme.timehub.7pace.com/API/Rest/", "https://acme.timehub.7pace.com"),
        ("https://a.example/x/api/tracking/client/", "https://a.example/x"),
        ("HTTPS://A.example:8443/x//", "https://a.example:8443/x"),
        ("http://127.0.0.1:8080/7pace", "http://127.0.0.1:8080/7pace"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:1/", "http://[::1]:1"),
        ("https://bücher.example", "https://bücher.example"),
    ],
)
def test_addresses_that_can_be_used(text: str, url: str) -> None:
    assert read_address(text, ("/api/tracking/client", "/api/rest")).url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "acme.timehub.7pace.com",
        "ftp://acme.example",
        "https://",
        "https:///path",
        "https://acme.example:port",
        "https://acme.example:99999",
        "https://me:secret@acme.example",
        "https://token@acme.example",
        "https://acme.example?x=1",
        "https://acme.example#x",
        "https://acme .example",
        "https://acme\\.example",
        "https://acme.example/\x00",
        "https://acme.example/\nHost: x",
        "https://[::1",
        "https://" + "a" * 70 + ".example",
        "http://acme.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://2130706433",
        "http://127.1",
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
    ],
)
def test_addresses_that_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        read_address(text)
    assert caught.value.trouble.kind is TroubleKind.NOT_SENT
    assert caught.value.trouble.words.endswith(".")
    assert "secret" not in caught.value.trouble.words
