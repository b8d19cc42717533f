"""Sample outboxes for the pictures, made by the presenter out of sample subjects."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from look import NOW, ZONE, at
from look_days import LONG_TITLE, Pictures, look_hits
from msgspec.structs import replace

from app.core.decision import AddLedgerLine
from app.core.model import (
    Account,
    Attempt,
    BootMoment,
    Hold,
    HoldReason,
    LedgerLine,
    Subject,
)
from app.core.remote import (
    ActivityType,
    Capabilities,
    Facts,
    Field,
    RemoteRow,
    WorkItem,
    Write,
    WriteKind,
)
from app.core.state import AppState, Connection, Lane
from app.ui import theme
from app.ui.clock_times import clock_time, dated_time
from app.ui.outbox_book import OutboxBook
from app.ui.outbox_views import HistoryLine
from app.ui.outbox_window import OutboxWindow
from app.ui.presenter_mend import Day
from app.ui.presenter_operation import OperationWords
from app.ui.presenter_outbox import OutboxTimes
from app.words.ledger import MENDABLE, ledger_sentence
from tests.fakes.adapters.memory_journal import MemoryJournal

TIMES = OutboxTimes(lambda it: clock_time(it, ZONE), lambda it, now: dated_time(it, now, ZONE))
BOOT = BootMoment("b", 100)
DAY = Day(at(0, 0), at(0, 0) + timedelta(days=1), "Europe/Berlin")
ACCOUNTS = {
    name: Account(name, kind, capabilities=Capabilities())
    for name, kind in (("Work", "7pace"), ("Side", "clockify"), ("Studio", "timetrack"))
}
WORDS = (
    "Activity type is required. <b>Ask</b> your administrator which activity types may be used in"
    " the project “Alpha”, or choose another work item; see https://example.com/help?id=27&lang=en"
)


def facts(start: datetime, stop: datetime | None, title: str, **more: object) -> Facts:
    """Return what an entry says."""
    key = str(more.pop("key", title))
    return Facts(start, stop, item=WorkItem(key, title), **more)  # type: ignore[arg-type]  # sample values by name


def entry(name: str, account: str, meant: Facts, **more: object) -> Subject:
    """Return a subject."""
    return Subject(id=name, account=account, meant=meant, **more)  # type: ignore[arg-type]  # sample values by name


def sent(kind: WriteKind, meant: Facts, *, doubtful: bool = False) -> Attempt:
    """Return an attempt."""
    noticed = BOOT if doubtful else None
    made = Attempt("t", Write(kind, meant), frozenset(), NOW - timedelta(minutes=1), BOOT, noticed)
    return replace(made, looked=doubtful)


def sample_subjects() -> list[Subject]:
    """Return operations of every kind."""
    login = facts(at(9, 12), at(9, 55), "Fix login timer", key="1349")
    early = facts(at(8, 20), at(9, 10), "Review sign-in flow", key="1350")
    notes = facts(at(7, 20), at(8, 0), "Write release notes for the quarter", key="1362")
    plan = facts(at(6, 45), at(7, 10), "Project Alpha / Planning")
    rota = facts(at(6, 0), at(6, 25), "Support rota", comment="handover")
    theirs = replace(
        rota, stopped_at=at(6, 40), comment="handover to the evening shift", tags=("evening",)
    )
    running = replace(login, stopped_at=None)
    return [
        entry(
            "stop",
            "Work",
            login,
            acknowledged=running,
            remote_id="r1",
            order=1,
            tries=1,
            attempt=sent(WriteKind.STOP, login),
        ),
        entry(
            "doubt",
            "Work",
            early,
            order=2,
            tries=1,
            attempt=sent(WriteKind.CREATE, early, doubtful=True),
        ),
        entry(
            "held",
            "Work",
            notes,
            order=3,
            tries=2,
            hold=Hold(HoldReason.REFUSED, NOW, words="Activity type is required."),
        ),
        entry("next", "Work", replace(plan, comment="x"), order=4),
        entry("slow", "Side", plan, order=5, tries=1),
        entry(
            "two",
            "Studio",
            rota,
            acknowledged=theirs,
            remote_id="r2",
            order=6,
            hold=Hold(
                HoldReason.CONFLICT,
                NOW,
                theirs=theirs,
                fields=frozenset({Field.TIME, Field.COMMENT}),
            ),
        ),
        entry(
            "del",
            "Studio",
            replace(plan, item=WorkItem("9", LONG_TITLE)),
            deleted=True,
            acknowledged=plan,
            remote_id="r3",
            order=7,
        ),
    ]


def questions() -> list[Subject]:
    """Return operations that ask the user each of the questions that there are."""
    login = facts(at(9, 12), at(9, 55), "Fix login timer", key="1349", comment="first part")
    near = tuple(
        RemoteRow(str(number), replace(login, comment=comment))
        for number, comment in ((1, "first part, and a longer second part of it"), (2, ""))
    )
    foreign = facts(at(9, 40), None, "Support rota")
    return [
        entry(
            "near",
            "Work",
            login,
            order=1,
            tries=1,
            attempt=sent(WriteKind.CREATE, login, doubtful=True),
            hold=Hold(HoldReason.NEAR_MATCH, NOW, rows=near, remote_ids=("1", "2")),
        ),
        entry(
            "foreign",
            "Work",
            replace(login, stopped_at=None),
            order=2,
            hold=Hold(HoldReason.FOREIGN_TRACK, NOW, theirs=foreign, remote_ids=("f",)),
        ),
        entry("gone", "Side", login, order=3, hold=Hold(HoldReason.GONE, NOW)),
        entry(
            "twin",
            "Side",
            login,
            order=4,
            remote_id="t",
            acknowledged=login,
            hold=Hold(HoldReason.TWIN, NOW, twin_of="stop"),
        ),
        entry(
            "locked",
            "Studio",
            login,
            order=5,
            acknowledged=replace(login, comment=""),
            remote_id="l",
            hold=Hold(HoldReason.LOCKED, NOW, words="The week is approved."),
        ),
    ]


def sample_state(subjects: list[Subject], **lanes: Lane) -> AppState:
    """Return a state with these operations, everything online but what `lanes` say."""
    online = Lane(connection=Connection.ONLINE)
    return AppState(
        accounts=ACCOUNTS,
        lanes={name: lanes.get(name, online) for name in ACCOUNTS},
        subjects={it.id: it for it in subjects},
        undo=tuple(subjects[:1]),
    )


def sample_journal() -> MemoryJournal:
    """Return a journal that knows activity types and what happened to the held one."""
    journal = MemoryJournal()
    kinds = [ActivityType("dev", "Development"), ActivityType("rev", "Review")]
    journal.keep_activity_types("Work", kinds)
    for minute, what, detail in (
        (0, "added", {}),
        (1, "told", {"write": "create"}),
        (1, "doubtful", {"words": "timed out"}),
        (2, "concluded-lost", {"write": "create"}),
        (2, "told", {"write": "create"}),
        (3, "refused", {"words": "Activity type is required."}),
    ):
        line = LedgerLine(at(8, minute), "Work", "held", what, detail)
        journal.commit([AddLedgerLine(line)])
    return journal


def window_of(state: AppState, chosen: str) -> OutboxWindow:
    """Return the window with this state, an operation chosen."""
    journal, book = sample_journal(), OutboxBook(TIMES)
    words = OperationWords(book, journal, TIMES, lambda _at: DAY)

    def history(subject_id: str) -> list[HistoryLine]:
        def moment(it: datetime) -> str:
            return TIMES.dated(it, NOW)

        return [
            HistoryLine(moment(line.at), ledger_sentence(line, moment), line.what in MENDABLE)
            for line in reversed(journal.ledger(100, subject_id))
        ]

    window = OutboxWindow(
        lambda: NOW,
        lambda _words: look_hits(),
        lambda subject_id: words.view(state, subject_id, NOW),
        history,
    )
    window.show_view(book.view(state, NOW, 100.0))
    window.show()
    if chosen:
        window.choose(chosen)
    return window


def outbox_windows() -> Pictures:
    """Return the outbox with each kind of operation and question, with many, and empty."""
    usual = sample_state(
        sample_subjects(),
        Side=Lane(connection=Connection.ONLINE, throttled_until=NOW + timedelta(minutes=15)),
        Studio=Lane(connection=Connection.SIGN_IN_REQUIRED, since_at=at(9, 20)),
    )
    offline = sample_state(
        sample_subjects(),
        Work=Lane(
            connection=Connection.OFFLINE,
            since_at=at(9, 40),
            next_at=NOW + timedelta(minutes=3),
        ),
    )
    long_words = [
        replace(it, hold=replace(it.hold, words=WORDS)) if it.id == "held" and it.hold else it
        for it in sample_subjects()
    ]
    made: Pictures = [
        ("A held entry", window_of(usual, "held")),
        ("Doubtful", window_of(usual, "doubt")),
        ("Throttled", window_of(usual, "slow")),
        ("Two versions", window_of(usual, "two")),
        ("Offline", window_of(offline, "next")),
        ("Long words", window_of(sample_state(long_words), "held")),
    ]
    for name in ("near", "foreign", "gone", "twin", "locked"):
        window = window_of(sample_state(questions()), name)
        window.list.setFocus()
        made.append((f"Question: {name}", window))
    history = window_of(usual, "held")
    history.show_history()
    made.append(("What happened", history))
    many = [
        replace(it, id=f"m{number}", order=number)
        for number, it in enumerate([entry("", "Work", facts(at(6, 0), at(6, 5), "Call"))] * 200)
    ]
    telling = window_of(sample_state(many), "")
    book_state = sample_state(many)
    book = OutboxBook(TIMES)
    book.view(book_state, NOW, 100.0)
    rest = replace(book_state, subjects={it.id: it for it in many[37:]})
    telling.show_view(book.view(rest, NOW, 100.0))
    made.append(("Telling many", telling))
    refused = window_of(usual, "held")
    refused.pane.form.stop.setText("26:00")
    refused.pane.try_send()
    made.append(("Typed wrong", refused))
    narrow = window_of(usual, "held")
    narrow.resize(theme.px(640), theme.px(640))
    made.append(("Narrow", narrow))
    made.append(("Nothing waits", window_of(sample_state([]), "")))
    return made


def sides_windows() -> Pictures:
    """Return the two versions of an entry, short and long."""
    made: Pictures = []
    for name, subjects in (("Two versions", sample_subjects()), ("Long words", long_two())):
        window = window_of(sample_state(subjects), "two")
        window.hide()
        dialog = window.sides
        dialog.setParent(None)
        dialog.show()
        dialog.cells["comment"][1].button.setChecked(True)  # type: ignore[union-attr]  # it differs
        made.append((name, dialog))
    return made


def long_two() -> list[Subject]:
    """Return two versions with long words."""
    (two,) = (it for it in sample_subjects() if it.id == "two")
    assert two.hold is not None
    assert two.hold.theirs is not None
    meant = replace(two.meant, item=WorkItem("9", LONG_TITLE), comment=f"{WORDS} {WORDS}")
    theirs = replace(two.hold.theirs, item=WorkItem("9", LONG_TITLE))
    hold = replace(two.hold, theirs=theirs, reason=HoldReason.ECHO)
    return [replace(two, meant=meant, hold=hold)]
