"""What breaks before, while and after a request is sent, over real sockets, each with its meaning.

After each trouble the very next request gets its own answer: nothing is left over on the line.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from app.core.remote import Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.providers.address import read_address
from app.providers.http import ANSWER_LIMIT_BYTES, Http, bearer
from tests.fakes.providers.certificates import Authority
from tests.fakes.providers.raw_server import RawServer, answer
from tests.fakes.providers.rough_server import Act, Line, RoughServer

SECRET = "s3cret-t0ken"
TIMEOUT_SECONDS = 0.4
# No call takes longer than this, on a machine that does much else beside.
LONGEST_SECONDS = 15.0
Connect = Callable[..., Http]


class Named(msgspec.Struct):
    name: str


def decode(content: bytes) -> Named:
    return msgspec.json.decode(content, type=Named)


@pytest.fixture
def connect() -> Iterator[Connect]:
    made: list[Http] = []

    def make(url: str) -> Http:
        http = Http(read_address(url), SECRET, bearer(SECRET), TIMEOUT_SECONDS)
        made.append(http)
        return http

    yield make
    for http in made:
        http.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def met(http: Http, body: object = None) -> Trouble:
    """The trouble that a write met."""
    begun = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        http.ask("POST", "/", decode, body={"n": 1} if body is None else body)
    assert time.monotonic() - begun < LONGEST_SECONDS, "it held the lane"
    assert SECRET not in str(caught.value)
    assert caught.value.trouble.words
    return caught.value.trouble


def next_one(line: Line) -> None:
    """Answer every request of the connection as one should."""
    while True:
        line.read()
        if not line.heard[-1]:
            line.heard.pop()
            return
        line.say(kept_open(b'{"name":"next"}'))


def kept_open(body: bytes, *headers: str, length: str | None = None) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def resets_while_reading(line: Line) -> None:
    line.connection.recv(1)
    line.reset()


def chunked(*pieces: bytes) -> bytes:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return head + b"".join(pieces)


def says(content: bytes, *, then_resets: bool = False) -> Act:
    def act(line: Line) -> None:
        line.read()
        line.say(content)
        if then_resets:
            line.reset()

    return act


def keeps_saying(content: bytes, piece: bytes) -> Act:
    def act(line: Line) -> None:
        line.read()
        line.say(content)
        while not line.ending.wait(0.1):
            line.say(piece)

    return act


def says_and_waits(content: bytes) -> Act:
    def act(line: Line) -> None:
        line.read()
        line.say(content)
        line.rest()

    return act


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
X = b'{"name":"x"}'
SECOND = kept_open(b'{"name":"not mine"}')

AFTER_IT_WAS_SENT: dict[str, Act] = {
    "reset while it was read": resets_while_reading,
    "ended before it was read": lambda _line: None,
    "reset after it was read": says(b"", then_resets=True),
    "ended after it was read": says(b""),
    "never answered": says_and_waits(b""),
    "reset in the head": says(HEAD, then_resets=True),
    "ended in the head": says(HEAD),
    "head that stops": says_and_waits(HEAD),
    "head that drips": keeps_saying(HEAD, b"X-A: b\r\n"),
    "head without end": keeps_saying(HEAD, b"X-A: " + b"b" * 200_000),
    "header of a megabyte": says(HEAD + b"X-A: " + b"b" * 1_000_000 + b"\r\n\r\n"),
    "reset in the body": says(kept_open(X, length="100"), then_resets=True),
    "ended in the body": says(kept_open(X, length="100")),
    "body that stops": says_and_waits(kept_open(X, length="100")),
    "body that drips": keeps_saying(HEAD + b"Content-Length: 9000\r\n\r\n", b" "),
    "body without end": keeps_saying(HEAD + b"\r\n", b" "),
    "more and more of 1xx": keeps_saying(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "1xx and nothing after": says(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "another protocol": says(b"HTTP/1.1 101 Switching\r\nUpgrade: chat\r\n\r\nhello"),
    "length too small": says_and_waits(kept_open(X, length="5")),
    "length too small, an answer behind": says_and_waits(kept_open(X, length="5") + SECOND),
    "nothing, an answer behind": says_and_waits(kept_open(b"") + SECOND),
    "length below zero": says_and_waits(kept_open(X, length="-1")),
    "length that is no number": says_and_waits(kept_open(X, length="many")),
    "length beyond all numbers": says_and_waits(kept_open(X, length="9" * 30)),
    "two lengths": says_and_waits(kept_open(X, "Content-Length: 3")),
    "length and chunks": says_and_waits(kept_open(X, "Transfer-Encoding: chunked")),
    "chunks cut off": says(chunked(b"c\r\n" + X)),
    "chunks without the last": says(chunked(b"c\r\n" + X + b"\r\n")),
    "chunks that wait": says_and_waits(chunked(b"c\r\n" + X + b"\r\n")),
    "chunk of a strange size": says_and_waits(chunked(b"xyz\r\n" + X + b"\r\n0\r\n\r\n")),
    "chunk below zero": says_and_waits(chunked(b"-c\r\n" + X + b"\r\n0\r\n\r\n")),
    "chunk beyond all numbers": says_and_waits(chunked(b"f" * 40 + b"\r\n" + X)),
    "chunk too small": says_and_waits(chunked(b"5\r\n" + X + b"\r\n0\r\n\r\n")),
    "unknown coding": says_and_waits(kept_open(X, "Transfer-Encoding: brotli")),
    "packed": says_and_waits(kept_open(b"\x1f\x8b\x08\x00", "Content-Encoding: gzip")),
    "packed in name": says_and_waits(kept_open(X, "Content-Encoding: br")),
    "another greeting": says(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP/0.9": says(X),
    "HTTP/2": says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18),
    "zeros": says_and_waits(b"\x00" * 500_000),
    "status of two digits": says(b"HTTP/1.1 20 OK\r\n\r\n"),
    "status of four digits": says(b"HTTP/1.1 2000 OK\r\n\r\n"),
    "status in words": says(b"HTTP/1.1 OK 200\r\n\r\n"),
    "status 099": says_and_waits(b"HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n"),
    "status 600": says_and_waits(b"HTTP/1.1 600 No\r\nContent-Length: 0\r\n\r\n"),
    "status 999": says_and_waits(b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"),
    "header with a zero": says(HEAD + b"X-A: \x00\r\n\r\n" + X),
    "header without a name": says(HEAD + b": b\r\n\r\n" + X),
    "moved": says_and_waits(
        b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    ),
    "page of a proxy": says_and_waits(kept_open(b"<html>Sign in to the hotel")),
    "deep": says_and_waits(kept_open(b"[" * 1_000_000)),
    "deep in what nobody reads": says_and_waits(kept_open(b'{"name":"x","a":' + b"[" * 1_000_000)),
    "too large": says_and_waits(kept_open(b" " * (ANSWER_LIMIT_BYTES + 1))),
    "too large by its length alone": says_and_waits(kept_open(X, length=str(10**15))),
    "wrong type": says_and_waits(kept_open(b'{"name":["x"]}')),
    "number out of range": says_and_waits(kept_open(b'{"name":"x"}1e999')),
    "only half": says_and_waits(kept_open(b'{"name":')),
    "dates that are none": says(HEAD + b"Date: \xff, 99 Foo\r\nContent-Length: 1\r\n\r\n{"),
}


@pytest.mark.parametrize("name", AFTER_IT_WAS_SENT)
def test_what_breaks_after_it_was_sent_was_perhaps_delivered(name: str, connect: Connect) -> None:
    with RoughServer(AFTER_IT_WAS_SENT[name], next_one) as server:
        http = connect(server.url)
        trouble = met(http)
        assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
        assert "hotel" not in trouble.words
        told = len(server.heard)
        assert told <= 1, "it was told twice"
        assert http.ask("GET", "/next", decode).value == Named("next")
        assert len(server.heard) == told + 1
        assert server.heard[-1].startswith(b"GET /next ")


def test_a_reset_at_once_is_never_taken_for_more_than_it_is(connect: Connect) -> None:
    """Where the reset comes in before a byte left, it was not sent; a moment later nobody knows."""
    with RoughServer(Line.reset, next_one) as server:
        http = connect(server.url)
        assert met(http).kind in (TroubleKind.NOT_SENT, TroubleKind.PERHAPS_DELIVERED)
        assert http.ask("GET", "/next", decode).value == Named("next")
        assert len(server.heard) == 1


@pytest.mark.parametrize("reading", ["not at all", "slowly"])
def test_what_was_sent_in_part_was_perhaps_delivered(reading: str, connect: Connect) -> None:
    def act(line: Line) -> None:
        while reading == "slowly" and not line.ending.wait(0.05):
            line.connection.recv(512)
        line.rest()

    with RoughServer(act, next_one, takes_bytes=4096) as server:
        http = connect(server.url)
        assert met(http, {"words": "x" * 30_000_000}).kind is TroubleKind.PERHAPS_DELIVERED
        assert http.ask("GET", "/next", decode).value == Named("next")


def test_what_is_refused_before_it_was_sent_whole_is_heard(connect: Connect) -> None:
    """A server need not read 30 MB to say that they are too many."""

    def act(line: Line) -> None:
        line.connection.recv(4096)
        line.say(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        line.connection.shutdown(socket.SHUT_WR)
        while line.connection.recv(65536):
            pass

    with RoughServer(act) as server:
        trouble = met(connect(server.url), {"words": "x" * 30_000_000})
    assert trouble.kind is TroubleKind.REFUSED


def test_a_line_that_was_left_alone_too_long_is_not_used_again(connect: Connect) -> None:
    """Servers end idle connections, some with a word: it is not an answer to the next request."""

    def act(line: Line) -> None:
        line.read()
        line.say(kept_open(b'{"name":"first"}'))
        line.say(b"HTTP/1.1 408 Too idle\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with RoughServer(act, next_one) as server:
        http = connect(server.url)
        assert http.ask("GET", "/", decode).value == Named("first")
        # Until the goodbye has come in, the answer is perhaps the 408: doubtful, never a yes.
        doubts = set()
        ends_at = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < ends_at:
            try:
                told = http.ask("POST", "/", decode, body={})
            except ProviderError as error:
                doubts.add(error.trouble.kind)
            else:
                break
        assert told.value == Named("next")
        assert doubts <= {TroubleKind.PERHAPS_DELIVERED}


# --- before anything is sent ---------------------------------------------------------------------


def test_a_closed_port_was_never_sent(connect: Connect) -> None:
    with RoughServer(next_one) as server:
        url = server.url
    assert met(connect(url)).kind is TroubleKind.NOT_SENT


def test_a_name_that_nobody_knows_was_never_sent(connect: Connect) -> None:
    trouble = met(connect("https://nowhere.invalid"))
    assert trouble.kind is TroubleKind.NOT_SENT
    assert trouble.words.startswith("nowhere.invalid cannot be reached.")


def test_a_server_that_takes_no_connection_was_never_sent(connect: Connect) -> None:
    """Nothing refuses and nothing answers, as behind a firewall: the queue of the port is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        trouble = met(connect(f"http://127.0.0.1:{full.getsockname()[1]}"))
        for one in waiting:
            one.close()
    assert trouble.kind is TroubleKind.NOT_SENT


