"""Every record that there can be goes into a row and comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.adapters.sqlite_rows import decode, encode, epoch, fold
from app.core.decision import SaveGhost, SaveSubject
from app.core.model import (
    Anchor,
    Attempt,
    BootMoment,
    Ghost,
    Hold,
    HoldReason,
    Subject,
)
from app.core.remote import Facts, Field, WorkItem, Write, WriteKind
from app.ports.journal import JournalBroken

texts = st.text(max_size=40) | st.sampled_from(
    ["x" * 3000, "\U0001f550" * 3000, "a\x00b", "\u202e"]
)
instants = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
items = st.builds(WorkItem, texts, texts, texts)
facts = st.builds(
    Facts,
    started_at=instants,
    stopped_at=st.none() | instants,
    item=st.none() | items,
    comment=texts,
    activity=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    billable=st.none() | st.booleans(),
    zone=texts,
    offset_minutes=st.integers(-900, 900),
)
moments = st.builds(BootMoment, texts, st.floats(0, 1e9))
attempts = st.builds(
    Attempt,
    id=texts,
    write=st.builds(
        Write,
        st.sampled_from(WriteKind),
        facts,
        st.frozensets(st.sampled_from(Field)),
        st.none() | texts,
    ),
    baseline=st.frozensets(texts, max_size=5),
    committed_at=instants,
    committed=moments,
    noticed=st.none() | moments,
    looked=st.booleans(),
)
holds = st.builds(
    Hold,
    st.sampled_from(HoldReason),
    instants,
    texts,
    st.none() | facts,
    st.lists(texts, max_size=3).map(tuple),
)
subjects = st.builds(
    Subject,
    id=texts,
    account=texts,
    meant=facts,
    deleted=st.booleans(),
    acknowledged=st.none() | facts,
    remote_id=st.none() | texts,
    revision=texts,
    time_told=st.booleans(),
    editable=st.booleans(),
    from_elsewhere=st.booleans(),
    order=st.integers(0, 2**62),
    tries=st.integers(0, 10**6),
    attempt=st.none() | attempts,
    lost=st.lists(attempts, max_size=2).map(tuple),
    hold=st.none() | holds,
    anchor=st.none() | st.builds(Anchor, instants, moments),
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteJournal]:
    folder: Path = tmp_path_factory.mktemp("store")
    with closing(open_journal(folder)) as journal:
        yield journal


@settings(
    max_examples=150,
    deadline=None,
    # Drawing a whole subject is big, and the journal is meant to be shared by all of them.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(subject=subjects, live=st.booleans())
def test_a_subject_goes_round(journal: SqliteJournal, subject: Subject, live: bool) -> None:
    # Examples share the journal: what an earlier one left must not own this one's remote id.
    journal._connection.execute("DELETE FROM attempt")
    journal._connection.execute("DELETE FROM subject")
    journal.commit([SaveSubject(subject, live)])
    found = journal.subject(subject.id)
    assert found == subject
    assert journal.load().subjects == ((subject,) if live else ())
    shown = journal.entries(subject.meant.started_at, subject.meant.started_at + timedelta(1))
    assert shown == (() if subject.deleted else (subject,))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(attempt=attempts)
def test_a_ghost_goes_round(journal: SqliteJournal, attempt: Attempt) -> None:
    ghost = Ghost("g", "s", "local", attempt, datetime(2026, 1, 1, tzinfo=UTC))
    journal.commit([SaveGhost(ghost)])
    found = journal._connection.execute("SELECT id, doc FROM ghost").fetchone()
    assert decode(Ghost, "ghost", *found) == ghost


def test_equal_records_give_equal_text() -> None:
    one, other = frozenset(map(str, range(50))), frozenset(map(str, reversed(range(50))))
    write = Write(WriteKind.CREATE, Facts(datetime(2026, 1, 1, tzinfo=UTC)))
    at = write.facts.started_at
    texts = {encode(Attempt("a", write, each, at, BootMoment("b", 1))) for each in (one, other)}
    assert len(texts) == 1
    assert '"baseline":["0","1","10"' in texts.pop()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"name": 7, "kind": "local"}',
        '{"started_at": "yesterday"}',
        '{"started_at": 12}',
    ],
)
def test_what_is_no_record_is_named(text: str) -> None:
    with pytest.raises(JournalBroken, match=r"key-7 in table subject"):
        decode(Facts, "subject", "key-7", text)


def test_instants_are_seconds_whatever_zone_says_them() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    assert epoch(at) == 1772442000
    with pytest.raises(ValueError, match="no time zone"):
        epoch(datetime(2026, 3, 2, 10))


def test_folding_forgets_case_and_forms() -> None:
    assert fold("STRASSE") == fold("Straße")
    assert fold("Cafe\u0301") == fold("CAFÉ")
    assert fold("\ufb01x") == "fix"
