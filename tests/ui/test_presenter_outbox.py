"""What is untold, in words: what, state, why and when next, by account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from app.core.model import (
    Account,
    Attempt,
    BootMoment,
    Check,
    CheckState,
    Hold,
    HoldReason,
    Subject,
)
from app.core.remote import CallLimit, Capabilities, Facts, WorkItem, Write, WriteKind
from app.core.state import AppState, Connection, Lane
from app.ui.outbox_book import OutboxBook
from app.ui.outbox_views import LineKey, OutboxGroup, OutboxRow, OutboxView
from app.ui.presenter_outbox import OutboxTimes


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 12, hour, minute, tzinfo=UTC)


NOW = at(14)
BOOT = BootMoment("b", 1)
FACTS = Facts(at(11, 20), at(12), item=WorkItem("1362", "Notes"))
NEW = Subject(id="s", account="Work", meant=FACTS)
OUT = Attempt("t", Write(WriteKind.CREATE, FACTS), frozenset(), at(13, 59), BOOT)


TIMES = OutboxTimes(lambda it: f"{it:%H:%M}", lambda it, _now: f"{it:%H:%M}")


def state_of(*subjects: Subject, lane: Lane | None = None) -> AppState:
    return AppState(
        accounts={
            "Work": Account("Work", "7pace", capabilities=Capabilities()),
            "Here": Account("Here", "local", capabilities=Capabilities(kept_here=True)),
        },
        lanes={"Work": lane or Lane(connection=Connection.ONLINE)},
        subjects={it.id: it for it in subjects},
    )


def made_of(*subjects: Subject, lane: Lane | None = None) -> OutboxView:
    return OutboxBook(TIMES).view(state_of(*subjects, lane=lane), NOW, 100.0)


def only(view: OutboxView) -> OutboxRow:
    (row_id,) = (key.id for key in view.lines if key.id)
    assert view.row_of is not None
    return view.row_of(row_id)


def heading(view: OutboxView) -> OutboxGroup:
    (name,) = (key.account for key in view.lines if not key.id)
    assert view.group_of is not None
    return view.group_of(name)


def known(**changes: object) -> Subject:
    return replace(NEW, acknowledged=FACTS, remote_id="r", **changes)


def test_nothing_waits() -> None:
    view = made_of(known())
    assert (view.title, view.lines) == ("Nothing waits", ())
    assert "stands where it belongs" in view.note
    assert made_of(replace(NEW, account="Here")).lines == ()
    empty = OutboxBook(TIMES).view(AppState(), NOW, 0.0)
    assert empty.note.startswith("No account has a server")


def test_changes_are_counted_and_those_that_need_the_user() -> None:
    assert made_of(NEW).title == "1 change waits"
    held = replace(NEW, id="h", hold=Hold(HoldReason.REFUSED, NOW))
    view = made_of(NEW, held)
    assert view.title == "2 changes wait"
    assert view.note == "1 needs you. Nothing here is ever dropped by itself."


def test_they_stand_in_the_order_they_were_meant() -> None:
    view = made_of(replace(NEW, id="b", order=2), replace(NEW, id="a", order=1))
    assert view.lines == (LineKey("Work"), LineKey("Work", "a"), LineKey("Work", "b"))
    group = heading(view)
    assert (group.account, group.account_index, group.state) == ("Work", 0, "online")


@pytest.mark.parametrize(
    "subject, what",
    [
        (NEW, "New entry, 11:20 – 12:00: Notes"),
        (replace(NEW, meant=replace(FACTS, stopped_at=None)), "Start at 11:20: Notes"),
        (known(meant=replace(FACTS, comment="x")), "Edit of 11:20 – 12:00: Notes"),
        (known(deleted=True), "Delete 11:20 – 12:00: Notes"),
        (
            replace(NEW, acknowledged=replace(FACTS, stopped_at=None), remote_id="r"),
            "Stop at 12:00: Notes",
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
    assert row.why == "No answer came back. Timekept looks for it before it sends again."
    assert row.next == "soon"


def test_a_doubtful_one_says_when_it_is_looked_for_again() -> None:
    noticed = replace(OUT, noticed=BootMoment("b", 90), looked=True)
    row = only(made_of(replace(NEW, attempt=noticed, tries=3)))
    assert row.why == "No answer came back. Timekept looks again at 14:00 before it sends again."
    assert (row.next, row.tries) == ("14:00", 3)
    signed_out = Lane(connection=Connection.SIGN_IN_REQUIRED)
    row = only(made_of(replace(NEW, attempt=noticed), lane=signed_out))
    assert (row.why.split(". ")[1], row.next) == (
        "Timekept looks for it after the sign-in.",
        "sign-in",
    )


def test_a_create_waits_for_the_open_one_and_a_start_for_the_slot() -> None:
    open_ = replace(NEW, id="o", order=1, attempt=OUT)
    view = made_of(open_, replace(NEW, id="n", order=2))
    assert view.row_of is not None
    assert (view.row_of("n").why, view.row_of("n").next) == ("Waits for “Notes”.", "after it")
    running = replace(FACTS, stopped_at=None)
    ended = replace(NEW, id="o", order=1, acknowledged=running, remote_id="r")
    view = made_of(ended, replace(NEW, id="n", order=2, meant=running))
    assert view.row_of is not None
    assert view.row_of("n").next == "after it"
    assert view.row_of("o").next == "soon"


def test_the_answer_to_a_check_waits_too() -> None:
    check = Check("c", "Work", "s", "r", NOW, NOW, CheckState.ANSWERED)
    state = replace(state_of(known()), checks={"c": check})
    view = OutboxBook(TIMES).view(state, NOW, 100.0)
    row = only(view)
    assert (view.title, row.what, row.tries) == ("1 change waits", "Still working: Notes", 0)
    assert row.why_not_discarded
    assert row.why_not_retried


@pytest.mark.parametrize(
    "reason, words",
    [
        (HoldReason.REFUSED, "Work refused it. It is kept here as you made it."),
        (HoldReason.GONE, "It was deleted at Work. It is still here."),
        (HoldReason.CONFLICT, "It was changed here and at Work."),
        (HoldReason.NEAR_MATCH, "Work has an entry that may be this one."),
        (HoldReason.FOREIGN_TRACK, "Another track runs at Work."),
        (HoldReason.LOCKED, "Work has locked it."),
        (
            HoldReason.RESTORED,
            "It is not known whether Work was told this. Trying again looks there first.",
        ),
        (HoldReason.ECHO, "Work shows again what you had before your last change."),
    ],
)
def test_what_is_held_needs_the_user(reason: HoldReason, words: str) -> None:
    row = only(made_of(replace(NEW, hold=Hold(reason, NOW))))
    assert (row.why, row.next, row.state_tone) == (words, "you", "warning")
    assert row.why_not_retried == row.why_not_discarded == ""
    assert row.what == "New entry, 11:20 – 12:00: Notes"


def test_a_servers_words_are_quoted() -> None:
    row = only(made_of(replace(NEW, hold=Hold(HoldReason.REFUSED, NOW, words="Type is <b>."))))
    assert row.why == "“Type is <b>.”"


@pytest.mark.parametrize(
    "lane, group, why, when",
    [
        (
            Lane(connection=Connection.OFFLINE, since_at=at(13, 20), next_at=at(14, 2)),
            "offline since 13:20; all is kept here",
            "Work is offline. It is kept here.",
            "14:02",
        ),
        (
            Lane(connection=Connection.SIGN_IN_REQUIRED),
            "wants you to sign in again",
            "Waits for the sign-in.",
            "sign-in",
        ),
        (
            Lane(connection=Connection.ONLINE, throttled_until=at(14, 32)),
            "asked us to slow down; nothing is lost",
            "The server allows the next call at 14:32.",
            "14:32",
        ),
        (
            Lane(
                connection=Connection.ONLINE,
                throttled_until=at(14, 32),
                limit=CallLimit(calls=5, seconds=10),
            ),
            "takes no more requests for now; nothing is lost",
            "Work takes 5 requests in 10 seconds. It goes on at 14:32.",
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
    assert (heading(view).state, row.why, row.next) == (group, why, when)


def test_what_runs_is_not_discarded() -> None:
    row = only(made_of(replace(NEW, meant=replace(FACTS, stopped_at=None))))
    assert row.why_not_discarded == "This track runs. Stop it first."


def test_a_second_copy_is_called_so() -> None:
    row = only(made_of(known(hold=Hold(HoldReason.TWIN, NOW, twin_of="s"))))
    assert row.what == "Second copy, 11:20 – 12:00: Notes"


@pytest.mark.parametrize(
    "lane, action, goes_on",
    [
        (Lane(connection=Connection.ONLINE), "sync", ""),
        (Lane(), "sync", ""),
        (Lane(connection=Connection.OFFLINE, next_at=at(14, 2)), "sync", "next try at 14:02"),
        (Lane(connection=Connection.SIGN_IN_REQUIRED, since_at=at(13)), "sign-in", ""),
        (Lane(connection=Connection.ONLINE, throttled_until=at(14, 32)), "", "goes on at 14:32"),
    ],
)
def test_what_can_be_done_for_an_account(lane: Lane, action: str, goes_on: str) -> None:
    group = heading(made_of(NEW, lane=lane))
    assert (group.action, group.next) == (action, goes_on)


def test_only_what_changed_is_told_as_changed() -> None:
    book = OutboxBook(TIMES)
    first, second = replace(NEW, id="a", order=1), replace(NEW, id="b", order=2)
    state = state_of(first, second)
    book.view(state, NOW, 100.0)
    before = book.row("b")
    assert book.view(state, NOW, 100.0).changed == frozenset()
    edited = replace(first, meant=replace(FACTS, comment="x"))
    view = book.view(replace(state, subjects={"a": edited, "b": second}), NOW, 100.0)
    assert view.changed == frozenset({LineKey("Work", "a")})
    assert book.row("b") is before
    offline = {"Work": Lane(connection=Connection.OFFLINE)}
    assert book.view(replace(state, lanes=offline), NOW, 100.0).changed is None
    assert book.row("b").why == "Work is offline. It is kept here."


def test_the_first_that_needs_the_user_is_known() -> None:
    book = OutboxBook(TIMES)
    book.view(state_of(NEW), NOW, 100.0)
    assert book.first_held() == ""
    held = Hold(HoldReason.REFUSED, NOW)
    late, early = (
        replace(NEW, id=name, order=order, hold=held) for name, order in (("l", 2), ("e", 1))
    )
    book.view(state_of(late, early), NOW, 100.0)
    assert book.first_held() == "e"


def test_how_far_the_telling_is_is_said_of_many_that_go() -> None:
    book = OutboxBook(TIMES)
    many = [replace(NEW, id=str(at), order=at) for at in range(12)]
    view = book.view(state_of(*many), NOW, 100.0)
    assert (view.told, view.of) == (0, 12)
    held = replace(many[11], hold=Hold(HoldReason.REFUSED, NOW))
    view = book.view(state_of(*many[3:11], held), NOW, 100.0)
    assert (view.told, view.of) == (3, 11)
    away = Lane(connection=Connection.OFFLINE)
    view = book.view(state_of(*many[3:11], held, lane=away), NOW, 100.0)
    assert (view.told, view.of) == (0, 0)
