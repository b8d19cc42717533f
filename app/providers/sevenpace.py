"""7pace Timetracker: the Tracking API 3.2 for what runs, the REST API for what has ended.

How a write is found again when its answer is lost (`PROTOCOL.md` §3 and §4), and why that is safe:

* No call takes an idempotency key, so a lost answer is settled by looking.
* An entry's fingerprint is its wall start to the second, its length, work item and comment, among
  the worklogs of the own user (`workLogs` lists no others) with an id outside the baseline: the ids
  that the look before the write showed. `look` lists by start alone, without a filter by item or
  text, so that a row which was edited elsewhere meanwhile is seen as a near match, and asked about.
  The entries of a batch are found like any other, each by its own fingerprint.
* The server keeps wall readings without a zone. The list is therefore asked for in every zone at
  once (half a day wider), and rows are kept by their wall reading: neither a journey nor a clock
  change can hide a row that landed. Reading a row never moves it: the core compares wall readings.
* A start has no time of its own; it is found by item, remark and activity in `current`, or among
  the worklogs if it was stopped meanwhile, outside the baseline as well. What has run for longer
  than the attempt is old is another track: how long is taken from the server's own length and the
  moment of its receipt, so that no two clocks are compared.
* Edits and deletions name their row: they are found by its id, in the fields that were sent, or by
  the row's absence. A stop is found where our `workLogId` runs no more; when it ended is told next.
* A view is whole or an error, and a look that finds nothing is never a leave to send again: that is
  the second one's, after settling. What no look can tell apart is an equal entry that another
  device made between baseline and look (`PROTOCOL.md` §10).
* startTracking, stopTracking and adjust do not name a track. `push` sends exactly one request and
  looks at nothing before: looking, in the same turn, is the core's part, through `look`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from app.core.model import Account
from app.core.remote import (
    ActivityType,
    CallLimit,
    LookFor,
    Receipt,
    RemoteRow,
    RemoteView,
    Trouble,
    TroubleKind,
    WorkItem,
    Write,
    WriteKind,
)
from app.ports.provider import Identity, ProviderError
from app.providers import sevenpace_bodies as bodies
from app.providers import sevenpace_rows as rows
from app.providers import sevenpace_wire as wire
from app.providers.address import read_address
from app.providers.http import Decode, Http, bearer
from app.providers.http_errors import plain, unreadable
from app.providers.kinds import KINDS
from app.providers.sevenpace_calls import Calls
from app.providers.sevenpace_looks import PAGE_LIMIT_BYTES, Looks
from app.providers.sevenpace_state import refusal, refuse_unless_ok
from app.providers.throttle import Gates, read_limits
from app.words import _

T = TypeVar("T")

API_VERSION = "3.2"
# "10 per second, 100 per minute", per user (APIS.md 3.8).
LIMITS = (CallLimit(10, 1), CallLimit(100, 60))
# What people paste along with the base.
PASTED = ("/api/tracking/client", "/api/rest")


class SevenpaceProvider:
    """`app.ports.provider.Provider` for one 7pace account; its calls block, in one thread only."""

    capabilities = KINDS["7pace"].capabilities

    def __init__(self, http: Http, zone: Callable[[], str], api_version: str = API_VERSION) -> None:
        """`zone` gives the IANA name of the user's zone whenever it is asked."""
        self._calls = Calls(http, api_version)
        self._looks = Looks(self._calls, zone)

    def verify(self) -> Identity:
        """Ask who the token belongs to, and whether both APIs take it."""
        self._calls.expect(3)
        me = self._calls.rest("GET", "me", wire.decode_me).user
        if me is None or not me.id:
            raise ProviderError(unreadable(_("The answer of the server cannot be understood.")))
        self.activity_types()
        self._calls.current()
        return Identity(me.id.lower(), plain(me.display_name or me.name or me.unique_name or me.id))

    def pull(self, from_at: datetime, to_at: datetime) -> RemoteView:
        """What runs, and every worklog that starts in the span; rows near its ends come along.

        `current` is asked first: a track that ends in between is then seen running, and ended at
        the next pull. The other way round it would be seen nowhere, which reads as gone.
        """
        self._calls.expect(2)
        return self._looks.between(self._looks.slot(), from_at, to_at)

    def look(self, ask: LookFor) -> RemoteView:
        """The slot, one row by id, the rows around a start, as asked."""
        by_id = ask.remote_id is not None
        calls = (ask.slot or by_id) + by_id + (ask.around_at is not None)
        # Behind it goes the write that it was made for; a batch is rehearsed, looked after, made.
        self._calls.expect(calls, after=3)
        view = self._looks.slot() if ask.slot else RemoteView()
        if ask.remote_id is not None:
            view = self._looks.by_id(view, ask.remote_id)
        if ask.around_at is not None:
            view = self._looks.around(view, ask.around_at, ask.until_at, ask.offsets)
        return view

    def push(self, write: Write) -> Receipt:
        """Make the one request that the write is."""
        self._calls.expect(1)
        self._looks.note_offset(write.facts.offset_minutes)
        try:
            match write.kind:
                case WriteKind.START:
                    return self._start(write)
                case WriteKind.STOP:
                    return self._stop(write)
                case WriteKind.ADJUST:
                    return self._adjust(write)
                case WriteKind.CREATE:
                    return self._create(write)
                case WriteKind.EDIT:
                    return self._edit(write)
                case WriteKind.DELETE:
                    return self._delete(write)
        except ProviderError as error:
            # Only a request that names a row can find it gone; to the others 404 is a refusal.
            if error.trouble.kind is TroubleKind.GONE and write.kind is not WriteKind.EDIT:
                raise ProviderError(Trouble(TroubleKind.REFUSED, error.trouble.words)) from error
            raise

    def push_many(self, writes: Sequence[Write]) -> tuple[Receipt, ...]:
        """Rehearse the creates, then make them in one request (APIS.md 4.3)."""
        self._calls.expect(3)
        for write in writes:
            self._looks.note_offset(write.facts.offset_minutes)
        try:
            batch = [bodies.create_body(write) for write in writes]
            shown = self._batch(batch, wire.decode_rehearsed, validate_only=True)
        except ProviderError as error:
            if error.trouble.kind not in (TroubleKind.REFUSED, TroubleKind.GONE):
                raise
            # Nothing is written yet: one by one it will show which of them was meant.
            words = error.trouble.words
            refused = Trouble(TroubleKind.REFUSED, words, rehearsed=True)
            raise ProviderError(refused) from error
        if shown and self._looks.exists(shown[0].id or ""):
            words = _("The server made entries of what it was only to check.")
            raise ProviderError(unreadable(words))
        try:
            logs = self._batch(batch, wire.decode_worklogs, validate_only=False)
            made = [self._looks.row(log) for log in logs]
        except ProviderError as error:
            if error.trouble.kind is TroubleKind.GONE:
                raise ProviderError(Trouble(TroubleKind.REFUSED, error.trouble.words)) from error
            raise
        return tuple(Receipt(row.remote_id, row) for row in made)

    def answer_check(self) -> None:
        """Confirm that the user is active, if a fresh `current` still asks (APIS.md 3.5)."""
        self._calls.expect(2)
        if not self._calls.current().state.asks:
            return
        state = self._calls.track("POST", "activityCheck").state
        refuse_unless_ok(state)
        if state.track is None or state.asks:
            raise refusal(state)

    def search(self, text: str, limit: int) -> Sequence[WorkItem]:
        """Work items by number (`search`) or by words (`searchByQuery`), in the server's order."""
        text = text.strip().removeprefix("#").strip()
        if not text or limit <= 0:
            return ()
        self._calls.expect(1, polite=True)
        try:
            if text.isascii() and text.isdigit():
                found = self._calls.search("search", int(text))
            else:
                found = self._calls.search("searchByQuery", {"query": text})
        except ProviderError as error:
            if error.trouble.kind is TroubleKind.GONE:
                return ()
            raise
        items: dict[str, WorkItem] = {}
        for group in found.work_items or []:
            shown = group.work_item
            item = rows.item_of(shown.id, shown) if shown else None
            if item is not None:
                items.setdefault(item.id, item)
        return tuple(items.values())[:limit]

    def activity_types(self) -> Sequence[ActivityType]:
        """The kinds of work; none where an administrator has switched them off."""
        self._calls.expect(1)
        told = self._calls.rest("GET", "activityTypes", wire.decode_activity_types)
        if told.enabled is False:
            return ()
        default = (told.system_default_activity_type_id or "").lower()
        known = [
            (rows.activity_of(one.id, {}), plain(one.name or ""))
            for one in told.activity_types or []
            if not one.is_not_set and (one.name or "").strip().lower() != "[not set]"
        ]
        self._calls.activity_names |= {name.lower(): id_ for id_, name in known if id_ and name}
        return tuple(ActivityType(id_, name, id_ == default) for id_, name in known if id_)

    def close(self) -> None:
        """Let go of the connection."""
        self._calls.close()

    def _start(self, write: Write) -> Receipt:
        told = self._calls.track("POST", "startTracking", body=bodies.start_body(write))
        refuse_unless_ok(told.state)
        running = self._looks.running(told)
        if running is None:
            raise refusal(told.state)
        sent, shown = write.facts.item, running.facts.item
        if sent is not None and (shown is None or shown.id != sent.id):
            # Another device was as quick: only a look can tell what became of ours.
            raise ProviderError(unreadable(_("The server shows another track than was started.")))
        return Receipt(running.remote_id, running)

    def _stop(self, write: Write) -> Receipt:
        state = self._calls.track("POST", "stopTracking", query=[("$reason", "0")]).state
        refuse_unless_ok(state)
        if state.track is not None:
            raise ProviderError(unreadable(_("The server still shows a running track.")))
        return Receipt(write.remote_id)

    def _adjust(self, write: Write) -> Receipt:
        told = self._calls.track("POST", "adjust", body=bodies.adjust_body(write))
        refuse_unless_ok(told.state)
        running = self._looks.running(told)
        if running is None:
            raise refusal(told.state)
        return Receipt(running.remote_id, running)

    def _create(self, write: Write) -> Receipt:
        return self._worklog("POST", "workLogs", bodies.create_body(write))

    def _batch(self, batch: list[bodies.Body], decode: Decode[T], *, validate_only: bool) -> T:
        """One request with all of them. Tool and document spell the parameter differently: both
        are sent, since a rehearsal that is taken for the real thing would make each entry twice. No
        document says what a rehearsal shows, so whoever asks for one looks whether a row is there.
        """
        said = "true" if validate_only else "false"
        return self._calls.rest(
            "POST",
            "workLogs/batch",
            decode,
            query=[("validateOnly", said), ("$validateOnly", said)],
            body=batch,
            limit_bytes=PAGE_LIMIT_BYTES,
        )

    def _edit(self, write: Write) -> Receipt:
        return self._worklog("PATCH", f"workLogs/{_named(write)}", bodies.edit_body(write))

    def _delete(self, write: Write) -> Receipt:
        path = f"workLogs/{_named(write)}"
        try:
            self._calls.delete(path)
        except ProviderError as error:
            # Gone is what was wanted (`DESIGN.md` §5).
            if error.trouble.kind is not TroubleKind.GONE:
                raise
        return Receipt(write.remote_id)

    def _worklog(self, method: str, path: str, body: bodies.Body) -> Receipt:
        row: RemoteRow = self._looks.row(
            self._calls.rest(method, path, wire.decode_worklog, body=body)
        )
        return Receipt(row.remote_id, row)


def make(
    account: Account,
    secret: str,
    zone: Callable[[], str],
    timeout_seconds: float,
    gates: Gates,
) -> SevenpaceProvider:
    """Make the provider of an account; see `app.providers.kinds.make`."""
    secret = secret.strip()
    base = read_address(account.url, PASTED)
    limits = read_limits(account.options.get("limits", ""), LIMITS, loopback=base.is_loopback)
    gate = gates.to(base.host, base.port)
    http = Http(base, secret, bearer(secret), timeout_seconds, gate=gate, limits=limits)
    return SevenpaceProvider(http, zone, account.options.get("api_version", "") or API_VERSION)


def _named(write: Write) -> str:
    """The id of the worklog that an edit or deletion names."""
    remote_id = write.remote_id or ""
    if rows.is_guid(remote_id):
        return remote_id
    words = _("The server has not given this entry an id, so it cannot be changed there.")
    raise ProviderError(Trouble(TroubleKind.REFUSED, words))
