"""What is 7pace's own, against its stand-in: two APIs, refusals with HTTP 200, checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from app.core.remote import Field, LookFor, Trouble, TroubleKind, WorkItem, Write, WriteKind
from tests.providers.contract_batch import several
from tests.providers.sevenpace_stage import KIND, SevenpaceStage
from tests.providers.stage import (
    BEGIN,
    assert_same,
    create,
    facts,
    named,
    start,
    trouble_of,
    writes,
)


def test_answers_in_an_envelope_and_enums_as_numbers(sevenpace: SevenpaceStage) -> None:
    for switch in ("envelope", "enum-numbers", "null-activity-check"):
        sevenpace.break_all(switch)
    provider = sevenpace.connect()
    track = named(start(provider, facts(sevenpace)))
    view = provider.look(LookFor(slot=True))
    assert view.running is not None
    assert view.running.remote_id == track
    assert view.check is None
    provider.push(Write(WriteKind.STOP, facts(sevenpace), frozenset(), track))
    assert provider.look(LookFor(slot=True)).running is None


def test_a_batch_is_read_in_both_shapes(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    for switch in ("batch-reversed", "batch-envelope"):
        sevenpace.break_all(switch)
    receipts = provider.push_many(several(sevenpace, provider))
    assert len(receipts) == len(sevenpace.entries())
    assert len({named(receipt) for receipt in receipts}) == len(receipts)


def test_an_item_that_is_no_number_is_refused_before_anything_is_sent(
    sevenpace: SevenpaceStage,
) -> None:
    provider = sevenpace.connect()
    before = sevenpace.requests()
    batch = several(sevenpace, provider)
    odd = replace(batch[0], facts=replace(batch[0].facts, item=WorkItem("ABC-1")))
    trouble = trouble_of(lambda: provider.push_many([*batch, odd]))
    assert (trouble.kind, trouble.rehearsed) == (TroubleKind.REFUSED, True)
    assert sevenpace.requests() == before


def test_a_server_without_batches_refuses_surely(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    sevenpace.break_batch("status", status=404)
    trouble = trouble_of(lambda: provider.push_many(several(sevenpace, provider)))
    assert (trouble.kind, trouble.rehearsed) == (TroubleKind.REFUSED, False)
    assert sevenpace.entries() == []


def test_a_server_that_knows_no_rehearsal_is_told_once(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    sevenpace.break_all("batch-unrehearsed")
    batch = several(sevenpace, provider)
    trouble = trouble_of(lambda: provider.push_many(batch))
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert len(sevenpace.entries()) == len(batch)


def test_a_batch_that_broke_midway_may_have_landed(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    sevenpace.break_batch("batch-partial")
    trouble = trouble_of(lambda: provider.push_many(several(sevenpace, provider)))
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert 0 < len(sevenpace.entries()) < len(several(sevenpace, provider))


def test_a_batch_is_found_by_a_look_at_its_span_wherever_the_user_is(
    sevenpace: SevenpaceStage,
) -> None:
    far = [
        replace(write, facts=replace(write.facts, zone="Pacific/Auckland", offset_minutes=780))
        for write in several(sevenpace, sevenpace.connect())
    ]
    sevenpace.connect(zone="Pacific/Auckland").push_many(far)
    starts = [write.facts.started_at for write in far]
    ask = LookFor(around_at=min(starts), until_at=max(starts), offsets=frozenset({780}))
    at_home = sevenpace.connect(zone="America/Los_Angeles")
    assert len(at_home.look(ask).rows) == len(far)
    assert len(at_home.look(replace(ask, offsets=frozenset())).rows) == 0


def test_an_unknown_state_changes_nothing(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    sevenpace.break_reads("wrong-type", field="trackingState", value="hibernating")
    trouble = trouble_of(lambda: provider.look(LookFor(slot=True)))
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED


def test_a_stale_state_is_dropped(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    start(provider, facts(sevenpace))
    sevenpace.break_all("stale-timestamp", times=1)
    trouble_of(lambda: provider.look(LookFor(slot=True)))
    assert provider.look(LookFor(slot=True)).running is not None
    sevenpace.break_all("stale-timestamp", times=1)
    write = Write(WriteKind.STOP, facts(sevenpace), frozenset(), None)
    assert trouble_of(lambda: provider.push(write)).kind is TroubleKind.PERHAPS_DELIVERED


@pytest.mark.parametrize("kind", [WriteKind.START, WriteKind.STOP, WriteKind.ADJUST])
def test_http_200_can_be_a_refusal(sevenpace: SevenpaceStage, kind: WriteKind) -> None:
    provider = sevenpace.connect()
    write = writes(sevenpace, provider)[kind]
    sevenpace.break_write(kind, "error-state", message="Comment is required")
    trouble = trouble_of(lambda: provider.push(write))
    assert trouble == Trouble(TroubleKind.REFUSED, "Comment is required")


def test_a_refused_start_leaves_what_ran(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    nothing = replace(facts(sevenpace), item=None, comment="")
    assert trouble_of(lambda: start(provider, nothing)).kind is TroubleKind.REFUSED
    words = replace(facts(sevenpace), item=WorkItem("ABC-1"))
    trouble = trouble_of(lambda: create(provider, words))
    assert trouble.kind is TroubleKind.REFUSED
    assert "ABC-1" in trouble.words
    assert sevenpace.requests() == 1, "what cannot be said was sent"


def test_a_missing_route_is_not_a_missing_row(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    for kind in (WriteKind.CREATE, WriteKind.START):
        sevenpace.break_write(kind, "status", status=404)
        make_it = create if kind is WriteKind.CREATE else start
        trouble = trouble_of(partial(make_it, provider, facts(sevenpace)))
        assert trouble.kind is TroubleKind.REFUSED


def test_markup_in_a_title_stays_text(sevenpace: SevenpaceStage) -> None:
    sevenpace.break_all("markup-title")
    provider = sevenpace.connect()
    running = start(provider, facts(sevenpace)).row
    assert running is not None
    assert running.facts.item is not None
    assert running.facts.item.title == "<b>Fix login timer</b><img src=x onerror=alert(1)>"
    assert running.facts.item.project == "Project Alpha"


@pytest.mark.parametrize("form", ["no-content", "empty", "object", "null"])
def test_a_deletion_is_answered_in_many_ways(sevenpace: SevenpaceStage, form: str) -> None:
    provider = sevenpace.connect()
    row = create(provider, facts(sevenpace)).remote_id
    sevenpace.break_all("delete-body", form=form)
    provider.push(Write(WriteKind.DELETE, facts(sevenpace), frozenset(), row))
    assert sevenpace.entries() == []


def test_a_deletion_answered_with_an_error_state_is_no_clear_yes(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    row = create(provider, facts(sevenpace)).remote_id
    sevenpace.break_write(WriteKind.DELETE, "error-state")
    trouble = trouble_of(
        lambda: provider.push(Write(WriteKind.DELETE, facts(sevenpace), frozenset(), row))
    )
    assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert len(sevenpace.entries()) == 1


def test_a_check_is_seen_and_answered(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    track = named(start(provider, facts(sevenpace)))
    provider.answer_check()
    sevenpace.ask(90)
    check = provider.look(LookFor(slot=True)).check
    assert check is not None
    assert check.remote_id == track
    assert 30 <= check.seconds_left <= 90
    provider.answer_check()
    after = provider.look(LookFor(slot=True))
    assert after.check is None
    assert after.running is not None


def test_a_check_that_was_missed_stopped_the_track(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    track = named(start(provider, facts(sevenpace)))
    sevenpace.sandbox.elsewhere(KIND, do="server-stop", type=1)
    view = provider.look(LookFor(remote_id=track, slot=True))
    assert view.running is None
    assert [row.remote_id for row in view.rows] == [track]
    before = sevenpace.requests()
    provider.answer_check()
    assert sevenpace.requests() == before + 1, "nothing asks any more"


def test_an_answer_that_is_not_taken_is_said(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    start(provider, facts(sevenpace))
    sevenpace.ask(90)
    sevenpace.break_path("activityCheck", "error-state", message="Too late")
    assert trouble_of(provider.answer_check).words == "Too late"


@pytest.mark.parametrize(
    "billable, seconds", [(None, None), (True, 1800), (False, 0)], ids=["unset", "yes", "no"]
)
def test_billable_is_a_length(
    sevenpace: SevenpaceStage, billable: bool | None, seconds: int | None
) -> None:
    provider = sevenpace.connect()
    meant = replace(facts(sevenpace), billable=billable)
    receipt = create(provider, meant)
    assert receipt.row is not None
    assert receipt.row.facts.billable is billable
    assert sevenpace.worklog()["billableLength"] == seconds
    longer = replace(meant, stopped_at=BEGIN + timedelta(hours=1))
    provider.push(Write(WriteKind.EDIT, longer, frozenset({Field.TIME}), receipt.remote_id))
    assert sevenpace.worklog()["billableLength"] == (seconds and 3600)


def test_a_stop_is_corrected_by_its_id(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    meant = replace(facts(sevenpace), zone="Europe/Berlin", offset_minutes=60, billable=True)
    track = named(start(provider, meant))
    provider.push(Write(WriteKind.STOP, meant, frozenset({Field.TIME}), track))
    fields = frozenset({Field.TIME, Field.ITEM, Field.ACTIVITY})
    edit = Write(WriteKind.EDIT, replace(meant, item=None), fields, track)
    row = provider.push(edit).row
    assert_same(row, replace(meant, item=None), provider.capabilities)
    assert sevenpace.worklog()["timestamp"] == "2026-03-02T09:00:00"
    assert sevenpace.worklog()["length"] == 1800
    assert sevenpace.worklog()["workItemId"] is None


def test_activity_types_are_offered_and_told(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    kinds = provider.activity_types()
    assert "Development" in [kind.name for kind in kinds]
    assert "[Not Set]" not in [kind.name for kind in kinds]
    meant = replace(facts(sevenpace), activity=kinds[0].id)
    row = start(provider, meant).row
    assert row is not None
    assert row.facts.activity == kinds[0].id
    adjusted = replace(meant, activity=kinds[1].id)
    adjust = Write(WriteKind.ADJUST, adjusted, frozenset({Field.ACTIVITY}), row.remote_id)
    changed = provider.push(adjust).row
    assert changed is not None
    assert changed.facts.activity == kinds[1].id
    assert changed.facts.comment == meant.comment
    sevenpace.settings(activityTypesEnabled=False)
    assert provider.activity_types() == ()


def test_items_are_found_by_number_and_by_words(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    by_number = provider.search("1349", 5)
    assert by_number == (WorkItem("1349", "Fix login timer", "Project Alpha"),)
    assert provider.search(" #1349 ", 5) == by_number
    assert "1374" in [item.id for item in provider.search("Zürich", 20)]
    assert len(provider.search("import", 2)) == 2
    assert provider.search("nothing has these words", 5) == ()
    sevenpace.break_path("search", "status", status=404, times=2)
    assert provider.search("1349", 5) == provider.search("import", 5) == ()
    sevenpace.break_path("search", "status", status=500, times=1)
    assert trouble_of(lambda: provider.search("import", 5)).kind is TroubleKind.PERHAPS_DELIVERED
    before = sevenpace.requests()
    assert provider.search("  ", 5) == ()
    assert provider.search("import", 0) == ()
    assert sevenpace.requests() == before


def test_a_locked_week_is_not_editable(sevenpace: SevenpaceStage) -> None:
    provider = sevenpace.connect()
    row = create(provider, facts(sevenpace)).remote_id
    sevenpace.settings(weekStart="2026-03-02", weekState=3)
    seen = provider.look(LookFor(remote_id=row)).rows[0]
    assert not seen.editable
    edit = Write(WriteKind.EDIT, facts(sevenpace), frozenset({Field.COMMENT}), row)
    trouble = trouble_of(lambda: provider.push(edit))
    assert trouble.kind is TroubleKind.REFUSED
    assert "locked" in trouble.words


def test_the_running_row_is_not_in_the_list(sevenpace: SevenpaceStage) -> None:
    sevenpace.settings(listsRunning=True)
    provider = sevenpace.connect()
    start(provider, facts(sevenpace))
    now = datetime.now(UTC)
    view = provider.pull(now - timedelta(hours=1), now)
    assert view.running is not None
    assert view.rows == ()


def test_a_servers_clock_that_is_wrong_does_not_move_a_start(sevenpace: SevenpaceStage) -> None:
    sevenpace.set_clock(-1800)
    provider = sevenpace.connect()
    begun = datetime.now(UTC).replace(microsecond=0)
    start(provider, facts(sevenpace))
    running = provider.look(LookFor(slot=True)).running
    assert running is not None
    assert abs(running.facts.started_at - begun) < timedelta(minutes=1)


def test_the_base_may_be_pasted_with_its_path(sevenpace: SevenpaceStage) -> None:
    for pasted in ("/", "/api/rest", "/api/rest/", "/api/tracking/client"):
        assert sevenpace.connect(path=pasted).verify().name
    trouble = trouble_of(sevenpace.connect(options={"api_version": "9.9"}).verify)
    assert trouble.kind is TroubleKind.REFUSED
    assert "9.9" in trouble.words


@pytest.mark.parametrize("track_id", ["", "1349|2026-03-02T08:00:00", "../../me"])
def test_an_id_that_names_no_row_is_never_put_into_an_address(
    sevenpace: SevenpaceStage, track_id: str
) -> None:
    provider = sevenpace.connect()
    assert provider.look(LookFor(remote_id=track_id)).absent == {track_id}
    for kind in (WriteKind.EDIT, WriteKind.DELETE):
        write = Write(kind, facts(sevenpace), frozenset({Field.COMMENT}), track_id)
        assert trouble_of(partial(provider.push, write)).kind is TroubleKind.REFUSED
    assert sevenpace.requests() == 1
