"""The words of tray and panel, from a state and a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.adapters.settings_file import SettingsFile
from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.core.decision import SaveSubject
from app.core.model import (
    Absence,
    Account,
    AwayReason,
    Check,
    Hold,
    HoldReason,
    Subject,
)
from app.core.remote import CallLimit, Capabilities, Facts, WorkItem
from app.core.state import AppState, Connection, Lane, LastTrack
from app.ui.presenter import Presenter
from app.ui.views import LONGEST_MENU_LINE
from tests.fakes.adapters.system_clock import FakeClock

NOW = datetime(2026, 11, 20, 10, 17, tzinfo=UTC)
START = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
TIMER = WorkItem("1349", "Fix login timer", "Project Alpha")
REVIEW = WorkItem("1350", "Review sign-in flow", "Project Alpha")
WORK = Account("Work", "7pace", capabilities=Capabilities())
LOCAL = Account("local", "local", capabilities=Capabilities(kept_here=True))
ONLINE = Lane(connection=Connection.ONLINE)
TRACK = Subject("t", "Work", Facts(START, item=TIMER), acknowledged=Facts(START, item=TIMER))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = open_journal(tmp_path)
    yield journal
    journal.close()


@pytest.fixture
def presenter(journal: SqliteJournal, tmp_path: Path) -> Presenter:
    settings = SettingsFile(tmp_path / "settings.toml")
    return Presenter(journal, settings, FakeClock(NOW), lambda at: f"{at:%H:%M}")


def state(*subjects: Subject, lane: Lane = ONLINE, **more: object) -> AppState:
    running = next((s.id for s in subjects if s.runs), None)
    made = AppState(
        accounts={"Work": WORK, "local": LOCAL},
        lanes={"Work": lane},
        subjects={subject.id: subject for subject in subjects},
        running=running,
    )
    return replace(made, **more)


def entry(
    name: str, item: WorkItem | None, begun: datetime, minutes: int, **more: object
) -> Subject:
    facts = Facts(begun, begun + timedelta(minutes=minutes), item=item)
    return Subject(name, "Work", replace(facts, **more), acknowledged=facts, remote_id=name)


def keep(journal: SqliteJournal, *subjects: Subject) -> None:
    journal.commit([SaveSubject(subject, subject.runs) for subject in subjects])


def test_the_running_track_in_the_tray(presenter: Presenter, journal: SqliteJournal) -> None:
    keep(journal, TRACK, entry("a", REVIEW, START - timedelta(hours=1), 45))
    view = presenter.tray(state(TRACK))
    assert (view.shape, view.mark) == ("running", "")
    assert view.headline == "Fix login timer, 1:05 since 09:12"
    assert view.today == "Today 1:50 of 8:00"
    assert view.primary is not None
    assert (view.primary.verb, view.primary.text) == ("stop", "Stop")
    assert [recent.label for recent in view.recents] == ["#1350"], "what runs is no recent item"
    assert (view.sync_line, view.sync_mark) == ("All on the servers", "tick")


def test_a_long_title_gives_way_to_the_times_in_the_menu(presenter: Presenter) -> None:
    title = "Write release notes for the quarter"
    track = replace(TRACK, meant=replace(TRACK.meant, item=WorkItem("1362", title)))
    view = presenter.tray(state(track))
    assert view.headline == "Write release notes f…, 1:05 since 09:12"
    assert len(view.headline) <= LONGEST_MENU_LINE
    assert view.tooltip == f"{title}, 1:05 since 09:12"


def test_nothing_runs_and_the_last_track_can_go_on(presenter: Presenter) -> None:
    view = presenter.tray(state(last=LastTrack("Work", TIMER)))
    assert view.shape == "stopped"
    assert view.headline == "Nothing is running"
    assert view.primary is not None
    assert view.primary.text == "Continue Fix login timer"


def test_a_last_track_of_an_account_that_is_gone_is_not_offered(presenter: Presenter) -> None:
    assert presenter.tray(state(last=LastTrack("Gone", TIMER))).primary is None


@pytest.mark.parametrize(
    "lane, shape",
    [
        (Lane(), "connecting"),
        (ONLINE, "stopped"),
        (Lane(connection=Connection.OFFLINE), "stopped"),
    ],
)
def test_the_shape_when_nothing_runs(presenter: Presenter, lane: Lane, shape: str) -> None:
    assert presenter.first_tray(state(lane=lane)).shape == shape


def test_signed_out_only_if_every_account_is(presenter: Presenter) -> None:
    lane = Lane(connection=Connection.SIGN_IN_REQUIRED)
    assert presenter.first_tray(state(lane=lane)).shape == "stopped"
    alone = state(lane=lane, accounts={"Work": WORK})
    view = presenter.first_tray(alone)
    assert (view.shape, view.mark) == ("signed-out", "attention")


def test_questions_come_before_everything(presenter: Presenter) -> None:
    absence = Absence("x", "t", START, START + timedelta(minutes=42), AwayReason.IDLE)
    check = Check("c", "Work", "t", "r", NOW, NOW + timedelta(minutes=2))
    view = presenter.tray(state(TRACK, absences={"x": absence}, checks={"c": check}))
    assert view.shape == "asking"
    assert [line.text for line in view.asks] == [
        "Answer: you were away for 0:42…",
        "Answer: are you still working?…",
    ]


def test_offline_says_since_when_and_when_next(presenter: Presenter) -> None:
    lane = Lane(
        connection=Connection.OFFLINE,
        since_at=NOW - timedelta(minutes=37),
        next_at=NOW + timedelta(minutes=3),
    )
    untold = replace(entry("a", REVIEW, START, 5), acknowledged=None, remote_id=None)
    view = presenter.panel(state(untold, lane=lane))
    assert view.sync.kind == "offline"
    assert view.sync.line == "1 change waits"
    assert view.sync.detail == "Work is offline since 09:40. All is kept here."
    assert view.sync.next_try == "Next try at 10:20"
    assert presenter.tray(state(untold, lane=lane)).mark == "wait"


def test_what_is_told_in_a_moment_makes_no_mark(presenter: Presenter) -> None:
    untold = replace(entry("a", REVIEW, START, 5), acknowledged=None, remote_id=None)
    assert presenter.tray(state(untold)).mark == ""
    assert presenter.panel(state(untold)).sync.line == "1 change waits"


def test_a_sign_in_is_asked_for_with_what_is_kept(presenter: Presenter) -> None:
    lane = Lane(connection=Connection.SIGN_IN_REQUIRED)
    untold = replace(entry("a", REVIEW, START, 5), acknowledged=None, remote_id=None)
    view = presenter.panel(state(TRACK, untold, lane=lane))
    assert view.notice is not None
    assert view.notice.title == "Work wants you to sign in again."
    assert view.notice.text == (
        "The track runs on. 1 change is kept here and will be told after the sign-in."
    )
    assert view.sync.line == "Sign in to Work"
    tray = presenter.tray(state(TRACK, untold, lane=lane))
    assert (tray.sync_line, tray.sync_mark, tray.mark) == ("Sign in to Work", "held", "attention")


@pytest.mark.parametrize(
    "reason, title",
    [
        (HoldReason.REFUSED, "Work refused this entry. It is kept here as you made it."),
        (HoldReason.GONE, "This entry was deleted at Work. It is still here."),
        (HoldReason.CONFLICT, "This entry was changed here and at Work."),
        (HoldReason.NEAR_MATCH, "Work has an entry that may be this one."),
        (HoldReason.FOREIGN_TRACK, "Another track runs at Work."),
    ],
)
def test_a_held_entry_says_why(presenter: Presenter, reason: HoldReason, title: str) -> None:
    held = replace(entry("a", REVIEW, START, 5), hold=Hold(reason, NOW, "Activity is required."))
    view = presenter.panel(state(held))
    assert view.notice is not None
    assert view.notice.title == title
    assert view.notice.text == "The server’s words: “Activity is required.”"
    assert view.sync.kind == "held"


def test_throttled_is_not_offline(presenter: Presenter) -> None:
    lane = replace(ONLINE, throttled_until=NOW + timedelta(minutes=5))
    untold = replace(entry("a", REVIEW, START, 5), acknowledged=None, remote_id=None)
    view = presenter.panel(state(untold, lane=lane)).sync
    assert view.kind == "waits"
    assert view.next_try.startswith("Work asked us to slow down. It goes on at 10:22")


def test_a_limit_that_we_keep_to_is_no_reproach(presenter: Presenter) -> None:
    lane = replace(
        ONLINE, throttled_until=NOW + timedelta(minutes=5), limit=CallLimit(calls=100, seconds=60)
    )
    untold = replace(entry("a", REVIEW, START, 5), acknowledged=None, remote_id=None)
    view = presenter.panel(state(untold, lane=lane)).sync
    assert view.kind == "waits"
    assert view.next_try.startswith("Work takes 100 requests a minute. It goes on at 10:22")


def test_the_panel_knows_the_day_and_the_last_stop(
    presenter: Presenter, journal: SqliteJournal
) -> None:
    keep(journal, TRACK, entry("a", REVIEW, START - timedelta(minutes=60), 53))
    view = presenter.panel(state(TRACK))
    assert view.running is not None
    assert view.running.where == "#1349 · Project Alpha · Work"
    assert view.running.no_activities == "Work has no activity types."
    assert [hint.text for hint in view.running.start_hints] == ["Last stop, 09:05"]
    assert view.day_seconds == 53 * 60


def test_an_item_is_recent_once_with_its_newest_comment(
    presenter: Presenter, journal: SqliteJournal
) -> None:
    keep(
        journal,
        entry("a", REVIEW, START - timedelta(hours=3), 5, comment="old"),
        entry("b", REVIEW, START - timedelta(hours=2), 5, comment="new"),
        entry("c", None, START - timedelta(hours=1), 5, comment="words"),
    )
    rows = presenter.panel(state()).recents
    assert [(row.item_key, row.comment) for row in rows] == [("", "words"), ("1350", "new")]


def test_a_search_finds_history_then_the_catalogue(
    presenter: Presenter, journal: SqliteJournal
) -> None:
    keep(journal, TRACK, entry("a", REVIEW, START - timedelta(hours=3), 5))
    journal.keep_work_items("Work", [REVIEW, WorkItem("1398", "Rate limit for sign-in attempts")])
    hits = presenter.hits(state(TRACK, lane=Lane(connection=Connection.OFFLINE)), "sign-in")
    assert [(hit.section, hit.label) for hit in hits] == [
        ("Your history", "#1350"),
        ("Work", "#1398"),
    ]
    assert hits[1].section_note == "is offline; names as last seen"
    runs = presenter.hits(state(TRACK), "timer")
    assert [(hit.label, hit.runs) for hit in runs] == [("#1349", True)]


@pytest.mark.parametrize(
    "minutes_after_nine, note",
    [
        (12, ""),
        (5, "It touches “Review sign-in flow” and overlaps nothing."),
        (0, "It would overlap “Review sign-in flow”, which ends at 09:05."),
        (90, "That lies in the future."),
    ],
)
def test_a_start_says_what_it_touches(
    presenter: Presenter, journal: SqliteJournal, minutes_after_nine: int, note: str
) -> None:
    nine = START.replace(minute=0)
    keep(journal, TRACK, entry("a", REVIEW, nine - timedelta(minutes=40), 45))
    at = nine + timedelta(minutes=minutes_after_nine)
    assert presenter.start_note(state(TRACK), at) == note
