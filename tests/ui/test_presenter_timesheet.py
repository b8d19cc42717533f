"""A day of the journal as rows: gaps and overlaps in their place, states in words, totals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.core.decision import SaveSubject
from app.core.model import (
    Account,
    Attempt,
    BootMoment,
    Hold,
    HoldReason,
    Subject,
)
from app.core.remote import ActivityType, Capabilities, Facts, WorkItem, Write, WriteKind
from app.core.state import AppState
from app.ui.presenter_timesheet import day_view
from app.ui.timesheet_views import DayRow, DayView
from tests.fakes.adapters.memory_journal import MemoryJournal

DAY = date(2026, 11, 12)
TIMER = WorkItem("1349", "Fix login timer")
BOOT = BootMoment("b", 1)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


NOW = at(14, 25)


def entry(
    name: str,
    start: datetime,
    stop: datetime | None,
    account: str = "Work",
    *,
    told: bool = True,
    attempt: Attempt | None = None,
    hold: Hold | None = None,
    editable: bool = True,
    activity: str = "",
    item: WorkItem | None = TIMER,
    comment: str = "",
) -> Subject:
    facts = Facts(start, stop, item=item, activity=activity, comment=comment)
    return Subject(
        id=name,
        account=account,
        meant=facts,
        acknowledged=facts if told else None,
        remote_id=name if told else None,
        attempt=attempt,
        hold=hold,
        editable=editable,
    )


def made_of(
    *subjects: Subject,
    account: str = "",
    day: date = DAY,
    now: datetime = NOW,
    starts_at: time = time(0),
    zone: str = "UTC",
    target: float = 8,
) -> DayView:
    journal = MemoryJournal()
    journal.commit([SaveSubject(it, True) for it in subjects])
    journal.keep_activity_types("Work", [ActivityType("dev", "Development")])
    running = next((it.id for it in subjects if it.runs), None)
    state = AppState(
        accounts={
            "Work": Account("Work", "7pace", capabilities=Capabilities()),
            "Side": Account("Side", "clockify", capabilities=Capabilities()),
            "Here": Account("Here", "local"),
        },
        subjects={it.id: it for it in subjects},
        running=running,
    )
    return day_view(
        state, journal, day, zone, starts_at, target, now, lambda it: f"{it:%H:%M}", account
    )


def lines(view: DayView) -> list[str]:
    return [f"{row.kind} {row.start}-{row.stop} {row.length}" for row in view.rows]


def only(view: DayView) -> DayRow:
    (row,) = view.rows
    return row


def test_rows_stand_by_time_with_gaps_and_overlaps_in_their_place() -> None:
    view = made_of(
        entry("c", at(11, 20), at(12)),
        entry("a", at(8), at(9, 55)),
        entry("b", at(10, 20), at(11, 30)),
        entry("d", at(13, 20), None),
    )
    assert lines(view) == [
        "entry 08:00-09:55 1:55",
        "gap 09:55-10:20 0:25",
        "entry 10:20-11:30 1:10",
        "overlap 11:20-11:30 0:10",
        "entry 11:20-12:00 0:40",
        "gap 12:00-13:20 1:20",
        "running 13:20-now 1:05",
    ]
    assert view.rows[3].title == "Overlap: two entries claim these 10 minutes."
    assert view.total == "4:40"
    assert view.total_note == "of 8:00, overlap counted once"
    assert view.gaps == "Gaps 1:45"


def test_seconds_between_entries_are_no_gap() -> None:
    view = made_of(entry("a", at(8), at(9)), entry("b", at(9, 0, 59), at(10)))
    assert [row.kind for row in view.rows] == ["entry", "entry"]
    view = made_of(entry("a", at(8), at(9)), entry("b", at(9, 1), at(10)))
    assert [row.kind for row in view.rows] == ["entry", "gap", "entry"]


def test_an_entry_inside_another_overlaps_for_its_whole_length() -> None:
    view = made_of(entry("a", at(8), at(12)), entry("b", at(9), at(9, 30)))
    assert lines(view)[1] == "overlap 09:00-09:30 0:30"
    assert view.total == "4:00"
    later = made_of(
        entry("a", at(8), at(12)), entry("b", at(9), at(9, 30)), entry("c", at(12), NOW)
    )
    assert [row.kind for row in later.rows] == ["entry", "overlap", "entry", "entry"]


def test_one_account_has_its_rows_alone_and_no_gaps() -> None:
    subjects = (entry("a", at(8), at(9)), entry("b", at(10), at(11), "Side"))
    view = made_of(*subjects, account="Side")
    assert lines(view) == ["entry 10:00-11:00 1:00"]
    assert (view.total, view.gaps, view.account) == ("1:00", "", "Side")
    assert [(it.name, it.total) for it in view.accounts] == [
        ("Work", "1:00"),
        ("Side", "1:00"),
        ("Here", ""),
    ]
    assert made_of(*subjects, account="gone").account == ""


@pytest.mark.parametrize(
    "subject, words, mark, tone",
    [
        (entry("a", at(8), at(9)), "on the server", "tick", "muted"),
        (entry("a", at(8), at(9), "Here"), "kept here", "tick", "muted"),
        (entry("a", at(8), at(9), told=False), "waits", "arrow-up", "text"),
        (entry("a", at(8), at(9), editable=False), "locked", "padlock", "muted"),
        (entry("a", at(8), None), "runs", "dial", "accent"),
        (
            entry("a", at(8), at(9), hold=Hold(HoldReason.REFUSED, NOW)),
            "needs you",
            "held",
            "warning",
        ),
        (
            entry("a", at(8), at(9), hold=Hold(HoldReason.CONFLICT, NOW)),
            "two versions",
            "conflict",
            "warning",
        ),
        (
            entry("a", at(8), at(9), hold=Hold(HoldReason.GONE, NOW)),
            "deleted there",
            "held",
            "warning",
        ),
    ],
)
def test_a_state_has_words_and_a_mark(subject: Subject, words: str, mark: str, tone: str) -> None:
    row = only(made_of(subject))
    assert (row.state, row.state_mark, row.state_tone) == (words, mark, tone)


def test_an_attempt_is_in_flight_and_then_doubtful() -> None:
    write = Write(WriteKind.CREATE, Facts(at(8), at(9)))
    out = Attempt("t", write, frozenset(), NOW, BOOT)
    row = only(made_of(entry("a", at(8), at(9), told=False, attempt=out)))
    assert (row.state, row.state_mark) == ("in flight", "arrow-dotted")
    doubt = Attempt("t", write, frozenset(), NOW, BOOT, noticed=BOOT)
    row = only(made_of(entry("a", at(8), at(9), told=False, attempt=doubt)))
    assert (row.state, row.state_mark) == ("asking the server", "doubtful")


def test_what_cannot_be_changed_says_why() -> None:
    assert only(made_of(entry("a", at(8), at(9)))).why_fixed == ""
    locked = only(made_of(entry("a", at(8), at(9), editable=False)))
    assert locked.why_fixed == "Work has locked this entry."
    two = made_of(entry("a", at(8), None), entry("b", at(9), None, "Side"))
    assert [row.why_fixed for row in two.rows if row.is_time] == [
        "",
        "It runs at Side. Only the current track can be changed here.",
    ]


def test_words_of_a_server_are_quoted() -> None:
    hold = Hold(HoldReason.REFUSED, NOW, words="Activity type is required.")
    row = only(made_of(entry("a", at(8), at(9), hold=hold)))
    assert row.note == "The server’s words: “Activity type is required.”"


def test_an_entry_across_midnight_counts_its_part_of_the_day() -> None:
    subject = entry("a", at(23, 30, day=11), at(0, 30))
    row = only(made_of(subject))
    assert (row.length, row.start, row.stop) == ("0:30", "23:30", "00:30")
    assert row.note == "It is 1:00 long; the rest belongs to another day."
    assert made_of(subject).total == "0:30"


def test_the_day_starts_when_the_user_says() -> None:
    early = entry("a", at(3), at(3, 30, day=12))
    assert made_of(early, starts_at=time(4)).rows == ()
    view = made_of(early, starts_at=time(4), day=date(2026, 11, 11))
    assert lines(view) == ["entry 03:00-03:30 0:30"]


def test_a_long_day_of_a_clock_change_counts_every_hour() -> None:
    day = date(2026, 10, 25)
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    subject = entry("a", start, start + timedelta(hours=25))
    view = made_of(subject, day=day, zone="Europe/Berlin")
    assert view.total == "25:00"


def test_activity_and_comment_are_named() -> None:
    row = only(made_of(entry("a", at(8), at(9), activity="dev", comment="again")))
    assert (row.activity, row.activity_id, row.comment_shown) == ("Development", "dev", "again")
    assert (row.label, row.title) == ("#1349", "Fix login timer")
    row = only(made_of(entry("a", at(8), at(9), activity="old", item=None, comment="Talk")))
    assert (row.activity, row.title, row.comment, row.comment_shown) == ("old", "Talk", "Talk", "")


@pytest.mark.parametrize(
    "subjects, expected",
    [
        ((), (at(13, 25), at(14, 25))),
        ((entry("a", at(8), at(9)),), (at(9), at(14, 25))),
        ((entry("a", at(8), at(9)), entry("b", at(10), None)), (at(9), at(10))),
        ((entry("a", at(8), at(10)), entry("b", at(10), None)), (at(7), at(8))),
    ],
)
def test_a_new_entry_begins_where_there_is_room(
    subjects: tuple[Subject, ...], expected: tuple[datetime, datetime]
) -> None:
    view = made_of(*subjects)
    assert (view.add_from_at, view.add_to_at) == expected


def test_on_another_day_it_begins_after_the_last_or_at_nine() -> None:
    earlier = date(2026, 11, 11)
    view = made_of(day=earlier)
    assert (view.add_from_at, view.add_to_at) == (at(9, day=11), at(10, day=11))
    assert not view.is_today
    view = made_of(entry("a", at(8, day=11), at(9, day=11)), day=earlier)
    assert (view.add_from_at, view.add_to_at) == (at(9, day=11), at(10, day=11))


def test_without_a_target_only_the_overlap_is_said() -> None:
    assert made_of(target=0).total_note == ""
    view = made_of(entry("a", at(8), at(9)), entry("b", at(8, 30), at(9)), target=0)
    assert view.total_note == "overlap counted once"
