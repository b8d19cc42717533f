"""The documents of `--json`, key by key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.core.model import Account, Attempt, BootMoment, Hold, HoldReason, Subject
from app.core.remote import Capabilities, Facts, WorkItem, Write, WriteKind
from app.core.state import AppState, Connection, Presence
from app.words.json_shapes import account_shape, instant, outbox_counts, row, status_shape

NOW = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
WORK = Account("Work", "7pace", capabilities=Capabilities())
BOOT = BootMoment("boot", 1.0)
ENTRY = Subject(
    "1",
    "Work",
    Facts(
        NOW - timedelta(hours=1),
        NOW,
        WorkItem("1349", "Fix", "Alpha"),
        "why",
        "dev-id",
        ("a", "b"),
        True,
        "Europe/Berlin",
        120,
    ),
)
ATTEMPT = Attempt("2", Write(WriteKind.CREATE, ENTRY.meant), frozenset(), NOW, BOOT)


def test_a_row_has_these_keys_and_no_others() -> None:
    assert row(replace(ENTRY, remote_id="r"), WORK, "Development", NOW) == {
        "id": "1",
        "account": "Work",
        "remote_id": "r",
        "started_at": "2026-09-28T07:00:00Z",
        "stopped_at": "2026-09-28T08:00:00Z",
        "seconds": 3600,
        "offset_minutes": 120,
        "zone": "Europe/Berlin",
        "item": {"id": "1349", "title": "Fix"},
        "comment": "why",
        "activity": "Development",
        "tags": ["a", "b"],
        "billable": True,
        "sync": "pending",
    }


def test_a_row_that_runs_counts_until_now_and_never_below_nothing() -> None:
    running = replace(ENTRY, meant=Facts(NOW - timedelta(seconds=90)))
    shape = row(running, WORK, "", NOW)
    assert (shape["stopped_at"], shape["seconds"], shape["item"]) == (None, 90, None)
    assert row(running, WORK, "", NOW - timedelta(hours=1))["seconds"] == 0


def test_the_four_words_of_sync() -> None:
    subjects = {
        "pending": ENTRY,
        "synced": replace(ENTRY, acknowledged=ENTRY.meant, remote_id="r"),
        "doubtful": replace(ENTRY, attempt=replace(ATTEMPT, noticed=BOOT)),
        "held": replace(ENTRY, hold=Hold(HoldReason.REFUSED, NOW)),
    }
    assert {word: row(s, WORK, "", NOW)["sync"] for word, s in subjects.items()} == {
        word: word for word in subjects
    }
    assert row(replace(ENTRY, attempt=ATTEMPT), WORK, "", NOW)["sync"] == "pending"


def test_the_status_has_these_keys_and_no_others() -> None:
    track = replace(ENTRY, id="t", meant=Facts(NOW - timedelta(minutes=5), comment="now"))
    state = AppState(
        accounts={"Work": WORK},
        subjects={
            "t": track,
            "f": replace(ENTRY, id="f", attempt=ATTEMPT),
            "h": replace(ENTRY, id="h", hold=Hold(HoldReason.REFUSED, NOW)),
        },
        running="t",
    )
    known = {"Work": Connection.OFFLINE}
    assert status_shape(state, NOW, 7, "Review", known) == {
        "running": {
            "track_id": "t",
            "account": "Work",
            "item": None,
            "comment": "now",
            "activity": "Review",
            "billable": None,
            "started_at": "2026-09-28T07:55:00Z",
            "elapsed_seconds": 300,
        },
        "today_seconds": 7,
        "presence": "present",
        "outbox": {"pending": 1, "in_flight": 1, "doubtful": 0, "held": 1},
        "accounts": [{"name": "Work", "kind": "7pace", "state": "offline"}],
    }
    away = replace(state, presence=Presence(NOW), running=None)
    shape = status_shape(away, NOW, 0, "", known)
    assert (shape["running"], shape["presence"]) == (None, "away")


def test_an_account_is_in_one_of_three_states() -> None:
    said = {c: account_shape(WORK, c)["state"] for c in Connection}
    assert set(said.values()) == {"online", "offline", "sign-in-required"}
    assert said[Connection.UNKNOWN] == "offline"


def test_counts_leave_out_what_is_told_and_instants_have_whole_seconds() -> None:
    told = replace(ENTRY, acknowledged=ENTRY.meant, remote_id="r", meant=ENTRY.meant)
    state = AppState(accounts={"Work": WORK}, subjects={"1": told})
    assert set(outbox_counts(state).values()) == {0}
    assert instant(NOW + timedelta(microseconds=900_000)) == "2026-09-28T08:00:00Z"
