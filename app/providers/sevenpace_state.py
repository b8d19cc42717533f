"""What a tracking state of 7pace says: does it run or ask, was the call refused, is it stale."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

from msgspec import UNSET, Struct

from app.core.remote import Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.providers.http_errors import plain, unreadable
from app.providers.sevenpace_wire import Id, Number, StateWire, TrackWire
from app.words import _

# Enums come as names in any case or as numbers (APIS.md 3.3).
_RUNNING = frozenset({"tracking", "0", "idlecheck", "2", "activitycheck", "3"})
_RESTING = frozenset({"idle", "1", "clientinputrequired", "4"})
_ASKING = frozenset({"activitycheck", "3"})

# A state that was overtaken on its way is seconds old. One that is older for longer comes from a
# server whose counter went back (restored, or another machine): that must not close the account.
STALE_FOR_SECONDS = 60.0
# No server waits longer for an answer; a number beyond all dates would be no moment.
LONGEST_CHECK_SECONDS = 86_400


class Outcome(Enum):
    """What became of the call itself (`responseState`)."""

    OK = "ok"
    REFUSED = "refused"
    SIGN_IN = "sign-in"


_OUTCOMES = {
    "": Outcome.OK,
    "ok": Outcome.OK,
    "0": Outcome.OK,
    "warning": Outcome.OK,
    "1": Outcome.OK,
    "error": Outcome.REFUSED,
    "2": Outcome.REFUSED,
    "autherror": Outcome.SIGN_IN,
    "3": Outcome.SIGN_IN,
}


class State(Struct, frozen=True):
    """One tracking state, understood. `track` is set where one runs; `words` are the server's."""

    outcome: Outcome
    words: str
    may_start: bool
    track: TrackWire | None
    asks: bool
    seconds_left: int


def understand(wire: StateWire) -> State:
    """Say what a state means.

    Raises ProviderError (PERHAPS_DELIVERED) for a tracking or response state that is not known:
    nothing is changed on a guess.
    """
    settings = wire.track_settings
    outcome = _OUTCOMES.get(_name(settings.response_state) if settings else "")
    if outcome is None:
        raise ProviderError(unreadable(_("The server answered with a state that is not known.")))
    track = None if wire.track is UNSET else wire.track
    name = _name(track.tracking_state) if track else "idle"
    if not name and track is not None and not track.work_log_id:
        name = "idle"
    if name not in _RUNNING and name not in _RESTING:
        raise ProviderError(unreadable(_("The server answered with a state that is not known.")))
    runs = name in _RUNNING
    check = track.activity_check if track else None
    asks = runs and (name in _ASKING or bool(check and check.is_running))
    return State(
        outcome=outcome,
        words=plain((settings.response_message if settings else None) or ""),
        may_start=settings is None or settings.is_tracking_start_allowed is not False,
        track=track if runs else None,
        asks=asks,
        # `activityCheck: null` overwrites what was said before: no seconds are known to be left.
        seconds_left=_seconds(check.seconds_left) if asks and check else 0,
    )


def refuse_unless_ok(state: State) -> None:
    """Raise ProviderError for "HTTP 200 with an error state": REFUSED or SIGN_IN_REQUIRED."""
    if state.outcome is Outcome.SIGN_IN:
        raise ProviderError(
            Trouble(
                TroubleKind.SIGN_IN_REQUIRED,
                state.words or _("The server does not accept this sign-in."),
            )
        )
    if state.outcome is Outcome.REFUSED:
        raise refusal(state)


def refusal(state: State) -> ProviderError:
    """The refusal that a state is, in the server's words where it has some."""
    return ProviderError(
        Trouble(TroubleKind.REFUSED, state.words or _("The server refused this without a reason."))
    )


class Order:
    """Keeps states in the server's order: "if timestamp of new state is older, reject it"."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing seen."""
        self._monotonic = monotonic
        self._newest: float | None = None
        self._seen_at = 0.0

    def check(self, wire: StateWire) -> None:
        """Take note of a state's `timestamp`.

        Raises ProviderError (PERHAPS_DELIVERED) for one that is older than the newest seen. To a
        look or pull that is "no look"; a write whose answer is stale was perhaps delivered, and the
        next look tells.
        """
        stamp = wire.timestamp
        if stamp is None or isinstance(stamp, str):
            return
        now = self._monotonic()
        if (
            self._newest is not None
            and stamp < self._newest
            and now - self._seen_at < STALE_FOR_SECONDS
        ):
            raise ProviderError(
                unreadable(_("The server answered with an older state than it had told before."))
            )
        self._newest, self._seen_at = stamp, now


def _seconds(number: Number) -> int:
    return int(min(max(0, number or 0), LONGEST_CHECK_SECONDS))


def _name(value: Id) -> str:
    return "" if value is None else str(value).strip().replace("_", "").lower()
