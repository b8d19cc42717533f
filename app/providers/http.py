"""HTTP to one server: one request at a time, bounded, typed, never repeated."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Generic, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from app.core.remote import CallLimit, Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.providers.address import Address
from app.providers.cut_off import CutOff
from app.providers.http_errors import (
    RAISED_BY_HTTP,
    is_page,
    plain,
    trouble_of_exception,
    trouble_of_status,
    unreadable,
    words_of_page,
)
from app.providers.throttle import Gate
from app.words import _

ANSWER_LIMIT_BYTES = 2 * 1024 * 1024
# Of an error's body only the words are wanted.
ERROR_LIMIT_BYTES = 64 * 1024
# `http.timeout_seconds` bounds each wait for the next bytes; a server that drips is given this many
# times as long for the whole answer, less than the outbox takes to settle.
WHOLE_ANSWER_FACTOR = 2.5
# An answer that took so much longer by the wall clock was overtaken by a suspend. How long a track
# has run, as it says, counts from before; so a look is none, and a write is in doubt (PROTOCOL §2).
OVERTAKEN_SECONDS = 5

# What a decoder raises for bytes that it cannot read, however they are wrong.
UNREADABLE = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)

T = TypeVar("T")
Decode = Callable[[bytes], T]
Query = Iterable[tuple[str, str]]


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """A success that was read whole. `server_at` is the server's own clock (its `Date` header)."""

    value: T
    server_at: datetime | None
    received_at: datetime


