"""Calls to 7pace: paths, versions, and what every answer is checked for before anyone uses it."""

from __future__ import annotations

from msgspec import Struct

from app.ports.provider import ProviderError
from app.providers import sevenpace_rows as rows
from app.providers import sevenpace_wire as wire
from app.providers.http import ANSWER_LIMIT_BYTES, Answer, Decode, Http, Query, T
from app.providers.http_errors import unreadable
from app.providers.sevenpace_state import Order, Outcome, State, refuse_unless_ok, understand
from app.words import _

TRACKING = "/api/tracking/client/"
REST = "/api/rest/"
# A deletion is answered with nothing, `{}`, `{"data": …}`; with one of these it was not understood.
_NO_DELETION = ("error", "track", "trackSettings")


class Told(Struct, frozen=True):
    """The answer of a tracking call: what it means, and the answer itself."""

    state: State
    answer: Answer[wire.StateWire]


class Calls:
    """One account's way to both APIs. Every method makes one request and raises ProviderError."""

    def __init__(self, http: Http, api_version: str) -> None:
        """`api_version` goes with every call: both APIs demand it."""
        self._http = http
        self._version = ("api-version", api_version)
        self._order = Order()
        # Names of activity types in lower case, to their ids. `settings: null` keeps them.
        self.activity_names: dict[str, str] = {}

    def expect(self, calls: int, *, after: int = 0, polite: bool = False) -> None:
        """Say how many requests belong together, and what follows on them: see `Http.expect`."""
        self._http.expect(calls, after=after, polite=polite)

    def current(self) -> Told:
        """What runs now. A state that is stale, unknown or unreadable is none."""
        told = self.track("GET", "current", query=[("$expand", "true")])
        # A message about an earlier choice does not hide what runs; a sign-in that ended does.
        if told.state.outcome is Outcome.SIGN_IN or not rows.has_track(told.answer.value):
            refuse_unless_ok(told.state)
        return told

    def track(self, method: str, call: str, *, query: Query = (), body: object = None) -> Told:
        """A call of the tracking API whose answer is a state; it may still say "refused"."""
        answer = self._ask(method, TRACKING + call, wire.decode_state, query=query, body=body)
        self._order.check(answer.value)
        names = rows.activity_names(answer.value)
        if names is not None:
            self.activity_names = names
        return Told(understand(answer.value), answer)

    def search(self, call: str, body: object) -> wire.FoundWire:
        """A search of the tracking API."""
        return self._ask("POST", TRACKING + call, wire.decode_found, body=body).value

    def rest(
        self,
        method: str,
        path: str,
        decode: Decode[T],
        *,
        query: Query = (),
        body: object = None,
        limit_bytes: int = ANSWER_LIMIT_BYTES,
    ) -> T:
        """A call of the REST API that answers with data."""
        return self._ask(
            method, REST + path, decode, query=query, body=body, limit_bytes=limit_bytes
        ).value

    def delete(self, path: str) -> None:
        """A deletion: 200 or 204 says done, unless the body says that something went wrong."""
        told = self._http.ask_done("DELETE", REST + path, query=[self._version])
        if isinstance(told, dict) and any(told.get(name) for name in _NO_DELETION):
            # "HTTP 200 with an error state" is no clear yes: a look tells.
            raise ProviderError(unreadable(_("The answer of the server cannot be understood.")))

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _ask(
        self,
        method: str,
        path: str,
        decode: Decode[T],
        *,
        query: Query = (),
        body: object = None,
        limit_bytes: int = ANSWER_LIMIT_BYTES,
    ) -> Answer[T]:
        return self._http.ask(
            method, path, decode, query=[*query, self._version], body=body, limit_bytes=limit_bytes
        )
