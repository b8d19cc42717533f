"""What is untold, in words: what, state, why and when next, by account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from app.core.model import Account, Attempt, BootMoment, Hold, HoldReason, Subject
from app.core.remote import Capabilities, Facts, WorkItem, Write, WriteKind
from app.core.state import AppState, Connection, Lane
from app.ui.outbox_views import OutboxRow, OutboxView
from app.ui.presenter_outbox import outbox_view


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 12, hour, minute, tzinfo=UTC)


NOW = at(14)
BOOT = BootMoment("b", 1)
FACTS = Facts(at(11, 20), at(12), item=WorkItem("1362", "Notes"))
NEW = Subject(id="s", account="Work", meant=FACTS)
OUT = Attempt("t", Write(WriteKind.CREATE, FACTS), frozenset(), at(13, 59), BOOT)


def made_of(*subjects: Subject, lane: Lane | None = None) -> OutboxView:
    state = AppState(
        accounts={
            "Work": Account("Work", "7pace", capabilities=Capabilities()),
            "Here": Account("Here", "local"),
        },
        lanes={"Work": lane or Lane(connection=Connection.ONLINE)},
        subjects={it.id: it for it in subjects},
    )
    return outbox_view(state, NOW, lambda moment: f"{moment:%H:%M}")


def only(view: OutboxView) -> OutboxRow:
    ((row,),) = (group.rows for group in view.groups)
    return row


def known(**changes: object) -> Subject:
    return replace(NEW, acknowledged=FACTS, remote_id="r", **changes)


def test_nothing_waits() -> None:
    view = made_of(known())
    assert (view.title, view.groups) == ("Nothing waits", ())
    assert made_of(replace(NEW, account="Here")).groups == ()


def test_changes_are_counted_and_those_that_need_the_user() -> None:
    assert made_of(NEW).title == "1 change waits"
    held = replace(NEW, id="h", hold=Hold(HoldReason.REFUSED, NOW))
    view = made_of(NEW, held)
    assert view.title == "2 changes wait"
    assert view.note == "1 needs you. Nothing here is ever dropped by itself."


def test_they_stand_in_the_order_they_were_meant() -> None:
    view = made_of(replace(NEW, id="b", order=2), replace(NEW, id="a", order=1))
    (group,) = view.groups
    assert [row.id for row in group.rows] == ["a", "b"]
    assert (group.account, group.account_index, group.state) == ("Work", 0, "online")


@pytest.mark.parametrize(
    "subject, what",
    [
        (NEW, "New entry Notes, 11:20 – 12:00"),
        (replace(NEW, meant=replace(FACTS, stopped_at=None)), "Start Notes, 11:20"),
        (known(meant=replace(FACTS, comment="x")), "Edit of Notes, 11:20"),
        (known(deleted=True), "Delete Notes, 11:20"),
        (
            replace(NEW, acknowledged=replace(FACTS, stopped_at=None), remote_id="r"),
            "Stop Notes, 12:00",
        ),
    ],
)
def test_what_would_be_told(subject: Subject, what: str) -> None:
    assert only(made_of(subject)).what == what


def test_in_flight_and_doubtful() -> None:
    row = only(made_of(replace(NEW, attempt=OUT)))
    assert (row.state, row.why, row.next) == ("in flight", "Sent at 13:59.", "now")
    assert row.why_not_retried
    assert row.why_not_discarded
    row = only(made_of(replace(NEW, attempt=replace(OUT, noticed=BOOT))))
    assert (row.state, row.state_mark) == ("doubtful", "doubtful")
    assert row.why.startswith("No answer came back.")


@pytest.mark.parametrize(
    "reason, words",
    [
        (HoldReason.REFUSED, "Work refused it. It is kept here as you made it."),
        (HoldReason.GONE, "It was deleted at Work. It is still here."),
        (HoldReason.CONFLICT, "It was changed here and at Work."),
        (HoldReason.NEAR_MATCH, "Work has an entry that may be this one."),
        (HoldReason.FOREIGN_TRACK, "Another track runs at Work. Trying again ends it."),
        (HoldReason.LOCKED, "Work has locked it."),
    ],
)
def test_what_is_held_needs_the_user(reason: HoldReason, words: str) -> None:
    row = only(made_of(replace(NEW, hold=Hold(reason, NOW))))
    assert (row.why, row.next, row.state_tone) == (words, "you", "warning")
    assert row.why_not_retried == row.why_not_discarded == ""
    assert row.what == "New entry Notes, 11:20 – 12:00"


def test_a_servers_words_are_quoted() -> None:
    row = only(made_of(replace(NEW, hold=Hold(HoldReason.REFUSED, NOW, words="Type is <b>."))))
    assert row.why.endswith("The server’s words: “Type is <b>.”")


@pytest.mark.parametrize(
    "lane, group, why, when",
    [
        (
            Lane(connection=Connection.OFFLINE, since_at=at(13, 20), next_at=at(14, 2)),
            "offline since 13:20",
            "Work is offline. All is kept here.",
            "14:02",
        ),
        (
            Lane(connection=Connection.SIGN_IN_REQUIRED),
            "wants you to sign in again",
            "It is told after the sign-in.",
            "sign-in",
        ),
        (
            Lane(connection=Connection.ONLINE, throttled_until=at(14, 32)),
            "asked us to slow down; nothing is lost",
            "The server allows the next call at 14:32.",
            "14:32",
        ),
        (
            Lane(connection=Connection.ONLINE, throttled_until=at(13)),
            "online",
            "It goes as soon as what is before it is told.",
            "soon",
        ),
    ],
)
def test_why_it_waits_and_until_when(lane: Lane, group: str, why: str, when: str) -> None:
    view = made_of(NEW, lane=lane)
    row = only(view)
    assert (view.groups[0].state, row.why, row.next) == (group, why, when)


def test_what_runs_is_not_discarded() -> None:
    row = only(made_of(replace(NEW, meant=replace(FACTS, stopped_at=None))))
    assert row.why_not_discarded == "This track runs. Stop it first."
