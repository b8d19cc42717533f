"""`outbox` in both ways: what is held is shown whole, mended, answered, given up, and kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.adapters.sqlite_journal import open_journal
from app.core.decision import SaveSubject
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Facts, Field
from app.sandbox.server import Sandbox
from tests.cli.conftest import KIND
from tests.cli.outbox_stage import NO_SUCH_ITEM, Stage
from tests.cli.program import Program
from tests.runtime.waiting import wait_until

WHOLE = {
    *("id", "account", "operation", "state", "reason", "attempts", "next_at", "subject"),
    *("meant", "deleted", "acknowledged", "write", "question", "ledger"),
}


@pytest.fixture(params=[False, True], ids=["without the app", "with the app"])
def stage(work: Program, sandbox: Sandbox, request: pytest.FixtureRequest) -> Stage:
    """Give the program with its account, in both of its ways."""
    work.ok("config", "set", "sync.command_wait_seconds", "20")
    if request.param:
        work.start_app()
    return Stage(work, sandbox, app_runs=request.param)


def refuse(stage: Stage, *table: tuple[int, str, tuple[str, ...]]) -> None:
    """Let words of `outbox` be refused: with status and sentence each, and nothing changes."""
    before = waiting(stage)
    for status, sentence, words in table:
        said = stage.work.run("outbox", *words)
        assert (said.status, said.out) == (status, ""), said
        assert sentence in said.err, said.err
        assert said.err.endswith(".\n")
    assert waiting(stage) == before


def waiting(stage: Stage) -> list[Any]:
    """What waits, but for what changes by itself."""
    rows = stage.work.json("outbox", "export")
    for row in rows:
        del row["subject"]["seconds"], row["next_at"]
    return [(row["id"], row["state"], row["subject"], row["question"]) for row in rows]


def settled(stage: Stage) -> None:
    """Sync until nothing waits; then both sides hold the same."""

    def done() -> bool:
        return stage.work.run("sync", "--wait", "20").status == 0

    wait_until(done, 60)
    assert stage.work.json("outbox") == []
    here = [
        (row["remote_id"], row["seconds"], row["comment"], row["sync"]) for row in stage.entries()
    ]
    there = [(row["id"], row["length"], row["comment"], "synced") for row in stage.rows()]
    assert sorted(here) == sorted(there)


def test_a_refused_one_is_shown_and_mended_until_it_is_taken(stage: Stage) -> None:
    held = stage.refused()
    id_ = held["id"]
    assert set(held) == WHOLE
    assert (held["operation"], held["state"], held["attempts"]) == ("create", "held", 1)
    assert held["question"]["words"] in held["reason"]
    assert held["acknowledged"] is None
    assert held["write"]["kind"] == "create"
    assert held["meant"]["item"]["id"] == held["write"]["facts"]["item"]["id"] == NO_SUCH_ITEM
    assert [line["what"] for line in held["ledger"]] == ["added", "told", "refused"]
    text = stage.work.ok("outbox", "show", id_[:8]).out
    for part in ("needs you", "does not exist", "What happened:", "was sent to Work", id_[:8]):
        assert part in text
    assert text.index("written down") < text.index("was sent") < text.index("refused it: “")

    refuse(
        stage,
        (2, "No change waits under “zz”", ("mend", "zz", "--comment", "x")),
        (2, "Say what to change", ("mend", id_)),
        (2, "“soon” is no time", ("mend", id_, "--stop", "soon")),
        (2, "must come after the start", ("mend", id_, "--stop", "-200m")),
        (2, "has no work item “1394719”", ("mend", id_, "--item", "1394719")),
        (2, "asks nothing that has two sides", ("answer", id_, "--ours")),
    )

    # Mended, and refused once more: the new words are shown, and what was mended is kept.
    stage.sandbox.fault(
        KIND,
        {
            "kind": "status",
            "status": 400,
            "body": {"error": {"errorCode": "E", "errorDescription": "Not on a Sunday"}},
            "match": {"method": "POST", "path": "workLogs$"},
            "times": 1,
        },
    )
    said = stage.work.run("outbox", "mend", id_[:8], "--item", "1349", "--comment", "Mended")
    assert said.status == 4, said
    assert said.out == ""
    assert "“#1349 Fix login timer” needs you again, and is kept as you mean it: " in said.err
    assert "Not on a Sunday" in said.err
    again = stage.show(id_)
    assert (again["state"], again["meant"]["comment"]) == ("held", "Mended")
    assert again["meant"]["item"]["id"] == "1349"
    assert stage.rows() == []

    said = stage.work.run("outbox", "mend", id_, "--stop", "-150m", "--no-billable", "--json")
    assert said.status == 0, said
    assert (said.json["id"], said.json["sync"]) == (id_, "synced")
    settled(stage)
    (row,) = stage.rows()
    assert (row["comment"], row["workItemId"]) == ("Mended", 1349)
    # Told, it can still be looked at, but nothing is to be said to it any more.
    assert "all is told" in stage.work.ok("outbox", "show", id_[:8]).out
    assert stage.show(id_)["question"] is None
    refuse(stage, (2, "Nothing waits.", ("retry", id_)))


def test_what_is_refused_again_ends_with_4_and_what_is_given_up_is_gone(stage: Stage) -> None:
    id_ = stage.refused()["id"]
    said = stage.work.run("outbox", "retry", id_[:8])
    assert said.status == 4, said
    assert "needs you again" in said.err
    assert "does not exist" in said.err
    said = stage.work.ok("outbox", "discard", id_[:8])
    assert said.out == "“#999999” is gone; it had never been told.\n"
    assert stage.entries() == []
    assert said.err == "`timekept undo` brings it back.\n"
    assert stage.work.json("undo")["id"] == id_
    assert stage.held("refused")["id"] == id_
    stage.work.ok("outbox", "discard", id_)
    settled(stage)


@pytest.mark.parametrize(
    "answer, comment",
    [(("--ours",), "Mine"), (("--theirs", "comment"), "Yours")],
    ids=["ours", "theirs"],
)
def test_both_sides_of_a_conflict_are_shown_and_one_is_chosen(
    stage: Stage, answer: tuple[str, ...], comment: str
) -> None:
    held = stage.conflict()
    id_ = held["id"]
    assert held["question"]["fields"] == ["comment"]
    assert held["meant"]["comment"] == "Mine"
    assert held["question"]["theirs"]["comment"] == "Yours"
    text = stage.work.ok("outbox", "show", id_).out
    assert "comment  “Mine”  “Yours”" in text
    assert f"timekept outbox answer {id_[:8]} --theirs" in text
    if answer == ("--ours",):
        refuse(
            stage,
            (2, "say --ours, --theirs, or --theirs FIELD", ("answer", id_)),
            (2, "say --ours, --theirs, or --theirs FIELD", ("answer", id_, "--mine", "x")),
            (2, "for some of these: comment", ("answer", id_, "--end", "ours")),
            (2, "say --ours", ("answer", id_, "--keep")),
            (2, "say --ours", ("answer", id_, "--ours", "--theirs")),
            (2, "“item” is the same on both sides", ("answer", id_, "--theirs", "item")),
            (2, "does not know “colour”", ("answer", id_, "--theirs", "colour")),
        )
    said = stage.work.run("outbox", "answer", id_[:8], *answer)
    assert said.status == 0, said
    if answer == ("--ours",):
        # The question comes back as it was, and is answered anew.
        stage.work.ok("undo")
        assert stage.show(id_)["question"]["fields"] == ["comment"]
        stage.work.ok("outbox", "answer", id_, *answer)
    settled(stage)
    (row,) = stage.rows()
    # What only one of the two changed is as that one meant it.
    assert (row["comment"], row["workItemId"], row["length"]) == (comment, 1350, 1800)


@pytest.mark.parametrize("answer", ["retry", "discard"])
def test_what_was_deleted_there_is_made_anew_or_let_go(stage: Stage, answer: str) -> None:
    id_ = stage.gone()["id"]
    refuse(stage, (2, "`outbox retry` makes it anew", ("answer", id_, "--ours")))
    said = stage.work.run("outbox", answer, id_[:8])
    assert said.status == 0, said
    settled(stage)
    assert [row["comment"] for row in stage.rows()] == (["Mine"] if answer == "retry" else [])


@pytest.mark.parametrize("answer", ["--mine", "--not-mine"])
def test_what_may_be_there_already_is_said_to_be_it_or_not(stage: Stage, answer: str) -> None:
    held = stage.near()
    id_ = held["id"]
    (candidate,) = held["question"]["candidates"]
    assert candidate["remote_id"] == stage.rows()[0]["id"]
    assert candidate["facts"]["comment"] == "Edited there"
    text = stage.work.ok("outbox", "show", id_).out
    assert f"{candidate['remote_id']}  " in text
    assert "“Edited there”" in text
    assert f"--mine {candidate['remote_id']}" in text
    if answer == "--mine":
        refuse(
            stage,
            (2, candidate["remote_id"], ("answer", id_)),
            (2, "or say --not-mine", ("answer", id_, "--mine", "another")),
            (2, "say --mine with one of these", ("answer", id_, "--mine", "--not-mine")),
            (2, "say --mine with one of these", ("answer", id_, "--theirs")),
        )
    more = (candidate["remote_id"][:8],) if answer == "--mine" else ()
    said = stage.work.run("outbox", "answer", id_[:8], answer, *more)
    assert said.status == 0, said
    settled(stage)
    comments = sorted(row["comment"] for row in stage.rows())
    assert comments == (["Edited there"] if more else ["Edited there", "Ours"])


@pytest.mark.parametrize("ends, runs", [("ours", "Theirs"), ("theirs", "Ours")])
def test_of_two_tracks_one_is_said_to_end(stage: Stage, ends: str, runs: str) -> None:
    held = stage.foreign()
    id_ = held["id"]
    theirs = held["question"]["theirs"]
    assert theirs["comment"] == "Theirs"
    refuse(
        stage,
        (2, "say --end ours or --end theirs", ("answer", id_)),
        (2, "does not know “both”", ("answer", id_, "--end", "both")),
        (2, "timekept stop --at", ("mend", id_, "--stop", "-1m")),
        (1, "is running. Stop it first", ("discard", id_)),
    )
    said = stage.work.run("outbox", "answer", id_[:8], "--end", ends)
    assert said.status == 0, said
    wait_until(lambda: stage.work.run("sync", "--wait", "20").status == 0, 60)
    assert stage.work.json("status")["running"]["comment"] == runs
    running = stage.sandbox.ledger(KIND)["running"]
    assert running["remark"] == runs
    ended = next(row for row in stage.entries() if row["stopped_at"] is not None)
    assert ended["comment"] == ("Ours" if ends == "ours" else "Theirs")
    (row,) = stage.rows()
    assert (row["comment"], row["length"]) == (ended["comment"], ended["seconds"])
    if ends == "ours":
        assert ended["stopped_at"] == theirs["started_at"]


def test_what_goes_by_itself_takes_no_words_and_all_of_it_is_exported(
    stage: Stage, tmp_path: Path
) -> None:
    assert stage.work.json("outbox", "export") == []
    stage.offline()
    ids = [
        stage.work.json("entry", "add", "1349", *times, "--comment", "Kept")["id"]
        for times in (("--start", "-3h", "--stop", "-2h"), ("--start", "-2h", "--stop", "-1h"))
    ]
    itself = "is not held: it goes by itself"
    table: list[tuple[int, str, tuple[str, ...]]] = [
        (1, itself, ("retry", ids[0])),
        (1, itself, ("answer", ids[0], "--ours")),
        (1, itself, ("mend", ids[0], "--comment", "x")),
        (2, "There are: ", ("discard", "nosuchid")),
        (2, "Nothing is kept under “nosuchid”", ("show", "nosuchid")),
        (2, "The following arguments are required: ID", ("show",)),
        (1, "could not be written", ("export", str(tmp_path / "no" / "such.json"))),
        (1, "could not be written", ("export", str(tmp_path))),
        (2, "-n takes a whole number", ("log", "-n", "0")),
    ]
    refuse(stage, *table)

    exported = stage.work.json("outbox", "export")
    assert [row["id"] for row in exported] == ids
    assert all(set(row) == WHOLE for row in exported)
    assert {row["write"]["facts"]["comment"] for row in exported} == {"Kept"}
    assert all(row["ledger"][0]["what"] == "added" for row in exported)
    assert stage.sandbox.token(KIND) not in json.dumps(exported)
    file = tmp_path / "kept.json"
    said = stage.work.ok("outbox", "export", str(file))
    assert said.out == f"2 changes are written to {file}.\n"
    assert [row["id"] for row in json.loads(file.read_text())] == ids
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*kept.json*")] == ["kept.json"]

    log = stage.work.json("outbox", "log", "-n", "2")
    assert len(log) == 2
    assert set(log[0]) == {"account", "subject", "at", "what", "detail"}
    whole = stage.work.json("outbox", "log")
    assert log == whole[-2:]
    assert [line["subject"] for line in whole if line["what"] == "added"] == ids
    assert "It was written down here." in stage.work.ok("outbox", "log").out
    assert stage.work.run("outbox", "send").status == 3
    stage.online()
    settled(stage)
    assert stage.work.ok("outbox", "send", "--wait", "5").out == "All is told.\n"


def test_a_file_is_meant_where_the_user_is(stage: Stage, tmp_path: Path) -> None:
    stage.work.folder = tmp_path
    stage.work.ok("outbox", "export", "here.json")
    assert (tmp_path / "here.json").read_text() == "[]\n"


def test_a_stop_that_others_wait_for_is_not_given_up(stage: Stage) -> None:
    first = stage.work.json("start", "1349", "--comment", "First")
    wait_until(lambda: stage.sandbox.ledger(KIND)["running"], 30)
    stage.work.ok("sync")
    stage.offline()
    stage.work.ok("stop")
    stage.work.ok("start", "1350", "--comment", "Second")
    refuse(stage, (1, "1 other change waits for this one", ("discard", first["id"])))
    stage.online()
    wait_until(lambda: stage.work.run("sync", "--wait", "20").status == 0, 60)
    assert [row["comment"] for row in stage.rows()] == ["First"]
    assert stage.sandbox.ledger(KIND)["running"]["remark"] == "Second"


@pytest.mark.parametrize(
    "reason, wrong, fits, right, does",
    [
        (HoldReason.TWIN, "--ours", "say --take-back or --keep", "--keep", "is kept"),
        (HoldReason.TWIN, "--not-mine", "--take-back", "--take-back", "is taken back"),
        (HoldReason.ECHO, "--keep", "of these: comment", "--theirs", "takes from Work: comment"),
    ],
)
def test_copies_and_echoes_are_asked_about_too(
    work: Program,
    sandbox: Sandbox,
    reason: HoldReason,
    wrong: str,
    fits: str,
    right: str,
    does: str,
) -> None:
    began_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    ours = Facts(began_at, began_at + timedelta(hours=1), comment="Ours")
    theirs = replace(ours, comment="Theirs")
    hold = Hold(reason, began_at, theirs=theirs, twin_of="other")
    if reason is HoldReason.ECHO:
        hold = replace(hold, fields=frozenset({Field.COMMENT}))
    held = Subject("abcd1234", "Work", ours, acknowledged=theirs, remote_id="r-1", hold=hold)
    sandbox.stop()
    journal = open_journal(work.home, wait_seconds=10)
    journal.commit([SaveSubject(held, live=True)])
    journal.close()
    assert work.json("outbox", "show", "abcd")["question"]["kind"] == reason.value
    assert right in work.ok("outbox", "show", "abcd1234").out
    said = work.run("outbox", "answer", "abcd1234", wrong)
    assert (said.status, said.out) == (2, "")
    assert fits in said.err
    assert does in work.ok("outbox", "answer", "abcd1234", right).out
    assert "abcd1234" not in {row["id"] for row in work.json("outbox") if row["state"] == "held"}
