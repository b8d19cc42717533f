"""Turns the state into words for the tray and the panel; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from app.core.days import day_of, day_span, total_seconds
from app.core.model import Subject
from app.core.remote import Facts, WorkItem
from app.core.state import AppState, Connection
from app.ports.clock import Clock
from app.ports.journal import Journal, RecentItem
from app.ports.settings import (
    HOTKEYS_PANEL,
    HOTKEYS_TOGGLE,
    TIMESHEET_DAY_STARTS_AT,
    TIMESHEET_DAY_TARGET_HOURS,
    Settings,
)
from app.ui.naming import account_index, is_same, label_of, title_of
from app.ui.presenter_sync import SYNC_MARKS, SyncWords, tray_mark, tray_shape
from app.ui.views import (
    LONGEST_MENU_LINE,
    ActivityView,
    MenuLine,
    NoticeView,
    PanelView,
    RecentView,
    RunningView,
    SearchHit,
    StartHint,
    TrayView,
)
from app.words import _
from app.words.lengths import length

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

RECENTS = 9
HITS = 12


class Presenter:
    """Makes views from the state; `clock_time` words an instant as the user's locale does."""

    def __init__(
        self,
        journal: Journal,
        settings: Settings,
        clock: Clock,
        clock_time: Callable[[datetime], str],
    ) -> None:
        self._journal = journal
        self._settings = settings
        self._clock = clock
        self._clock_time = clock_time
        self._sync = SyncWords(clock, clock_time)
        self.news: NoticeView | None = None
        """What the user is to know before anything else, until it was read."""

    # --- the tray --------------------------------------------------------------------------------

    def first_tray(self, state: AppState) -> TrayView:
        """The tray at start-up, from the state alone: nothing is read before the icon is up."""
        return TrayView(
            shape=tray_shape(state),
            mark=tray_mark(state),
            headline=self._headline(state),
            today="",
            tooltip=self._headline(state),
        )

    def tray(self, state: AppState) -> TrayView:
        """The whole tray, its menu included."""
        track = state.track
        toggle_hint = self._settings.get(HOTKEYS_TOGGLE)
        primary = None
        if track is not None:
            primary = MenuLine("stop", _("Stop"), mark="stop", hint=toggle_hint)
        elif state.last is not None and state.last.account in state.accounts:
            named = title_of(state.last.item, state.last.comment)
            words = _("Continue {title}").format(title=named)
            primary = MenuLine("continue", words, mark="start", hint=toggle_hint)
        sync = self._sync.view(state)
        return TrayView(
            shape=tray_shape(state),
            mark=tray_mark(state),
            headline=self._headline(state, LONGEST_MENU_LINE),
            today=self._today_line(),
            tooltip=self._headline(state),
            asks=self._sync.asks(state),
            primary=primary,
            can_edit_track=track is not None,
            recents=self._recents(state),
            sync_line=sync.line,
            sync_mark=SYNC_MARKS[sync.kind],
            panel_hint=self._settings.get(HOTKEYS_PANEL),
        )

    def _headline(self, state: AppState, longest: int | None = None) -> str:
        """What runs, for how long, since when; it is the title that gives way to the times."""
        track = state.track
        if track is None:
            return _("Nothing is running")
        facts = track.meant
        title = " ".join(title_of(facts.item, facts.comment).split())
        times = {
            "length": length(max(0.0, (self._clock.now() - facts.started_at).total_seconds())),
            "time": self._clock_time(facts.started_at),
        }
        words = _("{title}, {length} since {time}")
        whole = words.format(title=title, **times)
        if longest is None or len(whole) <= longest:
            return whole
        room = max(1, len(title) - (len(whole) - longest) - 1)
        return words.format(title=title[:room].rstrip() + "…", **times)

    def _today_line(self) -> str:
        from_at, to_at = self._today()
        rows = self._journal.entries(from_at, to_at)
        worked = length(total_seconds(rows, from_at, to_at, self._clock.now()))
        target = self._settings.get(TIMESHEET_DAY_TARGET_HOURS)
        if not target:
            return _("Today {length}").format(length=worked)
        return _("Today {length} of {target}").format(length=worked, target=length(target * 3600))

    # --- the panel -------------------------------------------------------------------------------

    def panel(self, state: AppState) -> PanelView:
        """Everything the panel shows."""
        from_at, to_at = self._today()
        now = self._clock.now()
        rows = self._journal.entries(from_at, to_at)
        others = [row for row in rows if row.id != state.running]
        last = state.last
        known = last is not None and last.account in state.accounts
        return PanelView(
            running=None if state.track is None else self._running(state, state.track, others),
            day_seconds=total_seconds(others, from_at, to_at, now),
            day_started_at=from_at,
            target_seconds=int(self._settings.get(TIMESHEET_DAY_TARGET_HOURS) * 3600),
            sync=self._sync.view(state),
            recents=self._recents(state),
            notice=self.news or self._sync.notice(state),
            continues=title_of(last.item, last.comment) if last is not None and known else "",
            taught=state.track is not None or last is not None,
        )

    def _running(self, state: AppState, track: Subject, today: list[Subject]) -> RunningView:
        facts = track.meant
        types = self._journal.activity_types(track.account)
        item = facts.item
        parts = [label_of(item), item.project if item is not None else "", track.account]
        return RunningView(
            title=title_of(item, facts.comment),
            where=" · ".join(part for part in parts if part),
            account_index=account_index(state, track.account),
            started_at=facts.started_at,
            item_key="" if item is None else item.id,
            account=track.account,
            comment=facts.comment,
            activity_id=facts.activity,
            activities=tuple(ActivityView(kind.id, kind.name) for kind in types),
            no_activities=""
            if types
            else _("{account} has no activity types.").format(account=track.account),
            start_hints=self._start_hints(facts, today),
        )

    def start_note(self, state: AppState, started_at: datetime) -> str:
        """What the running track would touch or overlap if it began then; "" for nothing."""
        now = self._clock.now()
        if started_at >= now:
            return _("That lies in the future.")
        for row in self._journal.entries(started_at - timedelta(seconds=1), now):
            stopped_at = row.meant.stopped_at
            if row.id == state.running or stopped_at is None:
                continue
            name = title_of(row.meant.item, row.meant.comment)
            if stopped_at == started_at:
                return _("It touches “{title}” and overlaps nothing.").format(title=name)
            if stopped_at > started_at:
                until = self._clock_time(stopped_at)
                words = _("It would overlap “{title}”, which ends at {time}.")
                return words.format(title=name, time=until)
        return ""

    def _start_hints(self, facts: Facts, today: list[Subject]) -> tuple[StartHint, ...]:
        stops = [
            row.meant.stopped_at
            for row in today
            if row.meant.stopped_at is not None and row.meant.stopped_at <= facts.started_at
        ]
        last = max(stops, default=None)
        if last is None or last == facts.started_at:
            return ()
        words = _("Last stop, {time}").format(time=self._clock_time(last))
        return (StartHint(words, last),)

    def _recents(self, state: AppState) -> tuple[RecentView, ...]:
        from_at, _to_at = self._today()
        found = self._journal.recents(3 * RECENTS, from_at, self._clock.now())
        track = state.track
        rows = []
        shown: set[tuple[str, str]] = set()
        for recent in found:
            if recent.account not in state.accounts:
                continue
            if recent.item is not None:
                # An item once, with its newest comment.
                if (recent.account, recent.item.id) in shown:
                    continue
                shown.add((recent.account, recent.item.id))
            if track is not None and is_same(track, recent):
                continue
            rows.append(self._recent(state, recent))
        return tuple(rows[:RECENTS])

    def _recent(self, state: AppState, recent: RecentItem) -> RecentView:
        return RecentView(
            item_key="" if recent.item is None else recent.item.id,
            account=recent.account,
            account_index=account_index(state, recent.account),
            title=title_of(recent.item, recent.comment),
            label=label_of(recent.item),
            comment=recent.comment,
            note=length(recent.today_seconds) if recent.today_seconds else "",
        )

    def hits(self, state: AppState, text: str) -> list[SearchHit]:
        """What our own history and the known work items have for these words."""
        rows: list[SearchHit] = []
        shown: set[tuple[str, str]] = set()
        for recent in self._journal.search(text, HITS):
            if recent.account not in state.accounts:
                continue
            key = "" if recent.item is None else recent.item.id
            shown.add((recent.account, key or recent.comment))
            rows.append(self._hit(state, _("Your history"), recent))
        for name in state.accounts:
            for item in self._journal.work_items(name, text, HITS):
                if (name, item.id) not in shown:
                    rows.append(self._item_hit(state, name, item))
        return rows

    def _hit(self, state: AppState, section: str, recent: RecentItem) -> SearchHit:
        view = self._recent(state, recent)
        track = state.track
        runs = track is not None and is_same(track, recent)
        return SearchHit(
            section=section,
            item_key=view.item_key,
            account=view.account,
            account_index=view.account_index,
            title=view.title,
            label=view.label,
            comment=view.comment,
            note=_("runs") if runs else view.note,
            runs=runs,
        )

    def _item_hit(self, state: AppState, name: str, item: WorkItem) -> SearchHit:
        lane = state.lanes.get(name)
        offline = lane is not None and lane.connection is Connection.OFFLINE
        return SearchHit(
            section=name,
            section_note=_("is offline; names as last seen") if offline else "",
            item_key=item.id,
            account=name,
            account_index=account_index(state, name),
            title=item.title or item.id,
            label=label_of(item),
        )

    def _today(self) -> tuple[datetime, datetime]:
        zone, _offset = self._clock.zone()
        starts_at = time.fromisoformat(self._settings.get(TIMESHEET_DAY_STARTS_AT))
        return day_span(day_of(self._clock.now(), zone, starts_at), zone, starts_at)

    def day_ends_at(self) -> datetime:
        """When today is over, and its total begins anew."""
        return self._today()[1]

    def zone(self) -> ZoneInfo:
        """The user's zone, for clock times."""
        # Late: the tray icon needs no zone.
        from zoneinfo import ZoneInfo

        return ZoneInfo(self._clock.zone()[0])
