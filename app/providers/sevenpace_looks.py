"""Looking at 7pace: the slot, a row by its id, lists by start; each view is whole or an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from app.core.remote import RemoteCheck, RemoteRow, RemoteView, TroubleKind
from app.ports.provider import ProviderError
from app.providers import sevenpace_rows as rows
from app.providers import sevenpace_time as times
from app.providers import sevenpace_wire as wire
from app.providers.http_errors import unreadable
from app.providers.sevenpace_calls import Calls, Told
from app.words import _

PAGE_ROWS = 500
# 500 rows with long comments pass the usual bound.
PAGE_LIMIT_BYTES = 8 * 1024 * 1024
MOST_PAGES = 200
# An estimated start wavers by a second or two from look to look: within this it is the same one.
SAME_START_SECONDS = 5


class Looks:
    """What one account shows, in the core's terms. Every method raises ProviderError."""

    def __init__(self, calls: Calls, zone: Callable[[], str]) -> None:
        """`zone` gives the IANA name of the user's zone whenever it is asked."""
        self._calls = calls
        self._zone = zone
        # The start that was told for the running track, so that an estimate does not waver.
        self._begun: tuple[str, times.Started] | None = None
        # Offsets at which this account made or saw something: rows may stand at them.
        self._offsets: set[int] = set()

    def note_offset(self, minutes: int) -> None:
        """A write stands, or may stand, at this offset (minutes east of UTC)."""
        self._offsets.add(minutes)

    def slot(self) -> RemoteView:
        """What runs, and whether the server asks about it."""
        told = self._calls.current()
        running = self.running(told)
        check = None
        if running is not None and told.state.asks:
            check = RemoteCheck(running.remote_id, told.state.seconds_left)
        return RemoteView(running=running, slot_known=True, check=check)

    def by_id(self, view: RemoteView, remote_id: str) -> RemoteView:
        """Add the row with this id, or that there is none, to a view.

        The running track's worklog may be in REST already, as if it had ended, or not yet: what
        `current` runs is neither a row nor absent. So `current` is always asked, and asked first: a
        track that ends in between is then in REST.
        """
        slot = view if view.slot_known else self.slot()
        if runs(slot, remote_id):
            return slot
        row = self._worklog(remote_id) if rows.is_guid(remote_id) else None
        if row is None:
            return replace(view, absent=view.absent | {remote_id})
        return replace(view, rows=(*view.rows, row))

    def around(
        self,
        view: RemoteView,
        around_at: datetime,
        until_at: datetime | None,
        told_at: frozenset[int] = frozenset(),
    ) -> RemoteView:
        """Add every row that starts within a second of an instant, or between two, to a view.

        `told_at` are offsets at which some of those between two were told (`LookFor.offsets`).
        """
        from_at = around_at - times.SECOND
        to_at = (until_at or around_at) + times.SECOND
        if until_at is None:
            # So few instants fit that a reading from any zone can be kept.
            offsets = frozenset(times.ALL_OFFSETS)
        else:
            offsets = times.offsets_of(from_at, to_at, self._zone()) | self._offsets | told_at
        found = [
            one.row
            for one in self._list(from_at, to_at)
            if times.may_start_between(one.reading, from_at, to_at, offsets)
        ]
        return _with_rows(view, found, from_at, to_at)

    def between(self, view: RemoteView, from_at: datetime, to_at: datetime) -> RemoteView:
        """Add every row that starts in the span to a view; rows near its ends come along."""
        found = [one.row for one in self._list(from_at, to_at)]
        return _with_rows(view, found, from_at, to_at)

    def running(self, told: Told) -> RemoteRow | None:
        """The track that an answer shows running."""
        track = told.state.track
        if track is None:
            return None
        zone = self._zone()
        begun = times.started_running(
            track.current_track_started_date_time,
            rows.whole_seconds(track.track_time_zone),
            rows.whole_seconds(track.current_track_length),
            told.answer.received_at,
            zone,
        )
        remote_id = rows.running_id(track)
        if self._begun is not None and self._begun[0] == remote_id:
            before = self._begun[1]
            if abs(before.at - begun.at).total_seconds() <= SAME_START_SECONDS:
                begun = before
        self._begun = (remote_id, begun)
        self._offsets.add(begun.offset_minutes)
        return rows.running(track, begun, zone, self._calls.activity_names)

    def row(self, log: wire.WorkLogWire) -> RemoteRow:
        """A worklog that an answer shows."""
        return self._listed(log).row

    def _listed(self, log: wire.WorkLogWire) -> rows.Listed:
        try:
            return rows.listed(log, self._zone())
        except (ValueError, OverflowError) as error:
            raise ProviderError(
                unreadable(_("The answer of the server cannot be understood."))
            ) from error

    def _list(self, from_at: datetime, to_at: datetime) -> list[rows.Listed]:
        """Every worklog whose wall reading can mean an instant of the span, each once.

        A list that was cut short, or that does not move on, is no list but an error.
        """
        after, before = times.list_bounds(from_at, to_at)
        found: dict[str, rows.Listed] = {}
        for page in range(MOST_PAGES):
            logs = self._calls.rest(
                "GET",
                "workLogs",
                wire.decode_worklogs,
                query=[
                    ("$fromTimestamp", after),
                    ("$toTimestamp", before),
                    ("$count", str(PAGE_ROWS)),
                    ("$skip", str(page * PAGE_ROWS)),
                    ("$includeEditable", "true"),
                ],
                limit_bytes=PAGE_LIMIT_BYTES,
            )
            known = len(found)
            for log in logs:
                one = self._listed(log)
                found.setdefault(one.row.remote_id, one)
            if len(logs) < PAGE_ROWS:
                return list(found.values())
            if len(found) == known:
                break
        raise ProviderError(unreadable(_("The server’s list of entries does not end.")))

    def exists(self, remote_id: str) -> bool:
        """Whether the server has a worklog with this id."""
        return rows.is_guid(remote_id) and self._worklog(remote_id) is not None

    def _worklog(self, remote_id: str) -> RemoteRow | None:
        try:
            log = self._calls.rest(
                "GET",
                f"workLogs/{remote_id}",
                wire.decode_worklog,
                query=[("$includeEditable", "true")],
            )
        except ProviderError as error:
            if error.trouble.kind is TroubleKind.GONE:
                return None
            raise
        return self.row(log)


def runs(view: RemoteView, remote_id: str) -> bool:
    """Whether the view shows this track running."""
    return view.running is not None and view.running.remote_id == remote_id.lower()


def _with_rows(
    view: RemoteView, found: list[RemoteRow], from_at: datetime, to_at: datetime
) -> RemoteView:
    """Add listed rows; the running track's own worklog is not one, it has no end yet."""
    known = {row.remote_id for row in view.rows}
    new = tuple(
        row for row in found if row.remote_id not in known and not runs(view, row.remote_id)
    )
    return replace(view, rows=(*view.rows, *new), rows_from_at=from_at, rows_to_at=to_at)
