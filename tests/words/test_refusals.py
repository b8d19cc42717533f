"""Every refusal has a whole sentence of its own that names what is in the way."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.decision import Refusal, RefusalCode
from app.core.model import Subject
from app.core.remote import Facts, WorkItem
from app.words.refusals import refusal_sentence

AT = datetime(2026, 9, 28, 7, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def entry(comment: str = "", item: WorkItem | None = None) -> Subject:
    return Subject("1", "Work", Facts(AT, comment=comment, item=item))


def test_each_has_one_sentence_of_its_own_with_no_place_left_open() -> None:
    said = {
        code: refusal_sentence(Refusal(code, entry("Fix timer"), AT, ("Work", "Home"), 2), BERLIN)
        for code in RefusalCode
    }
    for sentence in said.values():
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] in "“2"
        assert "{" not in sentence
    assert len(set(said.values())) == len(RefusalCode)


@pytest.mark.parametrize("code", RefusalCode)
def test_none_needs_facts_that_may_be_missing(code: RefusalCode) -> None:
    sentence = refusal_sentence(Refusal(code), BERLIN)
    assert sentence.endswith(".")
    assert "“”" not in sentence


def test_what_is_in_the_way_is_named_with_its_time_on_the_users_wall() -> None:
    stopped_at = datetime(2026, 9, 28, 8, 0, 30, tzinfo=UTC)
    sentence = refusal_sentence(
        Refusal(RefusalCode.OVERLAPS, entry(item=WorkItem("1349", "Fix {timer}")), stopped_at),
        BERLIN,
    )
    assert sentence == (
        "It would overlap “Fix {timer}”, which ends at 2026-09-28 10:00:30. "
        "Choose that time or a later one."
    )


@pytest.mark.parametrize(
    "subject, name",
    [
        (None, "“Without a name” "),
        (entry(), "“Without a name” "),
        (entry("two\nlines"), "“two lines” "),
        (entry("x" * 100), "“" + "x" * 59 + "…” "),
        (entry(item=WorkItem("AB-1")), "“AB-1” "),
    ],
)
def test_an_entry_is_called_what_people_call_it(subject: Subject | None, name: str) -> None:
    sentence = refusal_sentence(Refusal(RefusalCode.ENTRY_RUNS, subject), BERLIN)
    assert sentence.startswith(name)


def test_plurals_and_names() -> None:
    one = Refusal(RefusalCode.ACCOUNT_HAS_UNSENT, names=("Work",), count=1)
    many = Refusal(RefusalCode.ACCOUNT_HAS_UNSENT, names=("Work",), count=3)
    assert "Work has 1 change that is" in refusal_sentence(one, BERLIN)
    assert "Work has 3 changes that are" in refusal_sentence(many, BERLIN)
    unknown = Refusal(RefusalCode.UNKNOWN_ACCOUNT, names=("Work", "Home"))
    assert "Work, Home" in refusal_sentence(unknown, BERLIN)
