"""Steps to undo between two commands: back as they were, or none at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.undo_file import FILE_NAME, UndoFile
from app.core.model import Attempt, BootMoment, Hold, HoldReason, LedgerLine, Subject
from app.core.remote import Facts, Field, WorkItem, Write, WriteKind
from app.core.state import AppState

NOW = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
FACTS = Facts(NOW, NOW + timedelta(hours=1), WorkItem("1349", "Fix"), "why", tags=("a",))
BOOT = BootMoment("boot", 1.5)
STEP = Subject(
    "1",
    "Work",
    FACTS,
    acknowledged=FACTS,
    remote_id="r",
    attempt=Attempt("2", Write(WriteKind.CREATE, FACTS), frozenset({"x"}), NOW, BOOT),
    hold=Hold(HoldReason.CONFLICT, NOW, theirs=FACTS, fields=frozenset({Field.COMMENT})),
)
LINES = (LedgerLine(NOW, "Work", "1", "discarded", {"a": "b"}),)
STATE = AppState(undo=(STEP,), redo=(STEP, STEP))


def test_the_next_command_has_them_and_the_user_alone_can_read_them(tmp_path: Path) -> None:
    UndoFile(tmp_path).keep(STATE, LINES)
    assert UndoFile(tmp_path).restored(AppState(), LINES) == STATE
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_whatever_happened_since_ends_them(tmp_path: Path) -> None:
    UndoFile(tmp_path).keep(STATE, LINES)
    for lines in ((), (*LINES, *LINES), (LedgerLine(NOW, "Work", "1", "undone"),)):
        assert UndoFile(tmp_path).restored(AppState(), lines) == AppState()


def test_without_steps_there_is_no_file(tmp_path: Path) -> None:
    UndoFile(tmp_path).keep(AppState(), LINES)
    assert list(tmp_path.iterdir()) == []
    UndoFile(tmp_path).keep(STATE, LINES)
    UndoFile(tmp_path).keep(AppState(), LINES)
    assert list(tmp_path.iterdir()) == []


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    UndoFile(tmp_path).keep(STATE, LINES)
    before = (tmp_path / FILE_NAME).stat().st_ino
    steps = UndoFile(tmp_path)
    steps.keep(steps.restored(AppState(), LINES), LINES)
    assert (tmp_path / FILE_NAME).stat().st_ino == before


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"lines": 1}', b"[" * 100_000])
def test_what_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    steps = UndoFile(tmp_path)
    assert steps.restored(AppState(), LINES) == AppState()
    steps.keep(STATE, LINES)
    assert UndoFile(tmp_path).restored(AppState(), LINES) == STATE


def test_a_folder_that_cannot_be_written_costs_no_more_than_the_steps(tmp_path: Path) -> None:
    UndoFile(tmp_path / "gone").keep(STATE, LINES)
    assert UndoFile(tmp_path / "gone").restored(AppState(), LINES) == AppState()
