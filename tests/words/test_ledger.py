"""The ledger in words: every line that the core writes has a sentence, whatever its facts."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.model import LedgerLine
from app.words.ledger import MENDABLE, ledger_sentence

NOW = datetime(2026, 11, 12, 14, 25, tzinfo=UTC)
CORE = Path(__file__).resolve().parents[2] / "app" / "core"


def said(what: str, **detail: str) -> str:
    line = LedgerLine(NOW, "Work", "s", what, detail)
    return ledger_sentence(line, lambda it: f"{it:%H:%M}")


def codes() -> set[str]:
    """Every word that may be the third of a call of `note` in the core."""
    calls = (
        node
        for path in CORE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return {
        part.value
        for call in calls
        if getattr(call.func, "attr", "") == "note" and len(call.args) > 2
        for part in ast.walk(call.args[2])
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_every_line_of_the_core_has_its_sentence() -> None:
    found = codes()
    assert len(found) > 30
    assert {"refused", "told", "gone-late"} <= found
    # Two versions are noted by the reason that they are held for, a twin by what becomes of it.
    found |= {"conflict", "echo", "twin-asked", "twin-taken-back"}
    assert {what for what in found if not said(what).endswith(".")} == set()
    assert {"refused", "conflict", "near-match"} <= MENDABLE


@pytest.mark.parametrize(
    "what, detail, sentence",
    [
        ("told", {"write": "create"}, "The entry was sent to Work."),
        ("told", {"write": "adjust"}, "The change was sent to Work."),
        ("accepted", {"write": "stop"}, "Work took the stop."),
        ("started", {"started_at": NOW.isoformat()}, "It was started, from 14:25."),
        ("started", {}, "It was started."),
        (
            "refused",
            {"words": "No {type}."},
            "Work refused it: “No {type}.” It is kept here and waits for you.",
        ),
        ("refused", {"words": ""}, "Work refused it. It is kept here and waits for you."),
        ("throttled", {"seconds": "40"}, "Work asked for a pause of 40 s. It goes on after that."),
        (
            "limit-kept",
            {"seconds": "40"},
            "Nothing goes to Work for 40 s, so as to keep to its limits.",
        ),
        ("invented", {"a": "b", "c": "d"}, "invented: b, d"),
        ("invented", {}, "invented"),
    ],
)
def test_a_line_says_what_happened(what: str, detail: dict[str, str], sentence: str) -> None:
    assert said(what, **detail) == sentence
