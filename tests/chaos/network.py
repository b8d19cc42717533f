"""The network of the bench: every request passes here, and goes wrong where a history says so."""

from __future__ import annotations

import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from app.sandbox.server import HOST, Sandbox
from tests.chaos.ends import ProcessEnded

# The rule of the sandbox that each fault of a history arms for one request.
RULES: dict[str, dict[str, Any]] = {
    "reset before applying": {"kind": "drop-before"},
    "reset after applying": {"kind": "drop-after"},
    "late landing": {"kind": "late"},
    # Long enough that the reading of the answer is given up, and all of it done by then.
    "slow": {"kind": "slow", "seconds": 0.15, "when": "before"},
    "500": {"kind": "status", "status": 500},
    "500 applied": {"kind": "status", "status": 500, "applied": True},
    "503": {"kind": "status", "status": 503},
    "504 applied": {"kind": "status", "status": 504, "applied": True},
    "418 applied": {"kind": "status", "status": 418, "applied": True},
    "422": {"kind": "status", "status": 422},
    "403": {"kind": "status", "status": 403},
    "429 in seconds": {"kind": "429", "after": "seconds", "seconds": 7},
    "429 with a date": {"kind": "429", "after": "date", "seconds": 9},
    "429 without a wait": {"kind": "429", "after": "none"},
    "401": {"kind": "401"},
    "truncated body": {"kind": "truncate"},
    "cut body": {"kind": "truncate", "cut": True},
    "HTML page, 502": {"kind": "html", "status": 502},
    "HTML page, applied": {"kind": "html", "status": 200, "applied": True},
    "empty body": {"kind": "empty"},
    "redirect": {"kind": "redirect"},
    "wrong type": {"kind": "wrong-type"},
    "error state, 200": {"kind": "error-state"},
    "stale stamp": {"kind": "stale-timestamp"},
}
_REFUSED_APPLIED = {"kind": "status", "status": 422, "applied": True}
REFUSED_CONNECTION = "refused connection"
TARRY = "answer tarries"
# A create or an edit that lands after it has settled: its copy or echo comes up, and is known.
SETTLED_LATE = "late landing, settled"
# The machine sleeps: between commit and first byte, before or after the server has it, or until the
# answer is read, which the system had kept.
ASLEEP_BEFORE = "suspend before sending"
ASLEEP_LOST = "suspend, never sent"
ASLEEP_SENT = "suspend, sent"
ASLEEP_ANSWERED = "suspend, answered"
_SLEEPS = (ASLEEP_BEFORE, ASLEEP_LOST, ASLEEP_SENT, ASLEEP_ANSWERED)
_RULE_OF_OTHERS = {
    SETTLED_LATE: {"kind": "late"},
    ASLEEP_LOST: RULES["reset before applying"],
    ASLEEP_SENT: RULES["reset after applying"],
}
WRITE_FAULTS = (
    *RULES,
    "late landing",
    "late landing",
    "reset after applying",
    REFUSED_CONNECTION,
    TARRY,
    SETTLED_LATE,
    *_SLEEPS,
)
READ_FAULTS = tuple(
    sorted(
        {*RULES, REFUSED_CONNECTION, TARRY, ASLEEP_BEFORE} - {"late landing", "422", "422 applied"}
    )
)
OFFLINE = "server away"
# What only a request for many can meet, and what such a one meets between rehearsal and answer.
BATCH_FAULTS = (
    "batch-reversed",
    "batch-reversed",
    "batch-partial",
    "422 applied",
    "reset before applying",
    "reset after applying",
    "late landing",
    "",
)

SLOW_SECONDS = 0.03
GIVEN_UP_AFTER_SECONDS = 10.0


