"""Sample days for the pictures of the timesheet, made by the presenter out of sample subjects."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from look import HITS, NOW, ZONE, at
from PySide6.QtWidgets import QWidget

from app.core.decision import SaveSubject
from app.core.model import Account, Attempt, BootMoment, Hold, HoldReason, Subject
from app.core.remote import ActivityType, Capabilities, Facts, WorkItem, Write, WriteKind
from app.core.state import AppState
from app.ui import theme
from app.ui.clock_times import clock_time
from app.ui.presenter_timesheet import day_view
from app.ui.timesheet import TimesheetWindow
from app.ui.timesheet_views import DayView
from app.ui.views import SearchHit
from tests.fakes.adapters.memory_journal import MemoryJournal

Pictures = list[tuple[str, QWidget]]
LONG_TITLE = "Überprüfung der Anmeldezeitgeberüberschreitung <b>im</b> Produktivsystem & überall"


def clock(moment: datetime) -> str:
    """Return a clock time in the zone of the sample day."""
    return clock_time(moment, ZONE)


def look_hits() -> list[SearchHit]:
    """Return sample hits."""
    return HITS


def day_states() -> list[tuple[str, DayView]]:
    """Return the sample day, made by the presenter out of sample subjects, and some others."""
    remote = Capabilities()
    accounts = {
        "Work": Account("Work", "7pace", capabilities=remote),
        "Side": Account("Side", "clockify", capabilities=remote),
        "Studio": Account("Studio", "timetrack", capabilities=remote),
        "This computer": Account("This computer", "local"),
    }
    journal = MemoryJournal()
    kinds = [ActivityType("dev", "Development"), ActivityType("rev", "Review")]
    journal.keep_activity_types("Work", [*kinds, ActivityType("wri", "Writing")])

    def entry(
        name: str, account: str, start: datetime, stop: datetime | None, title: str, **more: object
    ) -> Subject:
        key, activity = str(more.pop("key", "")), str(more.pop("activity", ""))
        comment = str(more.pop("comment", ""))
        item = WorkItem(key or title, title)
        facts = Facts(start, stop, item=item, comment=comment, activity=activity)
        known = more.pop("acknowledged", None)
        made = {"id": name, "account": account, "meant": facts, **more}
        if known:
            made |= {"acknowledged": facts, "remote_id": name}
        return Subject(**made)  # type: ignore[arg-type]  # sample values by name

    wait = Attempt(
        "t", Write(WriteKind.CREATE, Facts(at(10, 20))), frozenset(), NOW, BootMoment("b", 1)
    )
    doubt = Attempt(
        "t",
        Write(WriteKind.CREATE, Facts(at(10, 20))),
        frozenset(),
        NOW,
        BootMoment("b", 1),
        noticed=BootMoment("b", 2),
    )
    needed = Hold(HoldReason.REFUSED, NOW, words="Activity type is required.")
    conflict = Hold(HoldReason.CONFLICT, NOW)
    rows = [
        entry(
            "1",
            "Work",
            at(8, 0),
            at(8, 45),
            "Review sign-in flow",
            key="1350",
            comment="second round",
            activity="rev",
            acknowledged=True,
        ),
        entry("2", "Side", at(8, 45), at(9, 55), "Project Alpha / Planning"),
        entry(
            "3",
            "Work",
            at(10, 20),
            at(11, 30),
            "Fix login timer",
            key="1349",
            comment="reproduce the report from the support desk",
            activity="dev",
            attempt=doubt,
        ),
        entry(
            "4",
            "Work",
            at(11, 20),
            at(12, 0),
            "Write release notes for the quarter",
            key="1362",
            activity="wri",
            hold=needed,
        ),
        entry("5", "Studio", at(12, 0), at(13, 0), "Lunch talk", acknowledged=True, editable=False),
        entry("6", "Studio", at(13, 0), at(13, 20), "Support rota", hold=conflict),
        entry(
            "7",
            "Work",
            at(13, 20),
            None,
            "Fix login timer",
            key="1349",
            activity="dev",
            attempt=wait,
        ),
    ]
    journal.commit([SaveSubject(it, True) for it in rows])
    state = AppState(
        accounts=accounts, subjects={it.id: it for it in rows}, running="7", undo=(rows[0],)
    )
    moment = at(14, 25)

    def view(of: MemoryJournal, day: date = date(2026, 11, 12), **more: object) -> DayView:
        target = float(str(more.get("target", 8)))
        return day_view(
            state, of, day, ZONE.key, time(0), target, moment, clock, str(more.get("account", ""))
        )

    long = MemoryJournal()
    long_comment = "A comment that somebody wrote with great care\nand which will not fit anywhere"
    long.commit(
        [
            SaveSubject(
                entry(
                    "1",
                    "This computer",
                    at(8, 0),
                    at(8, 45),
                    LONG_TITLE,
                    key="PROJ-12345",
                    comment=long_comment,
                    activity="a-kind-nobody-knows",
                ),
                True,
            ),
            SaveSubject(entry("2", "Studio", at(8, 50), at(9, 45), LONG_TITLE, hold=needed), True),
        ]
    )
    return [
        ("A day", view(journal)),
        ("Nothing recorded", view(MemoryJournal(), date(2026, 11, 11))),
        ("Long words", view(long)),
        ("One account", view(journal, account="Studio")),
    ]


def timesheet_windows() -> Pictures:
    """Return the timesheet with each day, and with its editor open."""
    made: Pictures = []

    def window(view: DayView) -> TimesheetWindow:
        shown = TimesheetWindow(lambda: at(14, 25), lambda _words: look_hits())
        shown.show_day(view)
        shown.resize(theme.px(960), theme.px(500))
        shown.show()
        return shown

    states = day_states()
    for name, view in states:
        made.append((name, window(view)))
    day = states[0][1]
    editing = window(day)
    editing.list.choose(3)
    editing.edit_chosen()
    made.append(("Editing", editing))
    refused = window(day)
    refused.list.choose(3)
    refused.edit_chosen()
    refused.editor.stop.setText("25:90")
    refused.editor.try_save()
    made.append(("A refused end", refused))
    adding = window(day)
    adding.add_entry()
    adding.editor.item.setText("login")
    adding.editor.item.textEdited.emit("login")
    made.append(("Adding, searching", adding))
    narrow = window(day)
    narrow.resize(theme.px(600), theme.px(500))
    narrow.list.choose(0)
    narrow.edit_chosen()
    made.append(("Narrow", narrow))
    return made
