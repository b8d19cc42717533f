"""How often a server may be asked: its documented limits and its pauses, kept to for all accounts.

A server that has said "too often" may slow down or shut out the whole organisation, so its limits
are kept to before it says so. A call's place in a limit is taken when it begins and counted from
its end: by then the server has had it, so whatever the network does, it never sees more within a
span than are let through here.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from app.core.outcomes import THROTTLE_SECONDS
from app.core.remote import CallLimit, Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.words import _
from app.words.limits import requests_taken

# A wait as short as this is waited for inside a call: what a look showed is still fresh after it,
# and nobody who closes the account waits for it. Anything longer is for the lane to wait for.
LONGEST_WAIT_SECONDS = 1.0
# Of every limit this part is left to the lane by calls that a person at the screen makes again and
# again: who types a search must not keep a stop from being told.
LANE_SHARE = 0.4
# Fewer than this within a limit would never hold the looks before a write and the write itself.
FEWEST_CALLS = 5

Pause = Callable[[threading.Condition, float], None]


def _boot_seconds() -> float:
    # A pause that a server asked for passes while the computer sleeps, where the system can tell.
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _wait(changed: threading.Condition, seconds: float) -> None:
    changed.wait(seconds)


class Gate:
    """The way to one server, for every account there. For any thread.

    `clock` gives seconds that never go back; `pause` waits until the condition is notified or the
    seconds have passed, with the condition held.
    """

    def __init__(
        self, host: str, clock: Callable[[], float] = _boot_seconds, pause: Pause = _wait
    ) -> None:
        self.clock = clock
        self._host = host
        self._pause = pause
        self._changed = threading.Condition()
        # When the newest calls ended, oldest first; no more than the largest limit has to know.
        self._ended: deque[float] = deque()
        self._kept = 0
        self._under_way = 0
        self._held_until = -math.inf

    def know(self, limits: Sequence[CallLimit]) -> None:
        """Remember as many calls as these limits count."""
        with self._changed:
            self._kept = max([self._kept, *(limit.calls for limit in limits)])

    def enter(
        self,
        limits: Sequence[CallLimit],
        ahead: int = 0,
        *,
        polite: bool = False,
        closed: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take a place for one call, after a wait of at most LONGEST_WAIT_SECONDS.

        `ahead` calls must fit behind it at once, as the write behind its look; `polite` ones leave
        LANE_SHARE to the others. Every `enter` that returns is followed by one `leave`. Raises
        ProviderError, with nothing sent: THROTTLED where the wait would be longer, NOT_SENT when
        `closed` says so, for which `wake` makes it look.
        """
        with self._changed:
            begun_at = self.clock()
            while True:
                if closed():
                    words = _("The account was just closed.")
                    raise ProviderError(Trouble(TroubleKind.NOT_SENT, words))
                now = self.clock()
                seconds, limit = self._seconds_until(now, limits, ahead, polite)
                if seconds <= 0:
                    self._under_way += 1
                    return
                if now - begun_at + seconds > LONGEST_WAIT_SECONDS:
                    raise ProviderError(self._throttled(seconds, limit))
                self._pause(self._changed, seconds)

    def leave(self, *, sent: bool = True) -> None:
        """Say that the call has ended; one that was surely not `sent` takes no place."""
        with self._changed:
            self._under_way -= 1
            if sent:
                self._ended.append(self.clock())
                while len(self._ended) > self._kept:
                    self._ended.popleft()
            self._changed.notify_all()

    def hold(self, seconds: int | None) -> None:
        """Let nobody in for so long, as the server asked; None: it did not say how long."""
        with self._changed:
            wait = THROTTLE_SECONDS if seconds is None else max(1, seconds)
            self._held_until = max(self._held_until, self.clock() + wait)

    def wake(self) -> None:
        """Let whoever waits look whether it is closed."""
        with self._changed:
            self._changed.notify_all()

    def _seconds_until(
        self, now: float, limits: Sequence[CallLimit], ahead: int, polite: bool
    ) -> tuple[float, CallLimit | None]:
        """How long until the call may begin, and which limit it is that says so."""
        longest, why = self._held_until - now, None
        for limit in limits:
            seconds = self._seconds_within(now, limit, ahead, polite)
            if seconds > longest:
                longest, why = seconds, limit
        return longest, why

    def _seconds_within(self, now: float, limit: CallLimit, ahead: int, polite: bool) -> float:
        # Places of a short span come free while the calls behind this one wait for them.
        spare = ahead if limit.seconds > LONGEST_WAIT_SECONDS else 0
        if polite:
            spare = max(spare, math.ceil(limit.calls * LANE_SHARE))
        # So many of the calls that have ended may still count.
        places = limit.calls - 1 - spare - self._under_way
        if places < 0:
            # Those under way must end first, and nobody knows when.
            return float(limit.seconds)
        if len(self._ended) <= places:
            return 0.0
        return self._ended[-1 - places] + limit.seconds - now

    def _throttled(self, seconds: float, limit: CallLimit | None) -> Trouble:
        if limit is None:
            words = _("The server asks to wait, since it was asked too often.")
        else:
            words = requests_taken(self._host, limit.calls, limit.seconds)
        return Trouble(TroubleKind.THROTTLED, words, math.ceil(seconds), limit=limit)


class Gates:
    """The gates of this process, one for each server, whoever asks. For any thread."""

    def __init__(self, clock: Callable[[], float] = _boot_seconds, pause: Pause = _wait) -> None:
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._gates: dict[tuple[str, int | None], Gate] = {}

    def to(self, host: str, port: int | None) -> Gate:
        """The gate to a server; the same one for all accounts there."""
        with self._lock:
            key = (host.lower(), port)
            gate = self._gates.get(key)
            if gate is None:
                gate = self._gates[key] = Gate(host, self._clock, self._pause)
            return gate


def read_limits(
    text: str, documented: Sequence[CallLimit], *, loopback: bool
) -> tuple[CallLimit, ...]:
    """The limits that an account's option `limits` means.

    Empty is `documented`, or none for a server on this computer; `on` is `documented` everywhere,
    `off` none; else calls and seconds, as `5/60 50/3600`. Raises ProviderError (NOT_SENT) for what
    is none of these.
    """
    text = text.strip().lower()
    if text == "off" or (not text and loopback):
        return ()
    if text in ("", "on"):
        return tuple(documented)
    limits = []
    for word in text.replace(",", " ").split():
        calls, slash, seconds = word.partition("/")
        if not (slash and _is_count(calls) and _is_count(seconds)) or int(calls) < FEWEST_CALLS:
            words = _(
                "The limits “{text}” cannot be read: write “off”, “on”, or calls and seconds such "
                "as “100/60”, with at least {fewest} calls."
            ).format(text=text, fewest=FEWEST_CALLS)
            raise ProviderError(Trouble(TroubleKind.NOT_SENT, words))
        limits.append(CallLimit(int(calls), int(seconds)))
    return tuple(limits)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text) > 0
