"""Every status and every exception has one meaning: the table of the design, row by row."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import httpcore
import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.remote import TroubleKind
from app.providers import http_errors

NOW = datetime(2026, 9, 28, 9, 0, 0, tzinfo=UTC)
JSON = httpx.Headers({"content-type": "application/json"})
PAGE = httpx.Headers({"content-type": "text/html; charset=utf-8"})

REFUSED = {400, 402, 403, 405, 409, 411, 412, 413, 414, 415, 422, 423, 426, 428, 431, 451}
NAMED = dict.fromkeys(REFUSED, TroubleKind.REFUSED) | {
    401: TroubleKind.SIGN_IN_REQUIRED,
    404: TroubleKind.GONE,
    410: TroubleKind.GONE,
    429: TroubleKind.THROTTLED,
}
# What no server should say and some say all the same; the last ones cannot even be read by h11.
NONSENSE = [-1, 0, 1, 99, 600, 678, 999, 1000, 10**9]
STATUSES = [*range(100, 600), *NONSENSE]
SAID = "Not today"
_WORDS = b"Not today"
# Bodies with words in them, by who sends them; then bodies without.
TELLING = {
    "tracking": (
        JSON,
        b'{"error":{"statusCode":1,"errorCode":"E","errorDescription":"x","message":"%s"}}'
        % _WORDS,
    ),
    "rest": (JSON, b'{"error":{"errorDescription":"%s"}}' % _WORDS),
    "framework": (JSON, b'{"Message":"%s","MessageDetail":"x"}' % _WORDS),
    "problem": (
        httpx.Headers({"content-type": "application/problem+json"}),
        b'{"title":"T","detail":"%s"}' % _WORDS,
    ),
    "no type": (httpx.Headers({}), b'{"message":"%s"}' % _WORDS),
    "plain": (httpx.Headers({"content-type": "text/plain"}), b" %s\n" % _WORDS),
}
MUTE = {
    "empty": (JSON, b""),
    "truncated": (JSON, b'{"error":{"message":"Not to'),
    "huge": (JSON, b'{"message":"' + b"x" * http_errors.WORDS_LIMIT),
    "deep": (JSON, b'{"error":' + b"[" * 20_000),
    "numbers": (JSON, b'{"error":{"message":7},"detail":[1],"title":null}'),
    "list": (JSON, b'["Not today"]'),
    "no text": (JSON, b'{"message":"\xff\xfe"}'),
    "nothing at all": (httpx.Headers({}), b"\x00\x01"),
}
PAGES = {
    "html": (PAGE, b"<html><b>Not today</b></html>"),
    "typed as data": (JSON, b"\xef\xbb\xbf \n<!DOCTYPE html>Not today"),
    "xml": (httpx.Headers({"content-type": "application/xml"}), b"<e>Not today</e>"),
    "empty page": (PAGE, b""),
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


def exceptions_of(library: str) -> dict[str, type[BaseException]]:
    """Every exception class that a library has made, exported or not: by walking, not by naming."""
    found: dict[str, type[BaseException]] = {}
    left: list[type[BaseException]] = [BaseException]
    while left:
        for one in left.pop().__subclasses__():
            left.append(one)
            if one.__module__.partition(".")[0] == library:
                found[one.__name__] = one
    return found


def made(kind: type[BaseException]) -> BaseException:
    request = httpx.Request("POST", "https://acme.example/")
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("words", request=request, response=httpx.Response(500))
    try:
        return kind("words")
    except TypeError:
        return kind()


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_meaning_whatever_comes_with_it(status: int) -> None:
    meant = NAMED.get(status, TroubleKind.PERHAPS_DELIVERED)
    for name, (headers, body) in (TELLING | MUTE).items():
        trouble = http_errors.trouble_of_status(status, headers, body, NOW)
        assert trouble.kind is meant, name
        if name in TELLING:
            assert trouble.words == SAID, name
        else:
            assert trouble.words.endswith("."), name
            assert SAID not in trouble.words


@pytest.mark.parametrize("status", STATUSES)
def test_a_web_page_settles_nothing_but_what_is_certain_without_it(status: int) -> None:
    sure = status in {401, 413, 414, 429, 431}
    for name, (headers, body) in PAGES.items():
        trouble = http_errors.trouble_of_status(status, headers, body, NOW)
        assert trouble.kind is (NAMED[status] if sure else TroubleKind.PERHAPS_DELIVERED), name
        assert trouble.words == "The server answered with a web page instead of data."


@pytest.mark.parametrize("status", STATUSES)
def test_only_two_statuses_ask_to_wait(status: int) -> None:
    headers = httpx.Headers({"retry-after": "17"})
    asked = http_errors.trouble_of_status(status, headers, b"", NOW).retry_after_seconds
    assert asked == (17 if status in (429, 503) else None)


def test_every_exception_of_httpx_is_in_the_table() -> None:
    assert set(exceptions_of("httpx")) == NEVER_SENT | PERHAPS | FAMILIES


def test_what_lies_below_httpx_raises_nothing_that_httpx_has_no_name_for() -> None:
    # The one more is caught inside: the pool tries the next connection, before anything is sent.
    inside = {httpcore.ConnectionNotAvailable.__name__}
    assert set(exceptions_of("httpcore")) <= set(exceptions_of("httpx")) | inside


@pytest.mark.parametrize("name", sorted(NEVER_SENT | PERHAPS | FAMILIES))
def test_every_exception_has_its_meaning(name: str) -> None:
    kind = exceptions_of("httpx")[name]
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
        # The server's clock stands in the year 2001, or in 2099: its own two dates agree.
        (
            {
                "Retry-After": "Sat, 01 Dec 2001 00:05:00 GMT",
                "Date": "Sat, 01 Dec 2001 00:00:00 GMT",
            },
            300,
        ),
        (
            {
                "Retry-After": "Tue, 01 Dec 2099 00:05:00 +0200",
                "Date": "Tue, 01 Dec 2099 00:00:00 +0200",
            },
            300,
        ),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"Retry-After": "Mon, 01 Jan 0001 00:00:00 +2359"}, 0),
        ({"Retry-After": "Mon, 28 Sep 99999 09:00:30 GMT"}, None),
        ({"Retry-After": "Mon, 28 Sep 2026 09:00:30 +999999999"}, None),
        ({"Retry-After": "-99999999999999999999"}, 0),
        ({"Retry-After": "infinity"}, None),
        ({"Retry-After": "17, 18"}, None),
        ({"Retry-After": "17 seconds"}, None),
        ({"Retry-After": "Sunday, 06-Nov-94 08:49:37 GMT"}, 0),
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


# Pieces of dates in the orders that they should not have.
PIECES = "Mon, Sunday, 28 0 99999999999 Sep Foo 2026 26 -1 09:00:30 9:61:99 :: GMT EST +0200 -9999"
DATES = st.lists(st.sampled_from([*PIECES.split(), "+9" * 9, "", ",", "("])).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(
    status=st.integers() | st.sampled_from([429, 503]),
    names=st.dictionaries(
        st.sampled_from(["retry-after", "retry_after", "date", "content-type"]),
        DATES | st.text(alphabet=st.characters(max_codepoint=255)),
    ),
    body=st.binary(max_size=300),
)
@example(429, {"retry-after": "Mon, 28 Sep 2026 09:00:30 +99999999999999"}, b"")
@example(429, {"retry-after": ",", "date": " "}, b"")
def test_no_answer_is_without_a_meaning(status: int, names: dict[str, str], body: bytes) -> None:
    trouble = http_errors.trouble_of_status(status, names, body, NOW)
    assert trouble.words.isprintable()
    assert 0 < len(trouble.words) <= http_errors.WORDS_LIMIT
    wait = trouble.retry_after_seconds
    assert wait is None or 0 <= wait <= http_errors.LONGEST_RETRY_AFTER_SECONDS