class Network:
    """What lies between the provider and the sandbox; outlives the processes that use it.

    `point` is called at each moment at which a process may end, `sleep` when the machine does.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        kind: str,
        point: Callable[[str], None],
        sleep: Callable[[], None],
    ) -> None:
        self.sandbox = sandbox
        self.kind = kind
        self.online = True
        self.write_faults: deque[str] = deque()
        self.read_faults: deque[str] = deque()
        self.met: Counter[str] = Counter()
        # What the lane is at: a 401 in a confirm is another thing than one in a write.
        self.place = ""
        self.held = 0
        self.tarries = False
        self.new_late = 0
        self.lands_settled = False
        self._point = point
        self._sleep = sleep
        self._away = False
        self._between: tuple[str, Callable[[], None]] | None = None
        self._dead = socket.socket()
        # Bound and not listening: the system refuses every connection to it.
        self._dead.bind((HOST, 0))
        self._control = httpx.Client(base_url=sandbox.base, trust_env=False, verify=False)

    def close(self) -> None:
        self._control.close()
        self._dead.close()

    def between(self, path: str, act: Callable[[], None]) -> None:
        """Do this between the look for a write to that path and its landing, once."""
        self._between = (path, act)

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self.online = True
        self.write_faults.clear()
        self.read_faults.clear()

    def carry(self, request: httpx.Request, line: httpx.BaseTransport) -> httpx.Response:
        """Carry one request over the line, and let go wrong what is to."""
        writes = request.method != "GET"
        if writes:
            self._point("before-send")
        if not self.online:
            if not self._away:
                self.met[OFFLINE] += 1
            self._away = True
            return self._refuse(request)
        self._away = False
        if writes:
            self._act_between(request.url.path)
        faults = self.write_faults if writes else self.read_faults
        fault = faults.popleft() if faults else ""
        if fault == SETTLED_LATE and not _names_its_time(request):
            # A verb of the slot that lands so late ends whatever runs by then (PROTOCOL.md §10).
            faults.appendleft(fault)
            fault = ""
        self._meet(fault)
        if fault == REFUSED_CONNECTION:
            return self._refuse(request)
        if fault == ASLEEP_BEFORE:
            self._sleep()
        rule = RULES.get(fault) or _RULE_OF_OTHERS.get(fault)
        if rule is not None:
            self.sandbox.fault(self.kind, {**rule, "times": 1})
        if fault == "slow":
            wait = {**request.extensions["timeout"], "read": SLOW_SECONDS}
            request.extensions = {**request.extensions, "timeout": wait}
        try:
            response = line.handle_request(request)
        except httpx.HTTPError:
            self._come_to_rest(fault)
            if fault in _SLEEPS:
                self._sleep()
            if writes:
                self._point("after-send")
            raise
        if fault == ASLEEP_ANSWERED:
            self._sleep()
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

    def refuse_next_new(self) -> int:
        """The next create or start is refused, and applied all the same; the rule's number."""
        match = {"method": "POST", "path": "workLogs|startTracking"}
        rule = {**_REFUSED_APPLIED, "times": 1, "match": match}
        answer = self._control.post(f"/control/{self.kind}/faults", json=rule)
        return int(answer.raise_for_status().json()["numbers"][0])

    @contextmanager
    def batch_fault(self, fault: str) -> Iterator[None]:
        """While this lasts, the next batch meets the fault after its rehearsal."""
        if fault in RULES or not fault:
            self.write_faults.extend(["", fault])
            numbers = []
        else:
            rule: dict[str, object] = {"kind": fault, "times": 2}
            if fault == "422 applied":
                rule = {**_REFUSED_APPLIED, "skip": 1, "times": 1}
            match = {"method": "POST", "path": "workLogs/batch"}
            numbers = self.sandbox.fault(self.kind, {**rule, "match": match})
        yield
        self.write_faults.clear()
        armed = self.sandbox.ledger(self.kind)["faults"]
        acted = sum(rule["hits"] for rule in armed if rule["number"] in numbers)
        if acted or not numbers:
            self.met[f"batch: {fault or 'whole'}"] += 1
        for number in numbers:
            self._take_back(number)

    def allow(self, number: int) -> None:
        """Take such a rule back, and count it if it acted."""
        faults = self.sandbox.ledger(self.kind)["faults"]
        self.met["422 applied"] += sum(rule["hits"] for rule in faults if rule["number"] == number)
        self._take_back(number)

    def _take_back(self, number: int) -> None:
        words = {"number": number}
        self._control.request("DELETE", f"/control/{self.kind}/faults", json=words)

    def _act_between(self, path: str) -> None:
        if self._between is not None and self._between[0] in path:
            (_path, act), self._between = self._between, None
            act()

    def _meet(self, fault: str) -> None:
        if fault == "401":
            self.met[f"401 in a {self.place}"] += 1
        elif fault:
            self.met[fault] += 1
        if fault == TARRY:
            self.tarries = True

    def _come_to_rest(self, fault: str) -> None:
        """Wait for the server's side of a broken exchange, so that a seed reproduces."""
        if fault in ("late landing", SETTLED_LATE):
            self.held += 1
            self.new_late += 1
            self.lands_settled = fault == SETTLED_LATE
            _wait_for(lambda: self.sandbox.ledger(self.kind)["heldWrites"] >= self.held)
        elif fault == "slow":
            _wait_for(lambda: bool(self.sandbox.ledger(self.kind)["requests"][-1]["applied"]))

    def _refuse(self, request: httpx.Request) -> httpx.Response:
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


def _names_its_time(request: httpx.Request) -> bool:
    return request.method in ("POST", "PATCH") and "workLogs" in request.url.path


def _wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + GIVEN_UP_AFTER_SECONDS
    while not happened():
        if time.monotonic() > until:
            raise AssertionError("the sandbox did not come to rest")
