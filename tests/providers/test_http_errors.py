"""Every status and every exception has a meaning: the table of the design, row by row."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import httpx
import pytest

from app.core.remote import TroubleKind
from app.providers import http_errors

NOW = datetime(2026, 9, 28, 9, 0, 0, tzinfo=UTC)
JSON = httpx.Headers({"content-type": "application/json"})
PAGE = httpx.Headers({"content-type": "text/html; charset=utf-8"})

NAMED = {
    400: TroubleKind.REFUSED,
    401: TroubleKind.SIGN_IN_REQUIRED,
    403: TroubleKind.REFUSED,
    404: TroubleKind.GONE,
    409: TroubleKind.REFUSED,
    413: TroubleKind.REFUSED,
    422: TroubleKind.REFUSED,
    429: TroubleKind.THROTTLED,
}
NEVER_SENT = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "InvalidURL",
}
PERHAPS = {
    "ReadTimeout",
    "WriteTimeout",
    "ReadError",
    "WriteError",
    "CloseError",
    "LocalProtocolError",
    "RemoteProtocolError",
    "DecodingError",
    "TooManyRedirects",
    "HTTPStatusError",
    "CookieConflict",
    "StreamConsumed",
    "StreamClosed",
    "ResponseNotRead",
    "RequestNotRead",
}
# What only its children are raised as.
FAMILIES = {
    "HTTPError",
    "RequestError",
    "TransportError",
    "TimeoutException",
    "NetworkError",
    "ProtocolError",
    "StreamError",
}


def exceptions_of_httpx() -> dict[str, type[Exception]]:
    """Everything that httpx exports and that can be raised, found by walking, not by naming."""
    public = (getattr(httpx, name) for name in httpx.__all__)
    found = {one.__name__: one for one in public if isinstance(one, type)}
    return {name: one for name, one in found.items() if issubclass(one, Exception)}


def made(kind: type[Exception]) -> Exception:
    request = httpx.Request("POST", "https://acme.example/")
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("words", request=request, response=httpx.Response(500))
    try:
        return kind("words")
    except TypeError:
        return kind()


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_its_meaning(status: int) -> None:
    trouble = http_errors.trouble_of_status(status, JSON, b'{"message":"Not today"}', NOW)
    assert trouble.kind is NAMED.get(status, TroubleKind.PERHAPS_DELIVERED)
    assert trouble.words == "Not today"


@pytest.mark.parametrize("status", range(100, 600))
def test_a_web_page_settles_nothing_but_what_is_certain_without_it(status: int) -> None:
    trouble = http_errors.trouble_of_status(status, PAGE, b"<html><b>Blocked</b></html>", NOW)
    sure = {401, 413, 429}
    assert trouble.kind is (NAMED[status] if status in sure else TroubleKind.PERHAPS_DELIVERED)
    assert trouble.words == "The server answered with a web page instead of data."


def test_every_exception_of_httpx_is_in_the_table() -> None:
    assert set(exceptions_of_httpx()) == NEVER_SENT | PERHAPS | FAMILIES


@pytest.mark.parametrize("name", sorted(NEVER_SENT | PERHAPS | FAMILIES))
def test_every_exception_has_its_meaning(name: str) -> None:
    kind = exceptions_of_httpx()[name]
    assert issubclass(kind, http_errors.RAISED_BY_HTTP), "the client would let it through"
    trouble = http_errors.trouble_of_exception(made(kind), "acme.example")
    expected = TroubleKind.NOT_SENT if name in NEVER_SENT else TroubleKind.PERHAPS_DELIVERED
    assert trouble.kind is expected
    assert "acme.example" in trouble.words


def test_an_untrusted_certificate_is_named() -> None:
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.__cause__ = OSError()
    error.__cause__.__context__ = ssl.SSLCertVerificationError(1, "self-signed")
    trouble = http_errors.trouble_of_exception(error, "acme.example")
    assert trouble.kind is TroubleKind.NOT_SENT
    assert "certificate" in trouble.words


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"Retry-After": "17"}, 17),
        ({"Retry-After": "1.2"}, 2),
        ({"Retry_After": "9"}, 9),
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": "1e400"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "99999999999"}, 86_400),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
        # By the server's own clock, which is an hour off ours.
        (
            {
                "Retry-After": "Mon, 28 Sep 2026 10:00:30 GMT",
                "Date": "Mon, 28 Sep 2026 10:00:00 GMT",
            },
            30,
        ),
        ({"Retry-After": "Mon, 28 Sep 2026 09:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 28 Sep 2026 09:00:30 GMT", "Date": "yesterday"}, 30),
        ({"Retry-After": "Mon, 28 Sep 2020 09:00:30 GMT"}, 0),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: int | None) -> None:
    given = httpx.Headers(headers)
    assert http_errors.retry_after_seconds(given, NOW) == seconds
    assert http_errors.trouble_of_status(429, given, b"", NOW).retry_after_seconds == seconds


@pytest.mark.parametrize(
    "body, words",
    [
        (b'{"error":{"statusCode":400,"errorCode":"X","message":"Length is required"}}', None),
        (b'{"error":{"errorDescription":"Length is required"}}', None),
        (b'{"error":{"message":"", "errorCode":"Length is required"}}', None),
        (b'{"Message":"Length is required"}', None),
        (b'{"message":"Length is required","code":501}', None),
        (b'{"error":"Length is required"}', None),
        (b'{"title":"BAD","status":400,"detail":"Length is required"}', None),
        (b'{"title":"Length is required"}', None),
        (b'{"message":"  Length\\r\\n is\\u0007\\u202e required\\u0000 "}', None),
        (b"{}", "The server did not accept this (status 400)."),
        (b"[]", "The server did not accept this (status 400)."),
        (b'{"error":{"message":7},"detail":[]}', "The server did not accept this (status 400)."),
        (b"\xff\xfe", "The server did not accept this (status 400)."),
        (b"", "The server did not accept this (status 400)."),
        (b"[" * 50_000, "The server did not accept this (status 400)."),
    ],
)
def test_the_words_of_all_five_servers(body: bytes, words: str | None) -> None:
    trouble = http_errors.trouble_of_status(400, JSON, body, NOW)
    assert trouble.words == (words or "Length is required")


def test_plain_text_is_taken_as_words() -> None:
    headers = httpx.Headers({"content-type": "text/plain; charset=utf-8"})
    assert http_errors.trouble_of_status(403, headers, "Größe?\n".encode(), NOW).words == "Größe?"


def test_words_are_bounded() -> None:
    body = b'{"message":"' + b"x" * 60_000 + b'"}'
    words = http_errors.trouble_of_status(400, JSON, body, NOW).words
    assert len(words) == http_errors.WORDS_LIMIT
    assert words.endswith("…")


@pytest.mark.parametrize("status", [302, 401, 403, 404, 413, 418, 429, 503])
def test_a_status_without_words_gets_a_sentence(status: int) -> None:
    words = http_errors.trouble_of_status(status, JSON, b"{}", NOW).words
    assert words.endswith(".")
    assert len(words) > 20
