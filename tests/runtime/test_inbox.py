"""The inbox on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEventLoop
from pytestqt.qtbot import QtBot

from app.core.decision import Decision
from app.core.messages import CheckAnswered, Message, StopAsked
from app.runtime.inbox import QtInbox
from app.runtime.posting import Inbox
from tests.runtime.inbox_contract import DONE, InboxContract


class TestQtInbox(InboxContract):
    @pytest.fixture(autouse=True)
    def _event_loop(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot

    @pytest.fixture
    def inbox(self, qtbot: QtBot) -> Iterator[Inbox]:
        made = QtInbox()
        yield made
        made.close()

    def wait_until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=10_000)

    def test_a_dialogs_own_event_loop_does_not_let_the_next_message_in(self) -> None:
        inbox = QtInbox()
        steps: list[str] = []

        def handle(message: Message) -> Decision:
            steps.append(f"begin {type(message).__name__}")
            if isinstance(message, StopAsked):
                inbox.post(CheckAnswered("c"))
                QEventLoop().processEvents()
            steps.append(f"end {type(message).__name__}")
            return DONE

        inbox.start(handle)
        inbox.post(StopAsked())
        self.wait_until(partial(steps.count, "end CheckAnswered"))
        assert steps == [
            "begin StopAsked",
            "end StopAsked",
            "begin CheckAnswered",
            "end CheckAnswered",
        ]
