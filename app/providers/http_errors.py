"""What HTTP statuses, headers and broken connections mean: the table of `DESIGN.md` §5.

Reads and writes are named alike; who reads takes every trouble as "no look" (`PROTOCOL.md` §2).
"""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from app.core.remote import Trouble, TroubleKind
from app.words import _

WORDS_LIMIT = 500
# A server that asks for more than a day is taken for one that miscounts: the lane asks again then.
LONGEST_RETRY_AFTER_SECONDS = 86_400

# Only a 4xx that refuses in so many words is one (RFC 9110 §15.5): the operation is then held with
# the server's words. What is not named here keeps, as perhaps delivered. That is meant for
# * 406: whether an answer suits the client is often found out after the write was done;
# * 407: a proxy's, which is on the way and may have let it pass before;
# * 408: gateways say it of a server that was too slow to answer, and servers to an idle connection
#   in the very moment in which it is used again;
# * 421, 424, 425: another try may well be taken, and nobody has to mend anything for it;
# * 499 and all other inventions of gateways, and everything from 500 on, 501 and 505 as well: what
#   stands before a server says such things of it without knowing what it did.
_STATUS_KINDS = {
    400: TroubleKind.REFUSED,
    401: TroubleKind.SIGN_IN_REQUIRED,
    402: TroubleKind.REFUSED,
    403: TroubleKind.REFUSED,
    404: TroubleKind.GONE,
    405: TroubleKind.REFUSED,
    409: TroubleKind.REFUSED,
    410: TroubleKind.GONE,
    411: TroubleKind.REFUSED,
    412: TroubleKind.REFUSED,
    413: TroubleKind.REFUSED,
    414: TroubleKind.REFUSED,
    415: TroubleKind.REFUSED,
    422: TroubleKind.REFUSED,
    423: TroubleKind.REFUSED,
    426: TroubleKind.REFUSED,
    428: TroubleKind.REFUSED,
    429: TroubleKind.THROTTLED,
    431: TroubleKind.REFUSED,
    451: TroubleKind.REFUSED,
}
# A web page under another of these statuses may be a proxy's that hides what the server said. These
# are said of the mere head of a request, or by who stands before a server in its place.
_SURE_EVEN_AS_PAGE = frozenset({401, 413, 414, 429, 431})
# With these `Retry-After` is a wait that is asked for (RFC 9110 §10.2.3); with 503 the write was
# perhaps delivered all the same.
_MAY_ASK_TO_WAIT = frozenset({429, 503})

# The connection never came to be, or its name, certificate or proxy failed first. All else that can
# break may break after the server has read the request.
_NEVER_SENT: tuple[type[BaseException], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

# Everything that httpx and the system raise for a request; all of it becomes a trouble.
RAISED_BY_HTTP: tuple[type[BaseException], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    OSError,
)


def trouble_of_status(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> Trouble:
    """Name an answer that is not 200, 201 or 204. `headers` look up in any case; `now` is ours."""
    kind = _STATUS_KINDS.get(status, TroubleKind.PERHAPS_DELIVERED)
    page = is_page(headers, body)
    if page and status not in _SURE_EVEN_AS_PAGE:
        kind = TroubleKind.PERHAPS_DELIVERED
    words = "" if page else words_of(headers, body)
    return Trouble(
        kind,
        words or (words_of_page() if page else _words_of_status(status)),
        retry_after_seconds(headers, now) if status in _MAY_ASK_TO_WAIT else None,
    )


def trouble_of_exception(error: BaseException, host: str) -> Trouble:
    """Name what came instead of an answer: one of RAISED_BY_HTTP."""
    kind = TroubleKind.NOT_SENT if isinstance(error, _NEVER_SENT) else TroubleKind.PERHAPS_DELIVERED
    if isinstance(error, httpx.ProxyError):
        words = _("The proxy on the way to {host} refused the connection.")
    elif isinstance(error, httpx.ConnectError) and _is_certificate(error):
        words = _("The certificate of {host} is not trusted by this computer.")
    elif kind is TroubleKind.NOT_SENT:
        words = _("{host} cannot be reached.")
    elif isinstance(error, httpx.TimeoutException):
        words = _("{host} did not answer in time.")
    else:
        words = _("The connection to {host} was lost before the answer was complete.")
    words = words.format(host=host)
    reason = plain(str(error))
    return Trouble(kind, plain(f"{words} ({reason})" if reason else words))


def unreadable(words: str) -> Trouble:
    """Name a success that does not say so: it was perhaps delivered."""
    return Trouble(TroubleKind.PERHAPS_DELIVERED, words)


def words_of_page() -> str:
    """Say that a page for people came, whose text is never shown."""
    return _("The server answered with a web page instead of data.")


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the answer is markup, by its type or by its first sign."""
    kind = headers.get("content-type", "").lower()
    return "html" in kind or "xml" in kind or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


# Where the five APIs keep their words, the most telling first; each key is at home in one of them.
_INNER_KEYS = ("message", "errorDescription", "errorCode")
_OUTER_KEYS = ("detail", "message", "Message", "title")


def words_of(headers: Mapping[str, str], body: bytes) -> str:
    """The server's own words in an error's body as plain text; empty where there are none."""
    if headers.get("content-type", "").lower().startswith("text/plain"):
        return plain(body.decode("utf-8", "replace"))
    try:
        read = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
    if not isinstance(read, dict):
        return ""
    error = read.get("error")
    said = [error.get(key) for key in _INNER_KEYS] if isinstance(error, dict) else [error]
    said += [read.get(key) for key in _OUTER_KEYS]
    return next((plain(text) for text in said if isinstance(text, str) and text.strip()), "")


def plain(text: str, limit: int = WORDS_LIMIT) -> str:
    """One line of printable text of at most `limit` characters, whatever a server sent."""
    # Looking no further than needed keeps a text of megabytes cheap.
    kept = "".join(sign if sign.isprintable() else " " for sign in text[: limit * 4])
    kept = re.sub(r"\s+", " ", kept).strip()
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """The wait asked for, in seconds; None where none is said or it cannot be read.

    An HTTP-date is measured against the answer's own `Date`, so that the two clocks are never
    compared; only without one against `now`. One of 7pace's documents spells it `Retry_After`.
    """
    text = (headers.get("retry-after") or headers.get("retry_after") or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        until_at = _read_date(text)
        if until_at is None:
            return None
        seconds = (until_at - (_read_date(headers.get("date", "")) or now)).total_seconds()
    if not math.isfinite(seconds):
        return None
    return max(0, min(math.ceil(seconds), LONGEST_RETRY_AFTER_SECONDS))


def _read_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _words_of_status(status: int) -> str:
    if status == 401:
        return _("The server does not accept this sign-in.")
    if status == 403:
        return _("The server does not permit this.")
    if status in (404, 410):
        return _("The server does not have this.")
    if status == 413:
        return _("This is too large for the server.")
    if status == 429:
        return _("The server asks to wait, since it was asked too often.")
    if 300 <= status < 400:
        return _("The server points to another address, which is not followed.")
    if status >= 500:
        return _("The server had a problem (status {status}).").format(status=status)
    return _("The server did not accept this (status {status}).").format(status=status)
