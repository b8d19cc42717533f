"""The network of the bench: every request passes here, and goes wrong where a history says so."""

from __future__ import annotations

import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import httpx

from app.sandbox.server import HOST, Sandbox

# The rule of the sandbox that each fault of a history arms for one request.
RULES: dict[str, dict[str, Any]] = {
    "drop-before": {"kind": "drop-before"},
    "drop-after": {"kind": "drop-after"},
    "late": {"kind": "late"},
    # Long enough that the reading of the answer is given up, and all of it done by then.
    "slow": {"kind": "slow", "seconds": 0.15, "when": "before"},
    "500": {"kind": "status", "status": 500},
    "500-applied": {"kind": "status", "status": 500, "applied": True},
    "503": {"kind": "status", "status": 503},
    "504-applied": {"kind": "status", "status": 504, "applied": True},
    "418-applied": {"kind": "status", "status": 418, "applied": True},
    "422": {"kind": "status", "status": 422},
    "403": {"kind": "status", "status": 403},
    "429-seconds": {"kind": "429", "after": "seconds", "seconds": 7},
    "429-date": {"kind": "429", "after": "date", "seconds": 9},
    "429-none": {"kind": "429", "after": "none"},
    "401": {"kind": "401"},
    "truncated": {"kind": "truncate"},
    "cut": {"kind": "truncate", "cut": True},
    "html": {"kind": "html", "status": 502},
    "html-applied": {"kind": "html", "status": 200, "applied": True},
    "empty": {"kind": "empty"},
    "redirect": {"kind": "redirect"},
    "wrong-type": {"kind": "wrong-type"},
    "error-state": {"kind": "error-state"},
    "stale": {"kind": "stale-timestamp"},
}
REFUSED_CONNECTION = "refused-connection"
TARRY = "tarry"
WRITE_FAULTS = (*RULES, "late", "late", "drop-after", REFUSED_CONNECTION, TARRY)
READ_FAULTS = tuple(sorted({*RULES, REFUSED_CONNECTION, TARRY} - {"late", "422"}))

SLOW_SECONDS = 0.03
GIVEN_UP_AFTER_SECONDS = 10.0


class ProcessEnded(BaseException):
    """The process under test ends here; nothing of it catches this."""


class Network:
    """What lies between the provider and the sandbox; outlives the processes that use it.

    `point` is called at each moment at which a process may end.
    """

    def __init__(self, sandbox: Sandbox, kind: str, point: Callable[[str], None]) -> None:
        self.sandbox = sandbox
        self.kind = kind
        self.online = True
        self.write_faults: deque[str] = deque()
        self.read_faults: deque[str] = deque()
        self.happened: Counter[str] = Counter()
        self.held = 0
        self.tarries = False
        self.new_late = 0
        self._point = point
        self._dead = socket.socket()
        # Bound and not listening: the system refuses every connection to it.
        self._dead.bind((HOST, 0))
        self._control = httpx.Client(base_url=sandbox.base, trust_env=False, verify=False)

    def close(self) -> None:
        self._control.close()
        self._dead.close()

    def carry(self, request: httpx.Request, line: httpx.BaseTransport) -> httpx.Response:
        """Carry one request over the line, and let go wrong what is to."""
        writes = request.method != "GET"
        if writes:
            self._point("before-send")
        if not self.online:
            return self._refuse(request)
        faults = self.write_faults if writes else self.read_faults
        fault = faults.popleft() if faults else ""
        if fault == REFUSED_CONNECTION:
            return self._refuse(request)
        if fault:
            self.happened[fault] += 1
        if fault == TARRY:
            self.tarries = True
        elif fault:
            self.sandbox.fault(self.kind, {**RULES[fault], "times": 1})
        if fault == "slow":
            wait = {**request.extensions["timeout"], "read": SLOW_SECONDS}
            request.extensions = {**request.extensions, "timeout": wait}
        try:
            response = line.handle_request(request)
        except httpx.HTTPError:
            self._come_to_rest(fault)
            if writes:
                self._point("after-send")
            raise
        if writes:
            try:
                self._point("after-send")
            except ProcessEnded:
                response.close()
                raise
        return response

    def land(self) -> None:
        """What is under way reaches the server now."""
        if not self.held:
            return
        self._control.post(f"/control/{self.kind}/land").raise_for_status()
        # The answer to a second request says that the server's loop has gone round since.
        self._control.get(f"/control/{self.kind}/faults").raise_for_status()
        self.held = 0

    def _come_to_rest(self, fault: str) -> None:
        """Wait for the server's side of a broken exchange, so that a seed reproduces."""
        if fault == "late":
            self.held += 1
            self.new_late += 1
            _wait_for(lambda: self.sandbox.ledger(self.kind)["heldWrites"] >= self.held)
        elif fault == "slow":
            _wait_for(lambda: bool(self.sandbox.ledger(self.kind)["requests"][-1]["applied"]))

    def _refuse(self, request: httpx.Request) -> httpx.Response:
        self.happened[REFUSED_CONNECTION] += 1
        request.url = request.url.copy_with(port=self._dead.getsockname()[1])
        with httpx.HTTPTransport(verify=False) as transport:
            return transport.handle_request(request)


class Wire(httpx.BaseTransport):
    """One connection of one process into the network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._line = httpx.HTTPTransport(
            verify=False, limits=httpx.Limits(max_connections=1, max_keepalive_connections=1)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._network.carry(request, self._line)

    def close(self) -> None:
        self._line.close()


def _wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + GIVEN_UP_AFTER_SECONDS
    while not happened():
        if time.monotonic() > until:
            raise AssertionError("the sandbox did not come to rest")