BEFORE_TLS: dict[str, Act] = {
    "no TLS": says(b"HTTP/1.1 400 Plain HTTP\r\n\r\n"),
    "reset": Line.reset,
    "ended": lambda _line: None,
    "silent": Line.rest,
    "garbage": lambda line: line.say(b"\x16\x03\x01\x00\x04oops"),
}


@pytest.mark.parametrize("name", BEFORE_TLS)
def test_tls_that_fails_was_never_sent(name: str, connect: Connect) -> None:
    with RoughServer(BEFORE_TLS[name]) as server:
        trouble = met(connect(server.url.replace("http:", "https:")))
        assert trouble.kind is TroubleKind.NOT_SENT
        assert not any(SECRET.encode() in heard for heard in server.heard)


@pytest.mark.parametrize("name", ["not trusted", "another name", "expired"])
def test_a_certificate_that_is_wrong_was_never_sent(
    name: str, authority: Authority, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "not trusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = authority.context(
        address="127.0.0.2" if name == "another name" else "127.0.0.1", valid=name != "expired"
    )
    with RoughServer(next_one, tls=context) as server:
        trouble = met(connect(server.url))
        assert server.heard == []
    assert trouble.kind is TroubleKind.NOT_SENT
    assert trouble.words.startswith("The certificate of 127.0.0.1 is not trusted")


