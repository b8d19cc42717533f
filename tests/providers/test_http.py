"""HTTP over real sockets: bounded, never repeated, never redirected, and silent about secrets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

import httpx
import msgspec
import pytest

from app.core.remote import Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.providers.address import read_address
from app.providers.http import Http, bearer
from app.providers.http_errors import RAISED_BY_HTTP
from tests.fakes.providers.raw_server import RawServer, Reply, answer, drip, silence

SECRET = "s3cret-t0ken"
OK = answer(b'{"name":"x"}')


UNCLEAR: dict[str, Reply] = {
    "page": answer(b"<!DOCTYPE html><p>Log in to the hotel", kind="text/html"),
    "page without a type": answer(b"  <html>", kind=""),
    "wrong type": answer(b'{"name":"x"}', kind="text/plain"),
    "nothing": answer(b"", kind="application/json"),
    "no content": answer(b"", status="204 No Content"),
    "another shape": answer(b'{"name":7}'),
    "half a document": answer(b'{"name":"x"'),
    "no text": answer(b'{"name":"\xff"}'),
    "deep": answer(b"[" * 100_000),
    "packed": answer(b"\x1f\x8b", "Content-Encoding: gzip"),
    "202": answer(b'{"name":"x"}', status="202 Accepted"),
    "206": answer(b'{"name":"x"}', status="206 Partial Content"),
    "huge": answer(b'{"name":"' + b"x" * 3_000_000 + b'"}'),
    "cut body": answer(b'{"name":"x"}')[:-4],
    "cut head": b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n",
    "not HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "closed": b"",
    "500": answer(b'{"error":{"message":"Boom"}}', status="500 Internal Server Error"),
    "redirect": answer(b"", "Location: /elsewhere", status="307 Temporary Redirect"),
    "broken redirect": answer(b"", "Location: http://[", status="302 Found"),
    "silence": silence,
    "dripping head": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1),
    "dripping body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b" ", 0.1),
}


class Named(msgspec.Struct):
    name: str


def decode(content: bytes) -> Named:
    return msgspec.json.decode(content, type=Named)


@pytest.fixture
def connect() -> Iterator[Callable[..., Http]]:
    made: list[Http] = []

    def make(url: str, timeout_seconds: float = 0.4) -> Http:
        http = Http(read_address(url), SECRET, bearer(SECRET), timeout_seconds)
        made.append(http)
        return http

    yield make
    for http in made:
        http.close()


def trouble_of(call: Callable[[], object]) -> Trouble:
    with pytest.raises(ProviderError) as caught:
        call()
    assert SECRET not in caught.value.trouble.words
    assert SECRET not in str(caught.value)
    return caught.value.trouble


def test_a_whole_answer_is_decoded(connect: Callable[..., Http]) -> None:
    with RawServer(answer(b'{"name":"x"}', "Date: Mon, 28 Sep 2026 09:00:00 GMT")) as server:
        told = connect(server.url + "/base/").ask(
            "POST", "/path", decode, query=[("$a", "b c&d"), ("api-version", "3.2")], body={"n": 1}
        )
    assert told.value == Named("x")
    assert told.server_at is not None
    assert told.server_at.hour == 9
    request = server.requests[0].decode()
    assert request.startswith("POST /base/path?$a=b%20c%26d&api-version=3.2 HTTP/1.1\r\n")
    assert f"Authorization: Bearer {SECRET}" in request
    assert "Content-Type: application/json" in request
    assert request.endswith('{"n":1}')


@pytest.mark.parametrize("seconds", [8 * 3600, -3600], ids=["slept", "set back"])
def test_an_answer_that_a_suspend_overtook_is_none(
    seconds: int, connect: Callable[..., Http], monkeypatch: pytest.MonkeyPatch
) -> None:
    began_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    readings = iter([began_at, began_at + timedelta(seconds=seconds)])

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cast("Clock", next(readings).astimezone(tz))

    monkeypatch.setattr("app.providers.http.datetime", Clock)
    with RawServer(OK) as server:
        trouble = trouble_of(lambda: connect(server.url).ask("GET", "/", decode))
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert "slept" in trouble.words


def test_an_empty_body_has_no_type(connect: Callable[..., Http]) -> None:
    with RawServer(OK) as server:
        connect(server.url).ask("POST", "/stop", decode)
    request = server.requests[0].decode().lower()
    assert "content-length: 0" in request
    assert "content-type" not in request


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/x+json", ""])
def test_types_that_are_data(kind: str, connect: Callable[..., Http]) -> None:
    with RawServer(answer(b'{"name":"x"}', kind=kind)) as server:
        assert connect(server.url).ask("GET", "/", decode).value.name == "x"


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_does_not_say_so_was_perhaps_delivered(
    name: str, connect: Callable[..., Http]
) -> None:
    begun = time.monotonic()
    with RawServer(UNCLEAR[name], OK) as server:
        trouble = trouble_of(lambda: connect(server.url).ask("POST", "/", decode, body={}))
        assert len(server.requests) == 1, "it was told twice"
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert trouble.words
    assert "hotel" not in trouble.words
    assert time.monotonic() - begun < 20, "a drip held the lane"


@pytest.mark.parametrize(
    "reply",
    [
        answer(b""),
        answer(b"", status="204 No Content", kind=""),
        answer(b'{"data":null}'),
        answer(b"{}"),
        answer(b"null"),
    ],
)
def test_a_deletion_needs_no_words(reply: bytes, connect: Callable[..., Http]) -> None:
    with RawServer(reply) as server:
        connect(server.url).ask_done("DELETE", "/one")
    assert server.requests[0].startswith(b"DELETE /one ")


@pytest.mark.parametrize(
    "reply", [answer(b"<p>no", kind="text/html"), answer(b'{"data"'), answer(b"ok", kind="")]
)
def test_a_deletion_that_is_answered_with_something_else(
    reply: bytes, connect: Callable[..., Http]
) -> None:
    with RawServer(reply) as server:
        trouble = trouble_of(lambda: connect(server.url).ask_done("DELETE", "/one"))
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED


def test_a_redirect_never_takes_the_token_along(connect: Callable[..., Http]) -> None:
    with RawServer(OK) as other:
        moved = answer(b"", f"Location: {other.url}/", status="302 Found")
        with RawServer(moved) as server:
            trouble_of(lambda: connect(server.url).ask("GET", "/", decode))
        assert other.requests == []


def test_a_closed_port_and_a_missing_tls_are_never_sent(connect: Callable[..., Http]) -> None:
    with RawServer() as server:
        closed = server.url
        trouble = trouble_of(
            lambda: connect(server.url.replace("http:", "https:")).ask("POST", "/", decode, body={})
        )
    assert trouble.kind is TroubleKind.NOT_SENT
    trouble = trouble_of(lambda: connect(closed).ask("POST", "/", decode, body={}))
    assert trouble.kind is TroubleKind.NOT_SENT
    assert trouble.words.startswith("127.0.0.1 cannot be reached. (")


def test_an_error_keeps_its_meaning_without_its_body(connect: Callable[..., Http]) -> None:
    cut = answer(b'{"message":"Not you"}', status="401 Unauthorized")[:-5]
    with RawServer(cut) as server:
        trouble = trouble_of(lambda: connect(server.url).ask("POST", "/", decode, body={}))
    assert trouble.kind is TroubleKind.SIGN_IN_REQUIRED


def test_of_an_endless_error_only_the_words_are_read(connect: Callable[..., Http]) -> None:
    endless = drip(b"HTTP/1.1 403 Forbidden\r\n\r\n", b"x" * 50_000, 0.01)
    with RawServer(endless) as server:
        trouble = trouble_of(lambda: connect(server.url).ask("GET", "/", decode))
    assert trouble.kind is TroubleKind.REFUSED
    assert trouble.words == "The server does not permit this."


def test_a_server_that_repeats_the_token_is_not_quoted(connect: Callable[..., Http]) -> None:
    said = answer(b'{"message":"Bad token s3cret-t0ken!"}', status="403 Forbidden")
    with RawServer(said) as server:
        trouble = trouble_of(lambda: connect(server.url).ask("GET", "/", decode))
    assert trouble.words == "Bad token …!"


def test_cookies_are_not_kept(connect: Callable[..., Http]) -> None:
    with RawServer(answer(b'{"name":"x"}', "Set-Cookie: a=b"), OK) as server:
        http = connect(server.url)
        http.ask("GET", "/", decode)
        http.ask("GET", "/", decode)
    assert b"cookie" not in server.requests[1].lower()


def test_proxies_are_for_other_computers(
    monkeypatch: pytest.MonkeyPatch, connect: Callable[..., Http]
) -> None:
    with RawServer(answer(b"", status="403 Forbidden")) as proxy, RawServer(OK) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert connect(server.url).ask("GET", "/", decode).value.name == "x"
        assert proxy.requests == []
        far = connect("https://acme.timehub.invalid")
        trouble = trouble_of(lambda: far.ask("POST", "/", decode, body={}))
        assert trouble.kind is TroubleKind.NOT_SENT
        assert "proxy" in trouble.words
        assert proxy.requests[0].startswith(b"CONNECT acme.timehub.invalid:443 ")
        assert SECRET.encode() not in proxy.requests[0]


def test_closing_ends_a_request_of_another_thread(connect: Callable[..., Http]) -> None:
    with RawServer(silence) as server:
        http = connect(server.url, 20)
        found: list[Trouble] = []
        thread = threading.Thread(
            target=lambda: found.append(trouble_of(lambda: http.ask("POST", "/", decode, body={})))
        )
        thread.start()
        ends_at = time.monotonic() + 5
        while not server.requests and time.monotonic() < ends_at:
            thread.join(0.01)
        http.close()
        thread.join(5)
        assert not thread.is_alive()
    assert [trouble.kind for trouble in found] == [TroubleKind.PERHAPS_DELIVERED]
    trouble = trouble_of(lambda: http.ask("POST", "/", decode, body={}))
    assert trouble.kind is TroubleKind.NOT_SENT


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.WriteError, OSError, httpx.CloseError])
def test_what_the_network_raises_becomes_a_trouble(kind: type[Exception]) -> None:
    assert issubclass(kind, RAISED_BY_HTTP)

    class Broken(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise kind(f"gone with {request.headers['authorization']}")

    http = Http(read_address("http://127.0.0.1:1"), SECRET, bearer(SECRET), 1, transport=Broken())
    trouble = trouble_of(lambda: http.ask("POST", "/", decode, body={}))
    http.close()
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED


@pytest.mark.parametrize("secret", ["", "a b", "a\nb", "schlüssel", "a\x00"])
def test_what_cannot_be_a_token_is_said_without_repeating_it(secret: str) -> None:
    with pytest.raises(ProviderError) as caught:
        bearer(secret)
    assert caught.value.trouble.kind is TroubleKind.SIGN_IN_REQUIRED
    assert not secret or secret not in caught.value.trouble.words
