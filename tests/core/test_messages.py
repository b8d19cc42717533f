"""Which stored rows a decision needs, message by message."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.core.history import History, history_wanted
from app.core.messages import (
    AbsenceAnswered,
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    ItemsNamed,
    Looked,
    MatchAnswered,
    MendAsked,
    Message,
    Pulled,
    RedoAsked,
    StartAsked,
    StopAsked,
    UndoAsked,
)
from app.core.model import Absence, AbsenceAnswer, AwayReason, Subject
from app.core.remote import Facts, RemoteRow, RemoteView, WorkItem
from app.core.state import AppState
from tests.core.server import NINE

RUNS = Subject("s1", "Work", Facts(NINE))
DONE = replace(RUNS, meant=Facts(NINE, NINE))
STATE = AppState(
    absences={"a1": Absence("a1", "s7", NINE, NINE, AwayReason.IDLE)},
    undo=(replace(DONE, id="s2"), replace(DONE, id="s3")),
    redo=(replace(DONE, id="s4"),),
    subjects={"s8": replace(RUNS, id="s8")},
    running="s8",
)
VIEW = RemoteView(
    running=RemoteRow("r1", Facts(NINE)),
    rows=(RemoteRow("r2", Facts(NINE, NINE)),),
    rows_from_at=NINE,
    rows_to_at=NINE,
    absent=frozenset({"r3"}),
)
SPAN = History(
    account="Work",
    remote_ids=frozenset({"r1", "r2", "r3"}),
    from_at=NINE,
    to_at=NINE,
    overlap_account="Work",
)
MOVED = Change(started_at=NINE)


def of(*ids: str) -> History:
    return History(subject_ids=frozenset(ids))


@pytest.mark.parametrize(
    "message,wanted",
    [
        (StartAsked("Work"), None),
        (StartAsked("Work", at=NINE), History(from_at=NINE)),
        (AdjustAsked(Change(comment="x")), None),
        (AdjustAsked(MOVED), History(from_at=NINE)),
        (EntryEditAsked(DONE, MOVED), of("s1")),
        (EntryEditAsked(RUNS, Change(comment="x")), of("s1")),
        (EntryEditAsked(RUNS, MOVED), replace(of("s1"), from_at=NINE)),
        (EntryDeleteAsked("s9"), of("s9")),
        (MendAsked("s8", Change(comment="x")), None),
        (MendAsked("s8", MOVED), History(from_at=NINE)),
        (MendAsked("s9", MOVED), None),
        (
            MatchAnswered("s8", "r1"),
            replace(of("s8"), account="Work", remote_ids=frozenset({"r1"})),
        ),
        (MatchAnswered("s9", "r1"), replace(of("s9"), remote_ids=frozenset({"r1"}))),
        (MatchAnswered("s8", None), replace(of("s8"), account="Work")),
        (UndoAsked(), of("s3")),
        (RedoAsked(), of("s4")),
        (AbsenceAnswered("a1", AbsenceAnswer.KEEP), of("s7")),
        (AbsenceAnswered("a9", AbsenceAnswer.KEEP), of()),
        (
            ItemsNamed("Work", (WorkItem("7", "Seven"),)),
            History(account="Work", item_ids=frozenset({"7"})),
        ),
        (Pulled("Work", "t1", VIEW), SPAN),
        (Looked("Work", "t1", VIEW), SPAN),
        (
            Looked("Work", "t1", replace(VIEW, running=None)),
            replace(SPAN, remote_ids=frozenset({"r2", "r3"})),
        ),
        (StopAsked(), None),
    ],
)
def test_history_is_read_for_those_that_need_it(message: Message, wanted: History | None) -> None:
    assert history_wanted(message, STATE) == wanted


def test_without_steps_there_is_nothing_to_read_for_undo() -> None:
    assert history_wanted(UndoAsked(), AppState()) == of()
    assert history_wanted(RedoAsked(), AppState()) == of()
