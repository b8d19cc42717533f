"""What a provider must do that creates several entries by one request, over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import pytest
from msgspec.structs import replace

from app.core.remote import LookFor, TroubleKind, WorkItem, Write, WriteKind
from app.ports.provider import Provider
from tests.providers.stage import BEGIN, Stage, assert_same, facts, named, trouble_of

COUNT = 5


class BatchStage(Stage, Protocol):
    """A server that takes batches."""

    def break_batch(self, fault: str, *, rehearsal: bool = False, **words: object) -> None:
        """Let the next batch go wrong: its rehearsal, or the request that writes."""
        ...


def several(stage: Stage, provider: Provider) -> list[Write]:
    """Creates an hour apart, each with words of its own."""
    tellable = provider.capabilities.tellable
    return [
        Write(
            WriteKind.CREATE,
            replace(facts(stage, start=BEGIN + n * timedelta(hours=1)), comment=f"Number {n}"),
            tellable,
        )
        for n in range(COUNT)
    ]


class BatchContract:
    """The suite. Subclasses define the fixture `stage`."""

    def test_a_batch_makes_each_entry_once(self, stage: BatchStage) -> None:
        provider = stage.connect()
        assert provider.capabilities.creates_at_once >= COUNT
        batch = several(stage, provider)
        receipts = provider.push_many(batch)
        assert len(receipts) == len(stage.entries()) == COUNT
        by_start = {r.row.facts.started_at: r for r in receipts if r.row is not None}
        for write in batch:
            receipt = by_start[write.facts.started_at]
            assert_same(receipt.row, write.facts, provider.capabilities)
            assert receipt.row is not None
            assert named(receipt) == receipt.row.remote_id

    def test_one_look_shows_a_whole_batch(self, stage: BatchStage) -> None:
        provider = stage.connect()
        receipts = provider.push_many(several(stage, provider))
        until_at = BEGIN + (COUNT - 1) * timedelta(hours=1)
        ask = LookFor(around_at=BEGIN, until_at=until_at, offsets=frozenset({0}))
        view = provider.look(ask)
        assert {row.remote_id for row in view.rows} == {named(it) for it in receipts}

    def test_a_batch_with_an_entry_that_is_refused_writes_nothing(self, stage: BatchStage) -> None:
        provider = stage.connect()
        batch = several(stage, provider)
        batch[2] = replace(batch[2], facts=replace(batch[2].facts, item=WorkItem("999999")))
        trouble = trouble_of(lambda: provider.push_many(batch))
        assert (trouble.kind, trouble.rehearsed) == (TroubleKind.REFUSED, True)
        assert len(trouble.words) > 10
        assert stage.entries() == []

    @pytest.mark.parametrize("fault", ["drop-before", "drop-after", "html", "empty"])
    def test_a_rehearsal_without_a_whole_answer_is_in_doubt_like_every_write(
        self, stage: BatchStage, fault: str
    ) -> None:
        provider = stage.connect()
        stage.break_batch(fault, rehearsal=True)
        trouble = trouble_of(lambda: provider.push_many(several(stage, provider)))
        assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
        assert stage.entries() == []

    @pytest.mark.parametrize("rehearsal", [True, False])
    @pytest.mark.parametrize(
        "fault, kind",
        [("401", TroubleKind.SIGN_IN_REQUIRED), ("429", TroubleKind.THROTTLED)],
    )
    def test_a_batch_that_surely_was_not_taken(
        self, stage: BatchStage, fault: str, kind: TroubleKind, rehearsal: bool
    ) -> None:
        provider = stage.connect()
        stage.break_batch(fault, rehearsal=rehearsal)
        trouble = trouble_of(lambda: provider.push_many(several(stage, provider)))
        assert trouble.kind is kind
        assert stage.entries() == []

    @pytest.mark.parametrize(
        "fault, made",
        [("drop-after", COUNT), ("drop-before", 0), ("truncate", COUNT), ("empty", COUNT)],
    )
    def test_a_batch_without_a_whole_answer_may_have_landed(
        self, stage: BatchStage, fault: str, made: int
    ) -> None:
        provider = stage.connect()
        stage.break_batch(fault)
        trouble = trouble_of(lambda: provider.push_many(several(stage, provider)))
        assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
        assert len(stage.entries()) == made

    def test_a_batch_that_is_refused_at_the_second_request(self, stage: BatchStage) -> None:
        provider = stage.connect()
        stage.break_batch("status", status=422)
        trouble = trouble_of(lambda: provider.push_many(several(stage, provider)))
        assert (trouble.kind, trouble.rehearsed) == (TroubleKind.REFUSED, False)
        assert stage.entries() == []
