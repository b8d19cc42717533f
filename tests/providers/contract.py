"""What every provider with a server must do, over real HTTP; one subclass for each.

A provider's test module subclasses `ProviderContract` and gives it a `stage`: the server, with ways
to break it, to look into it and to act as a second device.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from app.core.comparing import as_ours, differing
from app.core.remote import (
    Field,
    LookFor,
    TroubleKind,
    WorkItem,
    Write,
    WriteKind,
)
from tests.providers.contract_trouble import TroubleContract
from tests.providers.stage import (
    BEGIN,
    MINUTE,
    SECOND,
    Stage,
    assert_same,
    create,
    facts,
    named,
    start,
    trouble_of,
    writes,
)

COMMENTS = [
    "Zürich, São Paulo, 東京 🕐",
    "e\u0301 „quotes“ \\ \" '",
    "<b>&amp;</b>",
    "line\nline",
    "é" * 3_000,
]


class ProviderContract(TroubleContract):
    """The suite. Subclasses define the fixture `stage`."""

    # -- signing in --------------------------------------------------------------------------------

    def test_verify_says_who_it_is(self, stage: Stage) -> None:
        identity = stage.connect().verify()
        assert identity.user_id
        assert identity.name

    def test_verify_with_a_wrong_secret(self, stage: Stage) -> None:
        trouble = trouble_of(stage.connect("wrong-secret").verify)
        assert trouble.kind is TroubleKind.SIGN_IN_REQUIRED
        assert "wrong-secret" not in trouble.words

    def test_a_sign_in_that_ends_midway(self, stage: Stage) -> None:
        provider = stage.connect()
        create(provider, facts(stage))
        stage.break_write(WriteKind.CREATE, "401")
        later = facts(stage, start=BEGIN + timedelta(hours=1))
        assert trouble_of(lambda: create(provider, later)).kind is TroubleKind.SIGN_IN_REQUIRED
        stage.break_reads("401")
        trouble = trouble_of(lambda: provider.look(LookFor(slot=True)))
        assert trouble.kind is TroubleKind.SIGN_IN_REQUIRED
        trouble = trouble_of(lambda: provider.look(LookFor(around_at=BEGIN)))
        assert trouble.kind is TroubleKind.SIGN_IN_REQUIRED
        assert len(stage.entries()) == 1

    # -- an entry's life ---------------------------------------------------------------------------

    def test_an_entry_comes_goes_and_is_seen_in_between(self, stage: Stage) -> None:
        provider = stage.connect()
        can = provider.capabilities
        meant = facts(stage)
        receipt = create(provider, meant)
        assert_same(receipt.row, meant, can)
        remote_id = named(receipt)

        near = provider.look(LookFor(around_at=meant.started_at))
        assert [row.remote_id for row in near.rows] == [remote_id]
        assert near.rows_from_at == meant.started_at - SECOND
        assert near.rows_to_at == meant.started_at + SECOND
        assert not near.slot_known

        edited = replace(
            meant,
            started_at=meant.started_at + 5 * MINUTE,
            comment="Fix the timer, again",
            item=stage.other_item,
        )
        changed = differing(edited, meant, can)
        assert changed >= {Field.TIME, Field.ITEM}
        provider.push(Write(WriteKind.EDIT, edited, changed, remote_id))
        seen = provider.look(LookFor(remote_id=remote_id))
        assert_same(seen.rows[0], edited, can)
        assert seen.rows[0].revision != (receipt.row.revision if receipt.row else "")

        provider.push(Write(WriteKind.DELETE, edited, frozenset(), remote_id))
        assert provider.look(LookFor(remote_id=remote_id)).absent == {remote_id}
        assert stage.entries() == []

    def test_an_edit_leaves_alone_what_it_does_not_carry(self, stage: Stage) -> None:
        provider = stage.connect()
        meant = facts(stage)
        remote_id = named(create(provider, meant))
        other = replace(
            meant, comment="Only this", item=stage.other_item, started_at=BEGIN - MINUTE
        )
        provider.push(Write(WriteKind.EDIT, other, frozenset({Field.COMMENT}), remote_id))
        row = provider.look(LookFor(remote_id=remote_id)).rows[0]
        assert_same(row, replace(meant, comment="Only this"), provider.capabilities)

    def test_a_row_that_is_not_there(self, stage: Stage) -> None:
        provider = stage.connect()
        assert provider.look(LookFor(remote_id=stage.unknown_id)).absent == {stage.unknown_id}
        edit = Write(WriteKind.EDIT, facts(stage), frozenset({Field.COMMENT}), stage.unknown_id)
        assert trouble_of(lambda: provider.push(edit)).kind is TroubleKind.GONE
        provider.push(Write(WriteKind.DELETE, facts(stage), frozenset(), stage.unknown_id))

    def test_a_refusal_has_words(self, stage: Stage) -> None:
        provider = stage.connect()
        meant = replace(facts(stage), item=WorkItem("999999"))
        trouble = trouble_of(lambda: create(provider, meant))
        assert trouble.kind is TroubleKind.REFUSED
        assert len(trouble.words) > 10
        assert stage.entries() == []

    # -- the running track -------------------------------------------------------------------------

    def test_a_track_starts_changes_and_stops(self, stage: Stage) -> None:
        provider = stage.connect()
        assert provider.look(LookFor(slot=True)).running is None
        meant = replace(facts(stage), started_at=datetime.now(UTC).replace(microsecond=0))
        receipt = start(provider, meant)
        track = named(receipt)
        view = provider.look(LookFor(slot=True))
        assert view.slot_known
        assert view.running is not None
        assert view.running.remote_id == track
        assert view.running.facts.stopped_at is None
        assert view.running.facts.item is not None
        assert view.running.facts.item.id == stage.item.id
        assert abs(view.running.facts.started_at - meant.started_at) < 60 * SECOND

        adjusted = replace(meant, comment="Later", stopped_at=None)
        provider.push(Write(WriteKind.ADJUST, adjusted, frozenset({Field.COMMENT}), track))
        assert stage.runs() == "Later"

        seen = provider.look(LookFor(remote_id=track))
        assert seen.rows == ()
        assert seen.absent == frozenset()
        assert seen.running is not None

        provider.push(Write(WriteKind.STOP, adjusted, frozenset({Field.TIME}), track))
        after = provider.look(LookFor(remote_id=track, slot=True))
        assert after.running is None
        assert [row.remote_id for row in after.rows] == [track]
        assert after.rows[0].facts.stopped_at is not None

    def test_a_stop_with_nothing_running_is_fine(self, stage: Stage) -> None:
        provider = stage.connect()
        write = Write(WriteKind.STOP, facts(stage), frozenset({Field.TIME}), stage.unknown_id)
        provider.push(write)
        assert stage.runs() is None

    def test_another_device_starts_and_stops(self, stage: Stage) -> None:
        provider = stage.connect()
        stage.start_elsewhere(stage.other_item, "From elsewhere")
        running = provider.pull(BEGIN, datetime.now(UTC)).running
        assert running is not None
        assert running.facts.comment == "From elsewhere"
        stage.stop_elsewhere()
        now = datetime.now(UTC)
        view = provider.pull(now - timedelta(hours=1), now)
        assert view.slot_known
        assert view.running is None
        assert [row.remote_id for row in view.rows] == [running.remote_id]

    def test_each_write_is_one_request(self, stage: Stage) -> None:
        provider = stage.connect()
        for write in writes(stage, provider).values():
            before = stage.requests()
            provider.push(write)
            assert stage.requests() == before + 1, write.kind

    # -- lists -------------------------------------------------------------------------------------

    def test_a_pull_has_its_ends_to_the_second(self, stage: Stage) -> None:
        provider = stage.connect()
        from_at, to_at = BEGIN, BEGIN + timedelta(hours=2)
        ids = [named(create(provider, facts(stage, start=at))) for at in (from_at, to_at)]
        view = provider.pull(from_at, to_at)
        assert {row.remote_id for row in view.rows} == set(ids)
        assert (view.rows_from_at, view.rows_to_at) == (from_at, to_at)
        assert view.slot_known

    def test_a_look_takes_in_what_starts_a_second_off(self, stage: Stage) -> None:
        provider = stage.connect()
        until_at = BEGIN + timedelta(hours=1)
        starts = [BEGIN + n * SECOND for n in (-2, -1, 0, 1, 2)]
        starts += [until_at + n * SECOND for n in (-1, 0, 1, 2)]
        ids = [named(create(provider, facts(stage, start=at, minutes=1))) for at in starts]
        seen = {row.remote_id for row in provider.look(LookFor(around_at=BEGIN)).rows}
        # A reading that is whole hours off may be the same instant in another zone.
        assert seen - set(ids[5:]) == set(ids[1:4])
        between = provider.look(LookFor(around_at=BEGIN, until_at=until_at))
        assert {row.remote_id for row in between.rows} == set(ids[1:8])

    def test_a_pull_goes_through_all_pages(self, stage: Stage) -> None:
        stage.fill(1_501, BEGIN)
        view = stage.connect().pull(BEGIN, BEGIN + 1_501 * MINUTE)
        assert len({row.remote_id for row in view.rows}) == len(view.rows) == 1_501

    def test_a_pull_that_breaks_on_a_later_page_is_no_pull(self, stage: Stage) -> None:
        stage.fill(1_001, BEGIN)
        stage.break_reads("status", status=500, skip=2)
        trouble_of(lambda: stage.connect().pull(BEGIN, BEGIN + timedelta(days=1)))

    # -- words -------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "comment",
        [
            "Zürich, São Paulo, 東京 🕐",
            "e\u0301 „quotes“ \\ \" '",
            "<b>&amp;</b>",
            "line\nline",
            "é" * 3_000,
        ],
        ids=["scripts", "signs", "markup", "lines", "long"],
    )
    def test_comments_come_back_as_they_went(self, stage: Stage, comment: str) -> None:
        provider = stage.connect()
        if Field.COMMENT not in provider.capabilities.tellable:
            return
        meant = replace(facts(stage), comment=comment)
        remote_id = named(create(provider, meant))
        assert provider.look(LookFor(remote_id=remote_id)).rows[0].facts.comment == comment

    # -- wall time ---------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "at, offset_minutes",
        [
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 120),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 60),
            (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), 60),
            (datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC), 120),
        ],
        ids=["first of the repeated hours", "second", "before the gap", "after the gap"],
    )
    def test_a_clock_change_moves_nothing(
        self, stage: Stage, at: datetime, offset_minutes: int
    ) -> None:
        provider = stage.connect(zone="Europe/Berlin")
        meant = replace(
            facts(stage, start=at, minutes=90), zone="Europe/Berlin", offset_minutes=offset_minutes
        )
        receipt = create(provider, meant)
        for view in (
            provider.look(LookFor(around_at=at)),
            provider.look(LookFor(remote_id=named(receipt))),
            provider.pull(at, at),
        ):
            assert [row.remote_id for row in view.rows] == [receipt.remote_id]
            assert_same(view.rows[0], meant, provider.capabilities)
            ours = as_ours(view.rows[0].facts, meant, provider.capabilities)
            assert (ours.started_at, ours.stopped_at) == (meant.started_at, meant.stopped_at)

    def test_a_journey_hides_nothing(self, stage: Stage) -> None:
        meant = replace(facts(stage), zone="America/New_York", offset_minutes=-300)
        create(stage.connect(zone="America/New_York"), meant)
        at_home = stage.connect(zone="Asia/Tokyo")
        for view in (at_home.look(LookFor(around_at=BEGIN)), at_home.pull(BEGIN, BEGIN)):
            assert len(view.rows) == 1
            assert_same(view.rows[0], meant, at_home.capabilities)
