"""The export of a long outbox: little by little, whole or not at all, stopped by its button."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.ports.journal import JournalError
from app.ui.outbox_export import OutboxExport
from app.ui.outbox_head import OutboxHead
from app.words.json_shapes import Json

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def many(count: int) -> Iterator[Json]:
    return ({"id": str(number), "words": "\udcff <b>ä</b>"} for number in range(count))


def endless() -> Iterator[Json]:
    while True:
        yield {"id": "again"}


def test_a_long_one_gives_the_windows_their_turn(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "outbox.json"
    export = OutboxExport(str(file), many(20_000))
    went: list[int] = []
    export.went.connect(went.append)
    with qtbot.waitSignal(export.ended, timeout=60_000) as ended:
        export.start()
    assert ended.args == [""]
    assert went == sorted(set(went))
    shapes = json.loads(file.read_text(encoding="utf-8"))
    assert [shape["id"] for shape in shapes] == [str(number) for number in range(20_000)]
    assert file.stat().st_mode & 0o077 == 0


def test_of_nothing_it_is_an_empty_document(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "outbox.json"
    export = OutboxExport(str(file), many(0))
    with qtbot.waitSignal(export.ended):
        export.start()
    assert json.loads(file.read_text(encoding="utf-8")) == []


def test_one_that_is_stopped_leaves_what_was_there(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "outbox.json"
    file.write_text("before", encoding="utf-8")
    export = OutboxExport(str(file), endless())
    with qtbot.waitSignal(export.went, timeout=60_000):
        export.start()
    with qtbot.waitSignal(export.ended) as ended:
        export.stop()
    assert ended.args == [""]
    qtbot.wait(1)
    assert file.read_text(encoding="utf-8") == "before"


def test_a_store_that_cannot_be_read_leaves_what_was_there(qtbot: QtBot, tmp_path: Path) -> None:
    def broken() -> Iterator[Json]:
        yield {"id": "one"}
        raise JournalError("The store cannot be read.")

    file = tmp_path / "outbox.json"
    export = OutboxExport(str(file), broken())
    with qtbot.waitSignal(export.ended) as ended:
        export.start()
    assert "The store cannot be read." in str(ended.args)
    assert not file.exists()


def test_the_head_says_how_far_it_is_and_its_button_stops_it(qtbot: QtBot) -> None:
    head = OutboxHead()
    qtbot.addWidget(head)
    head.show_writing("300 are written so far.")
    assert head.note.text() == "300 are written so far."
    assert head.export.text() == "Stop writing"
    head.show_writing("")
    assert (head.note.text(), head.export.text()) == ("", "Export…")
