"""Views with invented data, and one fixed moment, for the tests of tray and panel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.ui.views import (
    ActivityView,
    MenuLine,
    NoticeView,
    PanelView,
    RecentView,
    RunningView,
    SearchHit,
    StartHint,
    SyncView,
    TrayView,
)

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 12, 9, 17, 20, tzinfo=UTC)
"""10:17:20 in Berlin."""


def berlin(hour: int, minute: int, second: int = 0) -> datetime:
    """Return that wall time of the same day, in UTC."""
    return datetime(2026, 11, 12, hour, minute, second, tzinfo=ZONE).astimezone(UTC)


RECENTS = (
    RecentView("1350", "Work", 0, "Review sign-in flow", label="#1350", note="0:45"),
    RecentView("1362", "Work", 0, "Write release notes for the whole quarter", label="#1362"),
    RecentView("p1", "Studio", 1, "Project Alpha / Planning", comment="plan", note="1:10"),
    RecentView("s1", "Side", 2, "Support rota", note="0:15"),
)
RUNNING = RunningView(
    title="Fix login timer",
    where="#1349 · Project Alpha · Work",
    account_index=0,
    started_at=berlin(9, 12),
    item_key="1349",
    account="Work",
    activity_id="dev",
    activities=(ActivityView("dev", "Development"), ActivityView("test", "Testing")),
    start_hints=(StartHint("Last stop, 09:05", berlin(9, 5)),),
)
OK = SyncView("ok", "All on the servers")
RUNS = PanelView(
    running=RUNNING,
    day_seconds=3 * 3600 + 1800,
    day_started_at=berlin(0, 0),
    sync=OK,
    target_seconds=8 * 3600,
    recents=RECENTS,
)
STOPPED = PanelView(
    running=None,
    day_seconds=3600,
    day_started_at=berlin(0, 0),
    sync=OK,
    recents=RECENTS,
    continues="Fix login timer",
)
FIRST = PanelView(running=None, day_seconds=0, day_started_at=berlin(0, 0), sync=OK, taught=False)
SIGN_IN = NoticeView(
    "sign-in",
    "Work wants you to sign in again.",
    "The track runs on. 2 changes are kept here.",
    action="Sign in…",
    account="Work",
)
HITS = (
    SearchHit("Your history", "1349", "Work", 0, "Fix login timer", label="#1349", runs=True),
    SearchHit("Your history", "1371", "Work", 0, "Login page", label="#1371", note="2:30"),
    SearchHit("Side", "w", "Side", 1, "Website / login copy", section_note="is offline"),
)
TRAY_RUNS = TrayView(
    "running",
    "Fix login timer, 1:05 since 09:12",
    "Today 4:35 of 8:00",
    tooltip="Fix login timer, 1:05",
    primary=MenuLine("stop", "Stop", hint="Ctrl+Alt+S"),
    can_edit_track=True,
    recents=RECENTS,
    sync_line="Everything is on the servers",
)
TRAY_STOPPED = TrayView(
    "stopped",
    "Nothing is running",
    "Today 4:35 of 8:00",
    mark="attention",
    asks=(
        MenuLine("check", "Answer: you were away for 0:42…", "moon"),
        MenuLine("outbox", "3 changes wait for Side…", "arrow-up"),
        MenuLine("sign-in", "Sign in to Work again…", "held", account="Work"),
    ),
    primary=MenuLine("continue", "Continue Fix login timer"),
)
MINUTE = timedelta(minutes=1)
