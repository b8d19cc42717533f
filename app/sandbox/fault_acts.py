"""What each fault does to one exchange: is it applied, what comes back, does the line drop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import msgspec

from app.sandbox.faults import Rule
from app.sandbox.wire import Reply, StandIn, json_reply

HUGE_BYTES = 10_000_000
_PROXY_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>Bad Gateway</h1><p>The proxy could not reach the server.</p></body></html>"
)

Apply = Callable[[], Reply]
Drop = Callable[[], Awaitable[None]]


class Patience:
    """Waits that end early when the sandbox closes, or when held writes are told to land."""

    def __init__(self) -> None:
        """Begin with nothing held; belongs to the loop in which it is used first."""
        self._closing = asyncio.Event()
        self._landing = asyncio.Event()
        self.held = 0

    async def wait(self, seconds: float) -> bool:
        """Wait; false if the sandbox closed meanwhile."""
        return not await _within(self._closing, seconds)

    async def hold(self) -> bool:
        """Wait until told to land; false if the sandbox closed meanwhile."""
        landing = self._landing
        self.held += 1
        try:
            await landing.wait()
        finally:
            self.held -= 1
        return not self._closing.is_set()

    def land(self) -> int:
        """Let every held write land now; returns how many there were."""
        held, landing = self.held, self._landing
        self._landing = asyncio.Event()
        landing.set()
        return held

    def close(self) -> None:
        """End all waits: what was held is lost, as with a server that dies."""
        self._closing.set()
        self._landing.set()


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def act(
    rule: Rule, apply: Apply, drop: Drop, patience: Patience, stand_in: StandIn, path: str
) -> Reply | None:
    """Let one request go wrong as `rule` says; `None` if the client gets no answer."""
    if rule.kind in ("drop-before", "drop-after", "late"):
        if rule.kind == "drop-after":
            apply()
        await drop()
        if rule.kind == "late" and await _lands(rule, patience):
            apply()
        return None
    if rule.kind == "slow":
        seconds = 1.0 if rule.seconds is None else rule.seconds
        if rule.when == "after":
            return apply() if await patience.wait(seconds) else None
        reply = apply()
        return reply if await patience.wait(seconds) else None
    if rule.kind in _MANGLE:
        return _MANGLE[rule.kind](rule, apply())
    if rule.applied:
        apply()
    return _instead(rule, stand_in, path)


async def _lands(rule: Rule, patience: Patience) -> bool:
    return await (patience.hold() if rule.seconds is None else patience.wait(rule.seconds))


def _instead(rule: Rule, stand_in: StandIn, path: str) -> Reply:
    """Return the answer that stands in the place of the true one."""
    if rule.kind == "html":
        html = (("Content-Type", "text/html; charset=utf-8"),)
        return Reply(status=rule.status or 502, body=_PROXY_PAGE, headers=html)
    if rule.kind == "error-state":
        return stand_in.error_state(rule.message or "The server does not allow this.")
    if rule.kind == "429":
        reply = stand_in.error(429)
        headers = reply.headers + _retry_after(rule, stand_in.clock())
        return msgspec.structs.replace(reply, headers=headers)
    if rule.kind == "401":
        return stand_in.error(401)
    if rule.kind == "redirect":
        target = (rule.to or "https://elsewhere.invalid").rstrip("/") + path
        return Reply(status=rule.status or 307, headers=(("Location", target),))
    status = rule.status or 500
    if rule.body is None:
        return stand_in.error(status)
    if isinstance(rule.body, str):
        return Reply(
            status=status, body=rule.body.encode(), headers=(("Content-Type", "text/plain"),)
        )
    return json_reply(status, rule.body)


def _retry_after(rule: Rule, now: datetime) -> tuple[tuple[str, str], ...]:
    seconds = 2.0 if rule.seconds is None else rule.seconds
    if rule.after == "none":
        return ()
    if rule.after == "date":
        # Whole seconds, cut: the date is at most what was asked for.
        moment = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
        return (("Retry-After", moment),)
    return (("Retry-After", str(int(seconds))),)


def _truncate(rule: Rule, reply: Reply) -> Reply:
    half = len(reply.body) // 2
    if rule.cut:
        return msgspec.structs.replace(reply, cut_at=half)
    return msgspec.structs.replace(reply, body=reply.body[:half])


def _empty(_rule: Rule, reply: Reply) -> Reply:
    return Reply(status=200, headers=reply.headers)


def _huge(_rule: Rule, reply: Reply) -> Reply:
    body = b'{"data":"' + b"x" * HUGE_BYTES + b'"}'
    return msgspec.structs.replace(reply, body=body)


def _wrong_type(rule: Rule, reply: Reply) -> Reply:
    try:
        content = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return reply
    return msgspec.structs.replace(reply, body=msgspec.json.encode(_spoil(content, rule)))


def _spoil(value: object, rule: Rule) -> object:
    if isinstance(value, dict):
        return {
            name: rule.value if rule.field is not None and name == rule.field else _spoil(one, rule)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_spoil(one, rule) for one in value]
    if rule.field is None and isinstance(value, int | float) and not isinstance(value, bool):
        return "twelve"
    return value


_MANGLE: dict[str, Callable[[Rule, Reply], Reply]] = {
    "truncate": _truncate,
    "empty": _empty,
    "huge": _huge,
    "wrong-type": _wrong_type,
}
