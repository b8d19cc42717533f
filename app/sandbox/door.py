"""The door of one stand-in: reads a request, lets faults act, keeps the record."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec

from app.sandbox.fault_acts import Patience, act
from app.sandbox.faults import Faults, Rule, Taken
from app.sandbox.quota import Quota
from app.sandbox.wire import Call, Reply, StandIn, Switch

if TYPE_CHECKING:
    from asyncio import Transport

    from starlette.types import Receive, Scope, Send

TRANSPORT = "timekept.transport"
KEPT_REQUESTS = 2_000
_KEPT_BODY_BYTES = 4_000


class Record(msgspec.Struct):
    """One request in the ledger. Not frozen: it is filled in while the request goes on.

    `status` stays `None` when no answer left; `applied` says whether the server did what was asked.
    """

    number: int
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    body: object
    faults: list[str]
    status: int | None = None
    applied: bool = False


class Door:
    """The ASGI application of one kind, with its faults and its record of requests."""

    def __init__(self, stand_in: StandIn) -> None:
        """Stand before `stand_in`; the lock is held whenever its state is read or changed."""
        self.stand_in = stand_in
        self.lock = threading.RLock()
        self.faults = Faults(stand_in.switches)
        self._quota = Quota()
        self.records: deque[Record] = deque(maxlen=KEPT_REQUESTS)
        self._count = 0
        self.patience: Patience | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        body = await _read_body(receive)
        base = scope.get("root_path", "")
        path = scope["path"].removeprefix(base) or "/"
        method = scope["method"]
        with self.lock:
            taken = self.faults.take(method, path)
            if "quota" in taken.switches:
                over = self._quota.take(taken.switches["quota"], self.stand_in.clock())
                if over is not None:
                    taken = Taken(act=over, switches=taken.switches)
        call = Call(
            method=method,
            path=path,
            query=_query(scope["query_string"]),
            headers={
                name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
            },
            body=body,
            switches=dict[str, Switch](taken.switches),
        )
        record = self._open_record(call, taken)
        line = _Line(scope[TRANSPORT], receive)
        reply = await self._exchange(call, taken.act, record, line)
        if reply is None:
            await line.drop()
            return
        record.status = reply.status
        await self._send(reply, taken.switches, line, send)

    def close(self) -> None:
        """End every wait, since the server goes away."""
        if self.patience is not None:
            self.patience.close()
            self.patience = None

    def open(self) -> None:
        """Begin waiting anew, in the loop that runs now."""
        self.patience = Patience()

    def reset(self) -> None:
        """Forget requests, faults and all that the server holds."""
        with self.lock:
            self.faults.clear()
            self._quota.reset()
            self.records.clear()
            self._count = 0
            self.stand_in.reset()

    def ledger(self) -> dict[str, object]:
        """Return all that the server holds and all that was asked of it, as JSON values."""
        with self.lock:
            held = 0 if self.patience is None else self.patience.held
            return {
                **self.stand_in.ledger(),
                "faults": self.faults.listed(),
                "heldWrites": held,
                "requests": [msgspec.to_builtins(one) for one in self.records],
            }

    async def _exchange(
        self, call: Call, rule: Rule | None, record: Record, line: _Line
    ) -> Reply | None:
        def apply() -> Reply:
            with self.lock:
                reply = self.stand_in.answer(call)
            record.applied = reply.status < 400
            return reply

        if rule is None:
            return apply()
        if self.patience is None:
            return None
        return await act(rule, apply, line.drop, self.patience, self.stand_in, call.path)

    def _open_record(self, call: Call, taken: Taken) -> Record:
        self._count += 1
        record = Record(
            number=self._count,
            at=self.stand_in.clock(),
            method=call.method,
            path=call.path,
            query=dict(call.query),
            body=_kept(call),
            faults=taken.names,
        )
        self.records.append(record)
        return record

    async def _send(
        self, reply: Reply, switches: Mapping[str, Rule], line: _Line, send: Send
    ) -> None:
        moment = self.stand_in.clock()
        if "date-skew" in switches:
            moment += timedelta(seconds=switches["date-skew"].seconds or 3600)
        headers = [("Date", format_datetime(moment, usegmt=True)), *reply.headers]
        if reply.status not in (204, 304):
            headers.append(("Content-Length", str(len(reply.body))))
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        if reply.cut_at is None:
            await send({"type": "http.response.body", "body": reply.body})
            return
        part = reply.body[: reply.cut_at]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await line.drop(flush=True)


class _Line:
    """The connection under one request, so that a fault can end it."""

    def __init__(self, transport: Transport, receive: Receive) -> None:
        self._transport = transport
        self._receive = receive

    async def drop(self, *, flush: bool = False) -> None:
        """End the connection, and wait until the server knows that it ended.

        Returning without an answer on a live connection would make uvicorn send a 500 of its own.
        """
        if flush:
            self._transport.close()
        else:
            self._transport.abort()
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _query(raw: bytes) -> dict[str, str]:
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    return {name.lstrip("$").lower(): value for name, value in pairs}


def _kept(call: Call) -> object:
    """Return the body as the ledger shows it: JSON if it is, else its text, cut."""
    if len(call.body) > _KEPT_BODY_BYTES:
        return call.body[:_KEPT_BODY_BYTES].decode("utf-8", "replace") + "…"
    try:
        return call.json()
    except ValueError:
        return call.body.decode("utf-8", "replace")