@pytest.mark.parametrize(
    "name",
    [
        "reset after it was read",
        "ended after it was read",
        "never answered",
        "ended in the body",
        "body that drips",
        "length too small, an answer behind",
    ],
)
def test_under_tls_it_was_perhaps_delivered_too(
    name: str, authority: Authority, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RoughServer(AFTER_IT_WAS_SENT[name], next_one, tls=authority.context()) as server:
        http = connect(server.url)
        assert met(http).kind is TroubleKind.PERHAPS_DELIVERED
        assert http.ask("GET", "/next", decode).value == Named("next")
        assert len(server.heard) == 2


# --- proxies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Who are you", "502 Bad Gateway"])
def test_a_proxy_that_refuses_has_sent_nothing(
    status: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(answer(b"<p>No", status=status, kind="text/html")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        trouble = met(connect("https://acme.timehub.invalid"))
        assert trouble.kind is TroubleKind.NOT_SENT
        assert "proxy" in trouble.words
        assert SECRET.encode() not in proxy.requests[0]


@pytest.mark.parametrize("proxy", ["http://h:port", "ftp://127.0.0.1"])
def test_proxies_that_cannot_be_used_are_named(
    proxy: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ProviderError) as caught:
        connect("https://acme.invalid")
    assert caught.value.trouble.kind is TroubleKind.NOT_SENT
    assert "proxy" in caught.value.trouble.words