class Http:
    """The connection of one account. Not for two threads at once, but for `close`.

    Nothing is retried, no redirect is followed, no cookie is kept, and proxies of the environment
    are used for other computers alone. Every method raises ProviderError and nothing else for what
    network or server did; no error holds a header or the secret.
    """

    def __init__(
        self,
        base: Address,
        secret: str,
        headers: Mapping[str, str],
        timeout_seconds: float,
        *,
        gate: Gate | None = None,
        limits: Sequence[CallLimit] = (),
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`headers` go with every request; `secret` is what must never show up in an error.

        Requests go through `gate`, where there is one, and keep to `limits`.

        `transport` is for tests of what the network can do. Raises ProviderError (NOT_SENT) where
        the proxies of the environment cannot be used.
        """
        self._base = base
        self._secret = secret
        self._whole_seconds = timeout_seconds * WHOLE_ANSWER_FACTOR
        self._cut_off = CutOff()
        self._gate = gate
        self._limits = limits
        self._ahead = 0
        self._after = 0
        self._polite = False
        if gate is not None:
            gate.know(limits)
        # Reading the system's trust store costs time and memory; plain HTTP has no use for it.
        verify = (
            ssl.create_default_context()
            if base.scheme == "https"
            else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        try:
            self._client = httpx.Client(
                headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                verify=verify,
                timeout=timeout_seconds,
                follow_redirects=False,
                trust_env=not base.is_loopback,
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
                transport=transport,
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            # All else that it is given was checked: it is a proxy of the environment (or SOCKS).
            words = _("The proxy that this computer is set to cannot be used ({reason}).")
            words = words.format(reason=plain(str(error)))
            raise ProviderError(Trouble(TroubleKind.NOT_SENT, words)) from error

    def expect(self, calls: int, *, after: int = 0, polite: bool = False) -> None:
        """Say that the next `calls` requests belong together, with `after` more to follow on them.

        The first of them only goes if all of them are within the limits: half a look is none, and a
        look whose write must wait is soon too old. `polite` ones leave room for others.
        """
        self._ahead, self._after, self._polite = calls, after, polite

    def ask(
        self,
        method: str,
        path: str,
        decode: Decode[T],
        *,
        query: Query = (),
        body: object = None,
        limit_bytes: int = ANSWER_LIMIT_BYTES,
    ) -> Answer[T]:
        """Make one request and read its answer as JSON.

        `path` starts with a slash and stands below the base address. `body` is sent as JSON, None
        as an empty body without a type. `decode` turns the bytes into a value and raises ValueError
        or a msgspec error for what it cannot read.
        """
        asked_at = datetime.now(UTC)
        status, headers, content = self._request(method, path, query, body, limit_bytes)
        received_at = datetime.now(UTC)
        if abs((received_at - asked_at).total_seconds()) > self._whole_seconds + OVERTAKEN_SECONDS:
            # No request takes so long: it was answered before a suspend, and tells of that time.
            raise self._not_understood(
                _("The computer slept, or its clock was set, while the answer was on its way.")
            )
        if is_page(headers, content):
            raise self._not_understood(words_of_page())
        if status == 204 or not content.strip():
            raise self._not_understood(_("The server answered with nothing."))
        if not _is_json(headers):
            raise self._not_understood(_("The server’s answer is no data."))
        try:
            value = decode(content)
        except UNREADABLE as error:
            words = _("The answer of the server cannot be understood.")
            raise self._not_understood(words) from error
        return Answer(value, _server_at(headers), received_at)

    def ask_done(self, method: str, path: str, *, query: Query = ()) -> object:
        """Make one request whose success says nearly all; return its JSON, None without a body."""
        _status, headers, content = self._request(method, path, query, None, ANSWER_LIMIT_BYTES)
        if is_page(headers, content):
            raise self._not_understood(words_of_page())
        if not content.strip():
            return None
        try:
            return msgspec.json.decode(content)
        except UNREADABLE as error:
            words = _("The answer of the server cannot be understood.")
            raise self._not_understood(words) from error

    def close(self) -> None:
        """Let go of the connection; a request of another thread ends with a trouble."""
        self._cut_off.cut()
        self._client.close()
        if self._gate is not None:
            self._gate.wake()

    def _request(
        self, method: str, path: str, query: Query, body: object, limit_bytes: int
    ) -> tuple[int, httpx.Headers, bytes]:
        """Make one request when the gate lets it through, and tell the gate how it went."""
        if self._gate is None:
            return self._exchange(method, path, query, body, limit_bytes)
        self._ahead = max(0, self._ahead - 1)
        self._gate.enter(
            self._limits,
            self._ahead + self._after,
            polite=self._polite,
            closed=lambda: self._client.is_closed,
        )
        sent = True
        try:
            return self._exchange(method, path, query, body, limit_bytes)
        except ProviderError as error:
            trouble = error.trouble
            sent = trouble.kind is not TroubleKind.NOT_SENT
            if trouble.kind is TroubleKind.THROTTLED or trouble.retry_after_seconds is not None:
                self._gate.hold(trouble.retry_after_seconds)
            raise
        finally:
            self._gate.leave(sent=sent)

    def _exchange(
        self, method: str, path: str, query: Query, body: object, limit_bytes: int
    ) -> tuple[int, httpx.Headers, bytes]:
        if self._client.is_closed:
            raise ProviderError(Trouble(TroubleKind.NOT_SENT, _("The account was just closed.")))
        url = self._base.url + path
        if parameters := "&".join(
            f"{quote(name, safe='$-')}={quote(value, safe='')}" for name, value in query
        ):
            url += "?" + parameters
        content, kind = (
            (b"", {})
            if body is None
            else (msgspec.json.encode(body), {"Content-Type": "application/json"})
        )
        watch = threading.Timer(self._whole_seconds, self._cut_off.cut)
        watch.daemon = True
        try:
            watch.start()
            with self._client.stream(
                method, url, content=content, headers=kind, extensions={"trace": self._cut_off.see}
            ) as response:
                if response.status_code in (200, 201, 204):
                    read = self._read(response, limit_bytes)
                    return response.status_code, response.headers, read
                trouble = trouble_of_status(
                    response.status_code,
                    response.headers,
                    self._read_error(response),
                    datetime.now(UTC),
                )
        except RAISED_BY_HTTP as error:
            trouble = trouble_of_exception(error, self._base.host)
            raise ProviderError(self._without_secret(trouble)) from error
        finally:
            watch.cancel()
        if trouble.kind is TroubleKind.PERHAPS_DELIVERED:
            self._cut_off.cut()
        raise ProviderError(self._without_secret(trouble))

    def _not_understood(self, words: str) -> ProviderError:
        """A success that does not say so. Its connection is not used again.

        Where the length that it told is a lie, the rest of it is still to come, and would be read
        as the answer to the next request.
        """
        self._cut_off.cut()
        return ProviderError(unreadable(words))

    def _read(self, response: httpx.Response, limit_bytes: int) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            # Unpacking could make gigabytes of kilobytes, and we did not ask for it.
            raise ProviderError(unreadable(_("The server answered with packed data.")))
        content = bytearray()
        for piece in response.iter_raw():
            content += piece
            if len(content) > limit_bytes:
                raise ProviderError(unreadable(_("The answer of the server is too large.")))
        return bytes(content)

    def _read_error(self, response: httpx.Response) -> bytes:
        # The status alone has the meaning; a body that breaks off takes only the words away.
        content = bytearray()
        try:
            for piece in response.iter_raw():
                content += piece
                if len(content) > ERROR_LIMIT_BYTES:
                    break
        except RAISED_BY_HTTP:
            return b""
        return bytes(content[:ERROR_LIMIT_BYTES])

    def _without_secret(self, trouble: Trouble) -> Trouble:
        if not self._secret or self._secret not in trouble.words:
            return trouble
        return msgspec.structs.replace(trouble, words=trouble.words.replace(self._secret, "…"))


def bearer(secret: str) -> dict[str, str]:
    """The header that signs in with a token.

    Raises ProviderError (SIGN_IN_REQUIRED) for what cannot be a token, without repeating it.
    """
    if not secret:
        words = _("There is no token for this account.")
    elif not (secret.isascii() and secret.isprintable() and " " not in secret):
        words = _("The token has characters that no token has; please copy it again.")
    else:
        return {"Authorization": f"Bearer {secret}"}
    raise ProviderError(Trouble(TroubleKind.SIGN_IN_REQUIRED, words))


def _is_json(headers: httpx.Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    # Without a type the strict decoding decides.
    return not kind or kind in ("application/json", "text/json") or kind.endswith("+json")


def _server_at(headers: httpx.Headers) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        read = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
