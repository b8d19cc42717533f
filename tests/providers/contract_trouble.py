"""What every provider makes of refusals, throttling, broken looks and lost replies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core.remote import (
    LookFor,
    Trouble,
    TroubleKind,
    WriteKind,
)
from tests.providers.stage import (
    ALL_KINDS,
    BEGIN,
    MAKING,
    Stage,
    assert_same,
    create,
    done,
    facts,
    named,
    start,
    trouble_of,
    writes,
)

SAYS_NO = "The <b>rule</b>\n says no"
NO_LOOK = ["drop-before", "html", "empty", "truncate", "huge", "redirect"]


class TroubleContract:
    """One half of the contract; see `contract.py`."""

    @pytest.mark.parametrize("status", [400, 403, 409, 422])
    @pytest.mark.parametrize("kind", ALL_KINDS)
    def test_every_write_can_be_refused(self, stage: Stage, kind: WriteKind, status: int) -> None:
        provider = stage.connect()
        write = writes(stage, provider)[kind]
        before = stage.entries()
        stage.break_write(kind, "status", status=status, body={"message": SAYS_NO})
        trouble = trouble_of(lambda: provider.push(write))
        assert trouble == Trouble(TroubleKind.REFUSED, "The <b>rule</b> says no")
        assert not done(stage, write, before)

    @pytest.mark.parametrize("kind", ALL_KINDS)
    @pytest.mark.parametrize(
        "fault, landed",
        [
            ("drop-before", False),
            ("drop-after", True),
            ("status", False),
            ("html", False),
            ("empty", True),
            ("truncate", True),
            ("huge", True),
            ("redirect", False),
        ],
    )
    def test_a_lost_reply_is_perhaps_delivered(
        self, stage: Stage, kind: WriteKind, fault: str, landed: bool
    ) -> None:
        provider = stage.connect()
        write = writes(stage, provider)[kind]
        before = stage.entries()
        stage.break_write(kind, fault)
        count = stage.requests()
        if kind is WriteKind.DELETE and fault == "empty":
            # The one write whose success needs no words.
            provider.push(write)
        else:
            trouble = trouble_of(lambda: provider.push(write))
            assert trouble.kind is TroubleKind.PERHAPS_DELIVERED
            assert "<" not in trouble.words
        assert done(stage, write, before) is landed
        assert stage.requests() == count + 1, "it was told twice"

    @pytest.mark.parametrize("kind", MAKING)
    def test_what_landed_unheard_is_found_by_a_look(self, stage: Stage, kind: WriteKind) -> None:
        provider = stage.connect()
        now = datetime.now(UTC).replace(microsecond=0)
        meant = facts(stage, start=now - timedelta(hours=1))
        stage.break_write(kind, "drop-after")
        make = create if kind is WriteKind.CREATE else start
        trouble_of(lambda: make(provider, meant))
        ask = LookFor(around_at=meant.started_at, until_at=now, slot=True)
        view = stage.connect().look(ask)
        found = [*view.rows, *([view.running] if view.running else [])]
        assert len(found) == 1
        assert found[0].facts.comment == meant.comment
        if kind is WriteKind.CREATE:
            assert_same(found[0], meant, provider.capabilities)

    @pytest.mark.parametrize("fault", NO_LOOK)
    @pytest.mark.parametrize(
        "ask",
        [LookFor(slot=True), LookFor(around_at=BEGIN), LookFor(remote_id="")],
        ids=["slot", "list", "id"],
    )
    def test_a_look_that_fails_is_no_look(self, stage: Stage, ask: LookFor, fault: str) -> None:
        provider = stage.connect()
        if ask.remote_id is not None:
            ask = LookFor(remote_id=named(create(provider, facts(stage))))
        stage.break_reads(fault)
        trouble_of(lambda: provider.look(ask))

    @pytest.mark.parametrize(
        "after, seconds", [("seconds", range(7, 8)), ("date", range(1, 8)), ("none", None)]
    )
    def test_throttling_in_each_form(self, stage: Stage, after: str, seconds: range | None) -> None:
        provider = stage.connect()
        stage.break_write(WriteKind.CREATE, "429", after=after, seconds=7)
        trouble = trouble_of(lambda: create(provider, facts(stage)))
        assert trouble.kind is TroubleKind.THROTTLED
        if seconds is None:
            assert trouble.retry_after_seconds is None
        else:
            assert trouble.retry_after_seconds in seconds
        assert stage.entries() == []
